import { connect } from 'node:net';

/** What came back over one connection, to its end. */
export interface RawAnswer {
  /** Of each response on the connection; `undefined` when what came was none. */
  readonly statuses: readonly number[];
  readonly text: string;
  /** The connection was still open at the deadline. */
  readonly hung: boolean;
}
export interface RawRequest {
  readonly bytes: Buffer | string;
  /** The sender says nothing more after this, and does not close either. */
  readonly stalls?: boolean;
}

/** `Connection: close` and a right length, unless they are given. */
export function http(path: string, options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {}): Buffer {
  const { method = 'POST', headers = {}, body = '' } = options;
  const bytes = Buffer.from(body);
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const standard = {
    host: 'understudy.example',
    connection: 'close',
    'content-type': 'application/json',
    'content-length': String(bytes.length),
  };
  const lines = Object.entries({ ...Object.fromEntries(Object.entries(standard).filter(([name]) => !given.has(name))), ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${head}\r\n`, 'latin1'), bytes]);
}

/** @param from the address of this machine (127.0.0.0/8) that it comes from. Never rejects. */
export function exchange(port: number, { bytes, stalls = false }: RawRequest, from: string, deadlineMs: number): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from, allowHalfOpen: true });
    const chunks: Buffer[] = [];
    const end = (hung: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      const text = Buffer.concat(chunks).toString('latin1');
      resolve({ statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)), text, hung });
    };
    const timer = setTimeout(() => end(true), deadlineMs);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => end(false));
    socket.on('close', () => end(false));
    // A server that has heard enough may reset the connection: what it said before still counts.
    socket.on('error', () => undefined);
    if (stalls) socket.write(bytes);
    else socket.write(bytes, () => undefined);
  });
}
