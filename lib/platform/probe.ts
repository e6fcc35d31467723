import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock, Probe, ProbeResult } from '../ports.ts';

/** Errors that say something about the other side. Any other (no name service, no route of our own) says that we cannot tell. */
const UNREACHED = new Set(['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ECONNRESET', 'EHOSTDOWN']);

/** One connection attempt, TCP and (if wanted) TLS; nothing is sent. The certificate is not judged: reaching it is what counts. */
export function createProbe(clock: Clock): Probe {
  return {
    connect: (endpoint, timeoutMs) =>
      new Promise<ProbeResult>((resolve) => {
        const startMs = clock.nowMs();
        const { host, port, tls } = endpoint;
        const socket = tls ? connectTls({ host, port, rejectUnauthorized: false }) : connectTcp({ host, port });
        const done = (result: ProbeResult): void => {
          socket.destroy();
          resolve(result);
        };
        socket.setTimeout(timeoutMs, () => done({ kind: 'unreached', why: `no connection within ${timeoutMs} ms` }));
        socket.once(tls ? 'secureConnect' : 'connect', () => done({ kind: 'alive', latencyMs: clock.nowMs() - startMs }));
        socket.once('error', (error: NodeJS.ErrnoException) => done(resultOf(error)));
      }),
  };
}

function resultOf(error: NodeJS.ErrnoException): ProbeResult {
  const code = error.code ?? 'unknown';
  return UNREACHED.has(code) ? { kind: 'unreached', why: code } : { kind: 'unsure', why: code };
}
