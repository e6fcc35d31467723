import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { HOST, listen } from './loopback.ts';

/** A closed port that the system hands to nobody else. */
export interface KeptPort {
  /** The other end of the connection that keeps it. */
  readonly farPort: number;
  /** Afterwards somebody may listen there again, at once. */
  release(): Promise<void>;
}

/**
 * A dead server's port refuses connections, and must go on doing so: were it free, the system could give it to any other program, and what
 * is dead would look alive. So it stays in use as the near end of a connection to a listener of our own.
 *
 * @param free lets go of the port, at once: the very next thing is to take it again.
 * @returns nothing when somebody was faster all the same: the port is closed, and theirs.
 */
export async function keepPort(port: number, free: () => void): Promise<KeptPort | undefined> {
  const far = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.resume();
  });
  // Before the port is free, or the system might give this listener that very port.
  const farPort = await listen(far, 0);
  free();
  const near = await connected(port, farPort).catch(() => undefined);
  if (near === undefined) {
    far.close();
    return undefined;
  }
  near.on('error', () => near.destroy());
  return {
    farPort,
    release: async () => {
      near.destroy();
      await new Promise((resolve) => {
        far.close(resolve);
      });
    },
  };
}

function connected(localPort: number, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: HOST, port, localAddress: HOST, localPort });
    socket.once('error', reject);
    socket.once('connect', () => resolve(socket));
  });
}
