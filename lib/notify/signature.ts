import { createHmac } from 'node:crypto';

export const SIGNATURE_HEADER = 'x-understudy-signature';

/**
 * How everything that Understudy sends to an address of its users proves where it comes from:
 * `t=<epoch seconds>,v1=<hex HMAC-SHA256(secret, t + "." + body)>`; while a secret is being rotated one `v1` for each that is valid, so that
 * a receiver may change over when it likes.
 */
export function signatureOf(body: string, secrets: readonly string[], seconds: number): string {
  const signatures = secrets.map(
    (secret) =>
      `v1=${createHmac('sha256', secret)
        .update(`${String(seconds)}.${body}`)
        .digest('hex')}`,
  );
  return [`t=${String(seconds)}`, ...signatures].join(',');
}
