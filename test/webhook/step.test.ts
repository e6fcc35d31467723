import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SourceAuth } from '../../lib/config/config.ts';
import { SecretUnavailableError } from '../../lib/ports.ts';
import { MAX_BODY_BYTES } from '../../lib/webhook/answers.ts';
import type { WebhookRequest } from '../../lib/webhook/request.ts';
import { alertmanagerBody } from '../scenarios/story.ts';
import { NOW_MS, requestWith, SECRET, secretsOf, wayIn, type WayIn, type WayInOptions } from './way-in.ts';

const BEARER: SourceAuth = { kind: 'bearer', secret: 'ssm:/s' };
const TOKEN = { authorization: `Bearer ${SECRET}` };
const ALARM = alertmanagerBody([{ startsAtMs: NOW_MS - 60_000 }]);
const friendly = (change: Parameters<typeof requestWith>[0] = {}): WebhookRequest =>
  requestWith({ text: ALARM, ...change, headers: { ...TOKEN, ...change.headers } });
const open = (options: WayInOptions = {}): WayIn => wayIn({ auth: [BEARER], ...options });
const received = (change: Parameters<typeof requestWith>[0] = {}, options: WayInOptions = {}) => open(options).receive(friendly(change));
const statusOf = async (...args: Parameters<typeof received>): Promise<number> => (await received(...args)).status;

describe('a friend’s delivery', () => {
  test('goes on the queue as it came, with what it will become as the answer', async () => {
    const way = open();
    expect(await way.receive(friendly())).toEqual({ status: 202, reason: 'accepted: 1 alerts, 0 ignored, 0 refused' });
    expect(way.sent.map(({ queue, body }) => [queue, JSON.parse(body)])).toEqual([
      [
        'alerts',
        { understudy: 'delivery', source: 'hook', contentType: 'application/json', headers: {}, receivedAtMs: NOW_MS, body: ALARM },
      ],
    ]);
  });

  test('by PUT too', async () => {
    expect(await statusOf({ method: 'PUT' })).toBe(202);
  });

  test('carries the attributes of an event, and no other header', async () => {
    const way = open();
    const headers = { 'ce-id': '1', 'ce-type': 'x'.repeat(2_000), cookie: 'c', 'x-api-key': 'k', 'x-forwarded-for': 'f' };
    await way.receive(friendly({ headers }));
    expect((JSON.parse(way.sent[0]?.body ?? '') as { headers: object }).headers).toEqual({ 'ce-id': '1', 'ce-type': 'x'.repeat(1_000) });
    expect(way.sent[0]?.body).not.toContain(SECRET);
  });

  test('that nobody understands is refused with its reason, and still goes on the queue, where it is kept', async () => {
    const way = open();
    expect(await way.receive(friendly({ text: 'not JSON' }))).toMatchObject({ status: 400, reason: expect.stringMatching(/^not-json: /) });
    expect(way.sent).toHaveLength(1);
  });

  test('may begin with a byte order mark', async () => {
    expect(await statusOf({ rawBody: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(ALARM)]) })).toBe(202);
  });
});

describe('of a friend is refused at the door, and recorded with its reason,', () => {
  const LONG = 'x'.repeat(MAX_BODY_BYTES + 1);
  test.each<[string, Parameters<typeof requestWith>[0], number, string]>([
    ['what is too large', { text: LONG }, 413, 'too-large'],
    ['what grows too large in its frame', { text: '\u0001'.repeat(MAX_BODY_BYTES) }, 413, 'too-large'],
    ['what is not UTF-8', { rawBody: Buffer.from([0x7b, 0xff, 0x7d]) }, 400, 'malformed'],
    ['half a character', { rawBody: Buffer.from([0x22, 0xf0, 0x9f]) }, 400, 'malformed'],
    ['UTF-16', { rawBody: Buffer.from('\ufeff{}', 'utf16le') }, 400, 'malformed'],
    ['what is nested too deep', { text: '['.repeat(1_000) }, 400, 'malformed'],
    ['a key that stands twice', { text: `{"status":"firing",${ALARM.slice(1)}` }, 400, 'malformed'],
    ['a body that is packed', { headers: { 'content-encoding': 'gzip' } }, 415, 'malformed'],
    ['a web page', { headers: { 'content-type': 'text/html' } }, 415, 'malformed'],
  ])('%s', async (_what, change, status, code) => {
    const way = open();
    expect((await way.receive(friendly(change))).status).toBe(status);
    expect(way.sent).toEqual([]);
    const [record, ...more] = await way.records.refused(5);
    expect(more).toEqual([]);
    expect(record).toMatchObject({ source: 'hook', refusals: [{ code, path: '$' }], receivedAtMs: NOW_MS });
    expect(record?.excerpt.length).toBeLessThanOrEqual(200);
    expect(record?.excerpt).not.toMatch(/\p{Cc}/u);
  });

  test('even when no record can be kept', async () => {
    const way = open();
    way.table.down = true;
    expect((await way.receive(friendly({ text: LONG }))).status).toBe(413);
    expect(way.logged.map(({ event }) => event)).toEqual(['refused', 'record-unavailable', 'webhook']);
  });
});

describe('content types:', () => {
  test.each([
    '',
    'application/json',
    'Application/JSON; charset=UTF-8',
    'application/json; charset="utf-8"',
    'application/cloudevents+json',
    'application/cloudevents-batch+json; charset=utf-8',
    'text/plain; charset=UTF-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ])('"%s" is taken', async (type) => {
    expect((await received({ headers: { 'content-type': type } })).status).not.toBe(415);
  });
  test.each([
    'application/xml',
    'text/html',
    'image/png',
    'application/octet-stream',
    'application/json,application/xml',
    'application/json; charset=utf-16',
    'application/json;charset=utf-7',
    'text/plain; charset=shift_jis',
    'json',
    `application/${'a'.repeat(100)}+json`,
  ])('"%s" is not', async (type) => {
    expect(await statusOf({ headers: { 'content-type': type } })).toBe(415);
  });
  test.each([
    ['identity', 202],
    ['', 202],
    ['gzip', 415],
    ['deflate', 415],
    ['br', 415],
    ['identity, gzip', 415],
  ])('the encoding "%s": %i', async (encoding, status) => {
    expect(await statusOf({ headers: { 'content-encoding': encoding } })).toBe(status);
  });
});

describe('a stranger', () => {
  const ANSWER = { status: 401, reason: 'not authenticated', headers: { 'www-authenticate': 'Basic realm="hooks", Bearer' } };
  test.each<[string, Partial<WebhookRequest>]>([
    ['with a wrong token', { headers: { authorization: 'Bearer x' } }],
    ['with nothing', { headers: {} }],
    ['at a source that there is not', { source: 'no-such-source', headers: TOKEN }],
    ['at a source that is closed', { source: 'cloudwatch', headers: TOKEN }],
    ['at a name that every object has', { source: 'constructor', headers: TOKEN }],
  ])('%s hears the same as any other', async (_what, change) => {
    const way = open();
    expect(await way.receive(requestWith({ text: ALARM, ...change }))).toEqual(ANSWER);
    expect(way.sent).toEqual([]);
  });

  test.each<[string, Parameters<typeof requestWith>[0], number]>([
    ['with far too much', { text: 'x'.repeat(MAX_BODY_BYTES + 1) }, 413],
    ['with a picture', { headers: { 'content-type': 'image/png' } }, 415],
    ['by GET', { method: 'GET' }, 405],
    ['by DELETE', { method: 'DELETE' }, 405],
    ['by GET that would be POST', { method: 'GET', headers: { 'x-http-method-override': 'POST' } }, 405],
    ['somewhere else', { source: undefined }, 404],
  ])('%s hears the same at every source', async (_what, change, status) => {
    const way = open();
    const answers = await Promise.all(
      ['hook', 'cloudwatch', 'no-such-source'].map((source) => way.receive(requestWith({ source, ...change }))),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.status).toBe(status);
    expect(way.sent).toEqual([]);
    expect(await way.records.refused(5)).toEqual([]);
  });

  test('is recorded once an hour, and decides nothing of what is recorded', async () => {
    const way = open();
    const knock = () => way.receive(requestWith({ text: 'MARK', headers: { authorization: 'Bearer MARK', 'x-a': 'MARK' } }));
    await knock();
    await knock();
    const [record, ...more] = await way.records.refused(5);
    expect(more).toEqual([]);
    expect(record).toMatchObject({ source: 'hook', refusals: [{ code: 'not-authenticated' }], excerpt: '' });
    // Nor is it written a second time: a stranger does not decide how often the table is asked.
    expect(way.logged.filter(({ event }) => event === 'refused')).toHaveLength(1);
    way.nowMs += 3_600_000;
    await knock();
    expect(await way.records.refused(5)).toHaveLength(2);
    expect(JSON.stringify([way.logged, [...way.table.items]])).not.toContain('MARK');
  });

  test('is not recorded for coming first without the password that is only sent when asked for', async () => {
    const way = open({ auth: [{ kind: 'basic', username: 'am', secret: 'ssm:/s' }] });
    expect(await way.receive(requestWith({}))).toEqual(ANSWER);
    expect(await way.records.refused(5)).toEqual([]);
    await way.receive(requestWith({ headers: { authorization: 'Basic eDp5' } }));
    expect(await way.records.refused(5)).toHaveLength(1);
  });
});

test('while a secret cannot be read a sender is asked to come again', async () => {
  const secrets = { values: () => Promise.reject(new SecretUnavailableError('ssm:/s: ThrottlingException')) };
  const way = open({ secrets });
  expect(await way.receive(friendly())).toEqual({ status: 503, reason: 'try again', headers: { 'retry-after': '5' } });
  expect(way.sent).toEqual([]);
  expect(way.logged.map(({ event }) => event)).toEqual(['unsure', 'webhook']);
});

describe('limits', () => {
  const limits = { strangers: { burst: 2, perSecond: 0.1 }, friends: { burst: 3, perSecond: 1 } };
  const knock = (way: WayIn, address: string) => way.receive(requestWith({ address }));

  test('strangers of one network are told to wait, those of another are not', async () => {
    const way = open({ limits });
    const statuses = [];
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3', '203.0.113.1']) statuses.push((await knock(way, address)).status);
    expect(statuses).toEqual([401, 401, 429, 401]);
    expect(await knock(way, '192.0.2.9')).toEqual({ status: 429, reason: 'too many requests', headers: { 'retry-after': '10' } });
    way.nowMs += 10_000;
    expect((await knock(way, '192.0.2.9')).status).toBe(401);
  });

  test('no stranger uses up a friend’s share, not even from the same network', async () => {
    const way = open({ limits });
    for (let index = 0; index < 50; index += 1) await knock(way, '192.0.2.7');
    expect((await way.receive(friendly())).status).toBe(202);
  });

  test('a source that sends too much is told to wait, another one is not', async () => {
    const way = open({ limits });
    const statuses = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await way.receive(friendly())).status);
    expect(statuses).toEqual([202, 202, 202, 429]);
    expect(way.sent).toHaveLength(3);
    way.nowMs += 1_000;
    expect((await way.receive(friendly())).status).toBe(202);
  });
});

describe('a signed delivery that comes again', () => {
  const way = (options: WayInOptions = {}) =>
    wayIn({ auth: [{ kind: 'standard-webhooks', secret: 'ssm:/s', toleranceMs: 300_000 }], ...options });
  const delivery = (id: string, text = ALARM, atMs = NOW_MS): WebhookRequest => {
    const stamp = String(atMs / 1_000);
    const signed = createHmac('sha256', SECRET).update(`${id}.${stamp}.${text}`).digest('base64');
    return requestWith({ text, headers: { 'webhook-id': id, 'webhook-timestamp': stamp, 'webhook-signature': `v1,${signed}` } });
  };
  const AGAIN = { status: 202, reason: 'accepted before: not queued again' };

  test('is accepted and not queued again, also with a new time', async () => {
    const one = way();
    expect((await one.receive(delivery('msg_1'))).status).toBe(202);
    expect(await one.receive(delivery('msg_1'))).toEqual(AGAIN);
    expect(await one.receive(delivery('msg_1', ALARM, NOW_MS + 60_000))).toEqual(AGAIN);
    expect(one.sent).toHaveLength(1);
    await one.receive(delivery('msg_2'));
    expect(one.sent).toHaveLength(2);
  });

  test('is remembered by every environment, and for one source alone', async () => {
    const one = way();
    await one.receive(delivery('msg_1'));
    expect([...one.table.items.keys()]).toEqual([expect.stringMatching(/^replay#[0-9a-f]{40}\ndelivery$/)]);
    expect([...one.table.items.values()]).toEqual([
      expect.objectContaining({ untilMs: NOW_MS + 600_000, ttlSeconds: (NOW_MS + 600_000) / 1_000 }),
    ]);
    expect(await one.services.door.replays.wasAccepted('other', 'std:msg_1', NOW_MS)).toBe(false);
    expect(await one.services.door.replays.wasAccepted('hook', 'std:msg_1', NOW_MS + 599_999)).toBe(true);
    expect(await one.services.door.replays.wasAccepted('hook', 'std:msg_1', NOW_MS + 600_000)).toBe(false);
  });

  test('is queued when the first attempt was not: the mark comes after the queue', async () => {
    const one = way();
    const { queue } = one.services;
    let isDown = true;
    const services = {
      ...one.services,
      queue: {
        ...queue,
        send: (...args: Parameters<typeof queue.send>) => (isDown ? Promise.reject(new Error('down')) : queue.send(...args)),
      },
    };
    const { receiveWebhook } = await import('../../lib/webhook/step.ts');
    await expect(receiveWebhook(services, delivery('msg_1'))).rejects.toThrow('down');
    isDown = false;
    expect((await receiveWebhook(services, delivery('msg_1'))).reason).toMatch(/^accepted: 1 alerts/);
    expect(one.sent).toHaveLength(1);
  });

  test('is queued when the ids cannot be read or kept: an alert is worth more than a repetition', async () => {
    const one = way();
    one.table.down = true;
    expect((await one.receive(delivery('msg_1'))).status).toBe(202);
    expect((await one.receive(delivery('msg_1'))).status).toBe(202);
    expect(one.sent).toHaveLength(2);
    expect(one.logged.map(({ event }) => event)).toContain('replays-unavailable');
  });

  test('vouches for no header', async () => {
    const one = way();
    const { headers, ...rest } = delivery('msg_1');
    await one.receive({ ...rest, headers: { ...headers, 'ce-specversion': '1.0' } });
    expect((JSON.parse(one.sent[0]?.body ?? '') as { headers: object }).headers).toEqual({});
  });

  test('with a token is another delivery: a reminder looks the same', async () => {
    const one = open();
    await one.receive(friendly());
    await one.receive(friendly());
    expect(one.sent).toHaveLength(2);
    expect(one.table.items.size).toBe(0);
  });
});

describe('the handshake of CloudEvents', () => {
  const ask = {
    method: 'OPTIONS',
    headers: { 'webhook-request-origin': 'https://MARK.example', 'webhook-request-callback': 'https://MARK' },
  };
  const events = { source: { kind: 'cloudevents' } };
  const path: SourceAuth = { kind: 'path', secret: 'ssm:/s' };

  test('is answered without echo, and nothing is called', async () => {
    const answer = await open(events).receive(requestWith(ask));
    expect(answer).toMatchObject({ status: 200, headers: { 'webhook-allowed-origin': '*' } });
    expect(JSON.stringify(answer)).not.toContain('MARK');
  });

  test('behind a secret path is answered to who knows it', async () => {
    const secret = { auth: [path], ...events };
    expect((await wayIn(secret).receive(requestWith({ ...ask, pathSecret: SECRET }))).status).toBe(200);
    expect((await wayIn(secret).receive(requestWith({ ...ask, pathSecret: 'x' }))).status).toBe(405);
  });

  test.each<[string, WayInOptions, Partial<WebhookRequest>]>([
    ['of another kind', {}, {}],
    ['that is closed', { ...events, auth: [] }, {}],
    ['without the question', events, { headers: {} }],
    ['that there is not', events, { source: 'no-such-source' }],
  ])('is not answered by a source %s', async (_what, options, change) => {
    const answer = await open(options).receive(requestWith({ ...ask, ...change }));
    expect(answer).toEqual({ status: 405, reason: 'method not allowed', headers: { allow: 'POST, PUT' } });
  });
});

test('what cannot be read twice in the same way is refused in the same words to the log and the sender', async () => {
  const secrets = secretsOf({ 'ssm:/s': [SECRET] });
  const way = open({ secrets });
  const answer = await way.receive(friendly({ text: '{"a":1,"a":2}' }));
  expect(answer.reason).toBe('malformed: a key stands twice in one object');
  expect(way.logged).toContainEqual({
    event: 'webhook',
    fields: { source: 'hook', status: 400, reason: answer.reason, bytes: 13 },
  });
});
