import type { AddressInfo, Server } from 'node:net';

export const HOST = '127.0.0.1';

/** Binds the wanted port, or a free one for 0. @throws {Error} when it is taken. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** After a restart the old port may be somebody else's; the caller reads the new one from the simulator. */
export async function listenPreferably(server: Server, port: number): Promise<number> {
  try {
    return await listen(server, port);
  } catch (error) {
    if (port === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return await listen(server, 0);
  }
}
