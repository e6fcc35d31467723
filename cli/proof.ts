import { createHmac } from 'node:crypto';
import type { SourceAuth } from '../lib/config/config.ts';

/** What a request needs to prove that it comes from the monitoring system: headers, or a part of the path. */
export interface Proof {
  readonly headers: Readonly<Record<string, string>>;
  readonly path: string;
}
export interface Signing {
  readonly secret: string;
  readonly body: string;
  readonly nowMs: number;
}

/** The other side of the webhook's authentication. `undefined`: only the monitoring system itself could prove it. */
export function proofOf(auth: SourceAuth, { secret, body, nowMs }: Signing): Proof | undefined {
  switch (auth.kind) {
    case 'bearer':
      return { headers: { authorization: `Bearer ${secret}` }, path: '' };
    case 'basic':
      return { headers: { authorization: `Basic ${Buffer.from(`${auth.username}:${secret}`).toString('base64')}` }, path: '' };
    case 'path':
      return { headers: {}, path: `/${encodeURIComponent(secret)}` };
    case 'hmac': {
      const stamp = auth.timestampHeader === undefined ? undefined : String(Math.floor(nowMs / 1_000));
      const signed = createHmac('sha256', secret)
        .update(stamp === undefined ? body : `${stamp}:${body}`)
        .digest('hex');
      const stamped = stamp === undefined || auth.timestampHeader === undefined ? {} : { [auth.timestampHeader]: stamp };
      return { headers: { [auth.header]: `${auth.prefix ?? ''}${signed}`, ...stamped }, path: '' };
    }
    case 'sns':
    case 'smn':
      return undefined;
  }
}
