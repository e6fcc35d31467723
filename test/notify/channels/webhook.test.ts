import { createHmac, timingSafeEqual } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Notice } from '../../../lib/notify/notice.ts';
import { webhook } from '../../../lib/notify/channels/webhook.ts';
import { SIGNATURE_HEADER, signatureOf } from '../../../lib/notify/signature.ts';
import { benchOf, channelContract, notice, NOW_MS } from '../../contract/channel-contract.ts';

interface Body {
  readonly notice: Notice;
}

channelContract({
  kind: webhook,
  success: { status: 200, body: '' },
  deliveredStatuses: (status) => status >= 200 && status < 300,
  answers: [['whatever the body says', '{"error":"no"}', 'delivered']],
  maxBodyBytes: 262_144,
  shown: ({ notice: { title, facts, steps } }: Body) => [title, ...facts.flatMap((fact) => [fact.name, fact.value]), ...steps],
  markup: () => [],
});

/** As a receiver would do it, from the README's words. */
function verifies(header: string, body: string, secret: string): boolean {
  const parts = header.split(',').map((part) => part.split('=') as [string, string]);
  const seconds = parts.find(([name]) => name === 't')?.[1] ?? '';
  const own = createHmac('sha256', secret).update(`${seconds}.${body}`).digest();
  return parts.some(([name, hex]) => name === 'v1' && timingSafeEqual(own, Buffer.from(hex, 'hex')));
}

describe('the signature', () => {
  test('has the value of the published vector', () => {
    // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac demo
    const vector = 't=1700000000,v1=da13d7a2b6b7f3e28ab71f866f3fd72c03da9872c6f5b5f0d32c08254e2ee980';
    expect(signatureOf('{"a":1}', ['demo'], 1_700_000_000)).toBe(vector);
  });
  test('is over the exact bytes that are sent, at the time of sending', async () => {
    const bench = benchOf({ kind: webhook }, () => ({ status: 200, headers: {}, body: '' }));
    await bench.deliver();
    const [request] = bench.requests;
    const header = request?.headers[SIGNATURE_HEADER] ?? '';
    expect(header).toMatch(new RegExp(`^t=${String(NOW_MS / 1000)},v1=[0-9a-f]{64}$`));
    expect(verifies(header, request?.body ?? '', 'keysecret42-demo')).toBe(true);
    expect(verifies(header, `${request?.body ?? ''} `, 'keysecret42-demo')).toBe(false);
  });
  test('has one part for each secret while they are rotated', () => {
    const header = signatureOf('x', ['new', 'old'], 1);
    expect(header.split(',')).toHaveLength(3);
    expect(verifies(header, 'x', 'new') && verifies(header, 'x', 'old')).toBe(true);
  });
  test('a body says what it is, and carries the key by which a receiver drops the second', async () => {
    const bench = benchOf({ kind: webhook }, () => ({ status: 200, headers: {}, body: '' }));
    await bench.deliver();
    expect(JSON.parse(bench.requests[0]?.body ?? '')).toMatchObject({ understudy: 'notice', version: 1, notice: { key: notice.key } });
  });
});
