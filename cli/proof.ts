import { createHash, createHmac } from 'node:crypto';
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
    case 'hmac':
      return hmac(auth, { secret, body, nowMs });
    case 'standard-webhooks':
      return standard({ secret, body, nowMs });
    case 'sns':
    case 'smn':
      return undefined;
  }
}

function hmac(auth: Extract<SourceAuth, { kind: 'hmac' }>, { secret, body, nowMs }: Signing): Proof {
  const stamp = auth.timestampHeader === undefined ? undefined : String(Math.floor(nowMs / 1_000));
  const signed = createHmac('sha256', secret)
    .update(stamp === undefined ? body : `${stamp}:${body}`)
    .digest('hex');
  const stamped = stamp === undefined || auth.timestampHeader === undefined ? {} : { [auth.timestampHeader]: stamp };
  return { headers: { [auth.header]: `${auth.prefix ?? ''}${signed}`, ...stamped }, path: '' };
}

/** www.standardwebhooks.com. The id is of the moment and the body: sent again it is another delivery. */
function standard({ secret, body, nowMs }: Signing): Proof {
  const id = `msg_${createHash('sha256').update(`${nowMs} ${body}`).digest('hex').slice(0, 32)}`;
  const stamp = String(Math.floor(nowMs / 1_000));
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
  const signature = createHmac('sha256', key).update(`${id}.${stamp}.${body}`).digest('base64');
  return { headers: { 'webhook-id': id, 'webhook-timestamp': stamp, 'webhook-signature': `v1,${signature}` }, path: '' };
}
