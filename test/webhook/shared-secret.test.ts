import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SourceAuth } from '../../lib/config/config.ts';
import { authenticate } from '../../lib/webhook/authenticate.ts';
import type { WebhookRequest } from '../../lib/webhook/request.ts';
import { NOW_MS, requestWith, SECRET, secretsOf } from './way-in.ts';

const secret = 'ssm:/s';
const OLD = 'the-secret-before-the-rotation';
const secrets = secretsOf({ 'ssm:/s': [SECRET, OLD] });

async function judged(auth: SourceAuth | readonly SourceAuth[], request: Partial<WebhookRequest> & { text?: string }, nowMs = NOW_MS) {
  return authenticate({ kind: 'generic', auth: [auth].flat() }, { request: requestWith(request), secrets, nowMs });
}
const kindOf = async (...args: Parameters<typeof judged>): Promise<string> => (await judged(...args)).kind;
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('a bearer token', () => {
  const way: SourceAuth = { kind: 'bearer', secret };
  test.each([
    ['the secret', `Bearer ${SECRET}`, 'authentic'],
    ['the scheme in another case', `bEARER ${SECRET}`, 'authentic'],
    ['the one before the rotation', `Bearer ${OLD}`, 'authentic'],
    ['another', `Bearer ${SECRET}x`, 'stranger'],
    ['a part of it', `Bearer ${SECRET.slice(0, -1)}`, 'stranger'],
    ['two, one of them right', `Bearer ${SECRET},Bearer x`, 'stranger'],
    ['nothing after the scheme', 'Bearer ', 'stranger'],
    ['no scheme', SECRET, 'stranger'],
    ['another scheme', `Basic ${SECRET}`, 'stranger'],
    ['both lines of the secret', `Bearer ${SECRET}\n${OLD}`, 'stranger'],
  ])('%s', async (_what, authorization, kind) => {
    expect(await kindOf(way, { headers: { authorization } })).toBe(kind);
  });

  test('none at all', async () => {
    expect(await kindOf(way, {})).toBe('stranger');
  });
});

describe('a password', () => {
  const way: SourceAuth = { kind: 'basic', username: 'am', secret };
  const withColon = secretsOf({ 'ssm:/s': ['p:w ü'] });
  test.each([
    ['right', basic(`am:${SECRET}`), 'authentic'],
    ['of another user', basic(`root:${SECRET}`), 'stranger'],
    ['wrong', basic('am:x'), 'stranger'],
    ['without a colon', basic(`am${SECRET}`), 'stranger'],
    ['not base64', 'Basic ***', 'stranger'],
    ['empty', 'Basic ', 'stranger'],
  ])('%s', async (_what, authorization, kind) => {
    expect(await kindOf(way, { headers: { authorization } })).toBe(kind);
  });

  test('may hold a colon and more than ASCII', async () => {
    const request = requestWith({ headers: { authorization: basic('am:p:w ü') } });
    expect((await authenticate({ kind: 'generic', auth: [way] }, { request, secrets: withColon, nowMs: NOW_MS })).kind).toBe('authentic');
  });
});

describe('a secret path', () => {
  const way: SourceAuth = { kind: 'path', secret };
  test.each([
    ['right', SECRET, 'authentic'],
    ['wrong', 'x', 'stranger'],
    ['absent', undefined, 'stranger'],
    ['empty', '', 'stranger'],
  ])('%s', async (_what, pathSecret, kind) => {
    expect(await kindOf(way, { pathSecret })).toBe(kind);
  });
});

const hexOf = (key: string, text: string | Buffer): string => createHmac('sha256', key).update(text).digest('hex');

describe('an HMAC over the body', () => {
  const way: SourceAuth = { kind: 'hmac', secret, header: 'X-Signature', toleranceMs: 300_000 };
  const body = '{"a":"ü"}';

  test('of the published test vector (RFC 4231, case 2)', async () => {
    const request = requestWith({
      text: 'what do ya want for nothing?',
      headers: { 'x-signature': '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843' },
    });
    const known = secretsOf({ 'ssm:/s': ['Jefe'] });
    expect((await authenticate({ kind: 'generic', auth: [way] }, { request, secrets: known, nowMs: NOW_MS })).kind).toBe('authentic');
  });

  test.each([
    ['right', hexOf(SECRET, body), 'authentic'],
    ['of the secret before', hexOf(OLD, body), 'authentic'],
    ['one of several', `00,${hexOf(SECRET, body)}`, 'authentic'],
    ['the ninth of many', `${'00,'.repeat(8)}${hexOf(SECRET, body)}`, 'stranger'],
    ['of another body', hexOf(SECRET, `${body} `), 'stranger'],
    ['by another secret', hexOf('x', body), 'stranger'],
    ['cut short', hexOf(SECRET, body).slice(0, 32), 'stranger'],
    ['empty', '', 'stranger'],
    ['in upper case', hexOf(SECRET, body).toUpperCase(), 'stranger'],
  ])('%s', async (_what, signature, kind) => {
    expect(await kindOf(way, { text: body, headers: { 'x-signature': signature } })).toBe(kind);
  });

  test('vouches for no header, and names the delivery by what is signed', async () => {
    const proven = await judged(way, { text: body, headers: { 'x-signature': hexOf(SECRET, body) } });
    const other = await judged(way, { text: '{}', headers: { 'x-signature': hexOf(SECRET, '{}') } });
    expect(proven).toMatchObject({ kind: 'authentic', headers: false, replay: { keptMs: 600_000 } });
    expect(proven).not.toEqual(other);
  });

  test('a header by the name of a method of objects is not there', async () => {
    const odd: SourceAuth = { kind: 'hmac', secret, header: 'constructor', toleranceMs: 1_000 };
    expect(await kindOf(odd, {})).toBe('stranger');
  });

  test('with a prefix', async () => {
    const prefixed: SourceAuth = { ...way, prefix: 'v1=' };
    const signed = hexOf(SECRET, body);
    expect(await kindOf(prefixed, { text: body, headers: { 'x-signature': `v1=${signed}` } })).toBe('authentic');
    expect(await kindOf(prefixed, { text: body, headers: { 'x-signature': signed } })).toBe('stranger');
  });
});

describe('an HMAC with a time', () => {
  const way: SourceAuth = { kind: 'hmac', secret, header: 'X-Signature', timestampHeader: 'X-Time', toleranceMs: 300_000 };
  const seconds = NOW_MS / 1_000;
  const at = (stamp: string | undefined) => ({
    text: '{}',
    headers: { 'x-signature': hexOf(SECRET, `${stamp}:{}`), ...(stamp === undefined ? {} : { 'x-time': stamp }) },
  });
  test.each([
    ['now', String(seconds), 'authentic'],
    ['at the edge of the window', String(seconds - 300), 'authentic'],
    ['at its other edge', String(seconds + 300), 'authentic'],
    ['a second too old', String(seconds - 301), 'stranger'],
    ['a second too new', String(seconds + 301), 'stranger'],
    ['in milliseconds', String(NOW_MS), 'stranger'],
    ['not a number', 'now', 'stranger'],
    ['negative', '-1', 'stranger'],
    ['with an exponent', '1e9', 'stranger'],
    ['absent', undefined, 'stranger'],
  ])('%s', async (_what, stamp, kind) => {
    expect(await kindOf(way, at(stamp))).toBe(kind);
  });

  test('signed without it', async () => {
    const headers = { 'x-signature': hexOf(SECRET, '{}'), 'x-time': String(seconds) };
    expect(await kindOf(way, { text: '{}', headers })).toBe('stranger');
  });
});

describe('Standard Webhooks', () => {
  const way: SourceAuth = { kind: 'standard-webhooks', secret, toleranceMs: 300_000 };
  const published = {
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    text: '{"test": 2432232314}',
    headers: {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
  };
  const judge = async (change: Record<string, string>, nowMs = 1_614_265_330_000, secretText = published.secret) => {
    const request = requestWith({ text: published.text, headers: { ...published.headers, ...change } });
    return authenticate({ kind: 'generic', auth: [way] }, { request, secrets: secretsOf({ 'ssm:/s': [secretText] }), nowMs });
  };

  test('of the published test vector', async () => {
    expect(await judge({})).toEqual({
      kind: 'authentic',
      by: 'standard-webhooks',
      headers: false,
      replay: { id: 'std:msg_p5jXN8AQM9LWM0D4loKWxJek', keptMs: 600_000 },
    });
  });

  test.each([
    ['one of several signatures', { 'webhook-signature': `v1,AAAA ${published.headers['webhook-signature']}` }, 'authentic'],
    ['another id', { 'webhook-id': 'msg_other' }, 'stranger'],
    ['an id that no sender makes', { 'webhook-id': 'a b' }, 'stranger'],
    ['no id', { 'webhook-id': '' }, 'stranger'],
    ['another time', { 'webhook-timestamp': '1614265331' }, 'stranger'],
    ['an asymmetric signature', { 'webhook-signature': published.headers['webhook-signature'].replace('v1,', 'v1a,') }, 'stranger'],
  ])('%s', async (_what, change, kind) => {
    expect((await judge(change)).kind).toBe(kind);
  });

  test('a delivery that is too old', async () => {
    expect((await judge({}, 1_614_265_330_000 + 300_001)).kind).toBe('stranger');
  });

  test('a prefix without a key opens nothing', async () => {
    const signed = createHmac('sha256', '').update(`${published.headers['webhook-id']}.1614265330.${published.text}`).digest('base64');
    expect((await judge({ 'webhook-signature': `v1,${signed}` }, undefined, 'whsec_')).kind).toBe('stranger');
  });
});

describe('several ways', () => {
  const bearer: SourceAuth = { kind: 'bearer', secret };
  const lost: SourceAuth = { kind: 'bearer', secret: 'ssm:/lost' };
  const headers = { authorization: `Bearer ${SECRET}` };

  test('any suffices', async () => {
    expect(await judged([{ kind: 'path', secret }, bearer], { headers })).toMatchObject({ kind: 'authentic', by: 'bearer' });
  });
  test('none: closed', async () => {
    expect(await judged([], { headers })).toEqual({ kind: 'stranger', why: 'its webhook is closed' });
  });
  test('one whose secret cannot be read does not stand in the way of another', async () => {
    expect(await kindOf([lost, bearer], { headers })).toBe('authentic');
  });
  test('nobody is sent away for good while a secret cannot be read', async () => {
    expect(await judged([lost], { headers })).toEqual({ kind: 'unsure', why: 'bearer: ssm:/lost: ParameterNotFound' });
  });
  test('a fault of ours is not taken for a stranger', async () => {
    const broken = { values: () => Promise.reject(new TypeError('a fault')) };
    const proof = { request: requestWith({ headers }), secrets: broken, nowMs: NOW_MS };
    await expect(authenticate({ kind: 'generic', auth: [bearer] }, proof)).rejects.toThrow('a fault');
  });
});
