import { describe, expect, test } from 'vitest';
import { proofOf } from '../../cli/proof.ts';
import type { SourceAuth } from '../../lib/config/config.ts';
import { authenticate } from '../../lib/webhook/authenticate.ts';

const NOW_MS = Date.UTC(2026, 0, 2);
const secret = 'a long secret: ü/%';
const reference = 'ssm:/x';

/** What the command line signs with, the webhook must take: the two sides are checked against each other. */
const ways: readonly SourceAuth[] = [
  { kind: 'bearer', secret: reference },
  { kind: 'basic', username: 'am', secret: reference },
  { kind: 'path', secret: reference },
  { kind: 'hmac', secret: reference, header: 'X-Signature', toleranceMs: 300_000 },
  { kind: 'hmac', secret: reference, header: 'X-Signature', prefix: 'v1=', toleranceMs: 300_000 },
  { kind: 'hmac', secret: reference, header: 'X-Signature', timestampHeader: 'X-Time', toleranceMs: 300_000 },
  { kind: 'standard-webhooks', secret: reference, toleranceMs: 300_000 },
];

describe('the proof of a delivery', () => {
  const judge = async (auth: SourceAuth, value: string) => {
    const body = '{"a":"ü"}';
    const proof = proofOf(auth, { secret: value, body, nowMs: NOW_MS });
    const headers = Object.fromEntries(Object.entries(proof?.headers ?? {}).map(([name, text]) => [name.toLowerCase(), text]));
    const pathSecret = proof?.path === '' ? undefined : decodeURIComponent(proof?.path.slice(1) ?? '');
    const request = { method: 'POST', source: 's', pathSecret, headers, rawBody: Buffer.from(body), address: '192.0.2.7' };
    const secrets = { values: async () => await Promise.resolve([secret] as const) };
    return (await authenticate({ kind: 'generic', auth: [auth] }, { request, secrets, nowMs: NOW_MS + 1_000 })).kind;
  };
  test.each(ways.map((auth) => [JSON.stringify(auth), auth] as const))('%s', async (_name, auth) => {
    expect(await judge(auth, secret)).toBe('authentic');
    expect(await judge(auth, `${secret}x`)).toBe('stranger');
  });
  test.each<SourceAuth>([
    { kind: 'sns', topicArns: [], toleranceMs: 1 },
    { kind: 'smn', topicUrns: [], toleranceMs: 1, certificates: [], fingerprints: [] },
  ])('$kind only the cloud can sign', (auth) => {
    expect(proofOf(auth, { secret, body: '', nowMs: 0 })).toBeUndefined();
  });
});
