import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SourceAuth } from '../../lib/config/config.ts';
import { createHttp } from '../../lib/platform/https.ts';
import { NoAnswerError, type Http, type HttpRequest } from '../../lib/ports.ts';
import { authenticate } from '../../lib/webhook/authenticate.ts';
import { createSnsCertificates, isCertificateUrl } from '../../lib/webhook/sns-certificates.ts';
import { newSigner, snsMessage, type Signer } from './certificates.ts';
import { NOW_MS, requestWith, secretsOf, wayIn } from './way-in.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:database-alarms';
const CERT_URL = 'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem';
const WAY: SourceAuth = { kind: 'sns', topicArns: [TOPIC], toleranceMs: 3_600_000 };
const NOW = new Date(NOW_MS).toISOString();
const NOTIFICATION = {
  Type: 'Notification',
  MessageId: '0f6f6f0e-3c1d-5a7b-8f42-5d2f1f9f7a11',
  TopicArn: TOPIC,
  Subject: 'ALARM: "writer" in EU (Frankfurt)',
  Message: '{"AlarmName":"writer","NewStateValue":"ALARM"}',
  Timestamp: NOW,
  SigningCertURL: CERT_URL,
};
const CONFIRMATION = {
  Type: 'SubscriptionConfirmation',
  MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
  Token: '2336412f37abcdef',
  TopicArn: TOPIC,
  Message: 'You have chosen to subscribe',
  SubscribeURL: 'https://attacker.example/?Action=ConfirmSubscription',
  Timestamp: NOW,
  SigningCertURL: CERT_URL,
};

let amazon: Signer;
let attacker: Signer;
let server: Server;
let served: { readonly status: number; readonly body: string };
/** Addresses that were asked for. */
let asked: HttpRequest[] = [];
let http: Http;

/** A real TLS server stands for every host; what was asked for is kept as it was asked. */
beforeAll(async () => {
  [amazon, attacker] = [newSigner('sns.amazonaws.com'), newSigner('sns.amazonaws.com')];
  const tls = newSigner('127.0.0.1');
  server = createServer({ key: tls.keyPem, cert: tls.pem }, (_request, response) => response.writeHead(served.status).end(served.body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const real = createHttp({ ca: tls.pem });
  http = {
    request: (request) => {
      asked.push(request);
      return real.request({ ...request, url: request.url.replace(/^https:\/\/[^/]+/, `https://127.0.0.1:${port}`) });
    },
  };
}, 60_000);
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  asked = [];
  served = { status: 200, body: amazon.pem };
});

const judge = async (message: object, { way = WAY, nowMs = NOW_MS, certificates = createSnsCertificates(http), from = '192.0.2.7' } = {}) =>
  authenticate(
    { kind: 'cloudwatch', auth: [way] },
    { request: requestWith({ text: JSON.stringify(message), address: from }), secrets: secretsOf({}), nowMs, certificates },
  );
type Change = Readonly<Record<string, string | null | undefined>>;
const signed = (change: Change = {}, version: '1' | '2' = '2') => snsMessage({ ...NOTIFICATION, ...change }, amazon, version);

describe('a message of SNS', () => {
  test.each(['1', '2'] as const)('with a signature of version %s', async (version) => {
    expect(await judge(signed({}, version))).toMatchObject({
      kind: 'authentic',
      by: 'sns',
      headers: false,
      replay: { id: `sns:${NOTIFICATION.MessageId}` },
    });
    expect(asked).toEqual([expect.objectContaining({ method: 'GET', url: CERT_URL, timeoutMs: 3_000 })]);
  });

  test.each([
    ['without a subject', { Subject: undefined }],
    ['with a subject of null', { Subject: null }],
    ['with an empty subject', { Subject: '' }],
    ['with a message of several lines', { Message: 'one\nMessageId\ntwo' }],
  ])('%s', async (_what, { Subject, ...rest }: Change) => {
    const { Subject: _dropped, ...without } = NOTIFICATION;
    const text = typeof Subject === 'string' ? { Subject } : {};
    const message = snsMessage({ ...without, ...text, ...rest }, amazon);
    expect((await judge(Subject === null ? { ...message, Subject: null } : message)).kind).toBe('authentic');
  });

  test.each(['SubscriptionConfirmation', 'UnsubscribeConfirmation'])('%s', async (Type) => {
    const kind = Type === 'SubscriptionConfirmation' ? 'confirm' : 'ended';
    const proven = await judge(snsMessage({ ...CONFIRMATION, Type }, amazon));
    expect(proven).toMatchObject({ kind: 'authentic', subscription: { kind, topic: TOPIC } });
    expect(asked.map(({ url }) => url)).toEqual([CERT_URL]);
  });

  test('goes on with what is signed and nothing else', async () => {
    const proven = await judge({ ...signed(), alerts: [{ status: 'firing' }], MessageAttributes: {} });
    if (proven.kind !== 'authentic') throw new Error('not authentic');
    const { SigningCertURL: _url, ...signedFields } = NOTIFICATION;
    expect(JSON.parse(proven.body?.toString() ?? '')).toEqual(signedFields);
  });
});

describe('nothing proves itself to SNS’s way', () => {
  test.each<[string, () => object]>([
    ['with another message', () => ({ ...signed(), Message: 'x' })],
    ['with another subject', () => ({ ...signed(), Subject: 'x' })],
    ['with its subject taken out', () => ({ ...signed(), Subject: null })],
    ['with another id', () => ({ ...signed(), MessageId: '1f6f6f0e-3c1d-5a7b-8f42-5d2f1f9f7a11' })],
    ['made younger', () => ({ ...signed(), Timestamp: new Date(NOW_MS - 1).toISOString() })],
    ['by another key', () => snsMessage(NOTIFICATION, attacker)],
    ['with the other version’s number', () => ({ ...signed(), SignatureVersion: '1' })],
    ['of an unknown version', () => ({ ...signed(), SignatureVersion: '3' })],
    ['of a version that objects have', () => ({ ...signed(), SignatureVersion: 'constructor' })],
    ['without a signature', () => ({ ...signed(), Signature: undefined })],
    ['with a signature that is no base64', () => ({ ...signed(), Signature: '***' })],
    ['with a signature of another size', () => ({ ...signed(), Signature: signed()['Signature']?.slice(0, 100) })],
    ['with a huge signature', () => ({ ...signed(), Signature: 'A'.repeat(100_000) })],
    ['with a message that is no text', () => ({ ...signed(), Message: { AlarmName: 'x' } })],
    ['a handshake as a notification', () => ({ ...snsMessage(CONFIRMATION, amazon), Type: 'Notification' })],
    ['a list', () => [signed()]],
  ])('%s', async (_what, make) => {
    expect((await judge(make())).kind).toBe('stranger');
  });

  test.each<[string, Change]>([
    ['of another topic', { TopicArn: 'arn:aws:sns:eu-central-1:444455556666:database-alarms' }],
    ['of another region’s topic', { TopicArn: TOPIC.replace('eu-central-1', 'eu-west-1') }],
    ['too old', { Timestamp: new Date(NOW_MS - 3_600_001).toISOString() }],
    ['from the future', { Timestamp: new Date(NOW_MS + 300_001).toISOString() }],
    ['without a zone', { Timestamp: NOW.slice(0, -1) }],
    ['of another type', { Type: 'Confirmation' }],
    ['with an id of two lines', { MessageId: 'a\nb' }],
    ['with an id of another form', { MessageId: '../../0f6f6f0e' }],
    ['with a subject of two lines', { Subject: 'one\ntwo' }],
    ['without a certificate', { SigningCertURL: undefined }],
    ['with a certificate elsewhere', { SigningCertURL: 'https://attacker.example/x.pem' }],
  ])('%s, though rightly signed, and nothing is fetched', async (_what, change) => {
    expect((await judge(signed(change))).kind).toBe('stranger');
    expect(asked).toEqual([]);
  });

  test('beyond the size of any message of SNS', async () => {
    expect((await judge(signed({ Message: 'x'.repeat(256 * 1_024) }))).kind).toBe('stranger');
    expect(asked).toEqual([]);
  });
});

describe('the address of a certificate', () => {
  test.each([
    [CERT_URL, TOPIC],
    ['https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-0.pem', 'arn:aws-cn:sns:cn-north-1:111122223333:t'],
    ['https://sns.us-gov-west-1.amazonaws.com/x.pem', 'arn:aws-us-gov:sns:us-gov-west-1:111122223333:t'],
  ])('%s', (url, topic) => {
    expect(isCertificateUrl(url, topic)).toBe(true);
  });

  const { host } = new URL(CERT_URL);
  test.each([
    `http://${host}/x.pem`,
    `https://${host}:443/x.pem`,
    `https://${host}:8443/x.pem`,
    `https://user@${host}/x.pem`,
    `https://${host}@attacker.example/x.pem`,
    `https://${host}.attacker.example/x.pem`,
    `https://${host}\\@attacker.example/x.pem`,
    `https://${host}/x.pem?a=b`,
    `https://${host}/x.pem#a`,
    `https://${host}/../x.pem`,
    `https://${host}/a/x.pem`,
    `https://${host}/%2e%2e/x.pem`,
    `https://${host}/x.pem/`,
    `https://${host}/x.crt`,
    `https://${host}//attacker.example/x.pem`,
    `https://${host}/?x.pem`,
    `//${host}/x.pem`,
    ` https://${host}/x.pem`,
    `https://${host}/x.pem\n`,
    'https://sns.eu-west-1.amazonaws.com/x.pem',
    'https://sns.eu-central-1.amazonaws.com.cn/x.pem',
    'https://SNS.eu-central-1.amazonaws.com/x.pem',
    'https://sns.s3.amazonaws.com/x.pem',
    'https://sns.s3-eu-central-1.amazonaws.com/x.pem',
    'https://sns.eu-central-1.amazonaws.com.attacker.example/x.pem',
    'https://snsXeu-central-1.amazonaws.com/x.pem',
    'https://sns.eu-central-1.amazonaws.org/x.pem',
    'https://127.0.0.1/x.pem',
    'https://169.254.169.254/latest/meta-data/x.pem',
    'https://[::1]/x.pem',
    'file:///etc/x.pem',
    'javascript:alert(1)//x.pem',
    '',
  ])('is not %s', (url) => {
    expect(isCertificateUrl(url, TOPIC)).toBe(false);
  });
});

/** Stands for the right one, which is not made yet when the rows are. */
const CERTIFICATE = '(the certificate)';

describe('the certificate', () => {
  test('is fetched once, also when several messages come together', async () => {
    const certificates = createSnsCertificates(http);
    const kinds = await Promise.all([judge(signed(), { certificates }), judge(signed({}, '1'), { certificates })]);
    expect(kinds.map(({ kind }) => kind)).toEqual(['authentic', 'authentic']);
    expect((await judge(signed(), { certificates })).kind).toBe('authentic');
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['a redirect', { status: 302, body: CERTIFICATE }],
    ['not there', { status: 404, body: CERTIFICATE }],
    ['no certificate', { status: 200, body: '<html></html>' }],
    ['damaged', { status: 200, body: `-----BEGIN CERTIFICATE-----\n${'A'.repeat(400)}\n-----END CERTIFICATE-----` }],
  ])('that is %s proves nothing, and is not asked for again soon', async (_what, answer) => {
    served = { ...answer, body: answer.body.replace(CERTIFICATE, amazon.pem) };
    const certificates = createSnsCertificates(http);
    expect((await judge(signed(), { certificates })).kind).toBe('stranger');
    served = { status: 200, body: amazon.pem };
    expect((await judge(signed(), { certificates })).kind).toBe('stranger');
    expect(asked).toHaveLength(1);
    const laterMs = NOW_MS + 5 * 60_000;
    expect((await judge(signed(), { certificates, nowMs: laterMs })).kind).toBe('authentic');
  });

  test('larger than any certificate proves nothing', async () => {
    served = { status: 200, body: `${' '.repeat(20_000)}${amazon.pem}` };
    expect((await judge(signed())).kind).toBe('stranger');
  });

  test.each([
    ['the host fails', () => (served = { status: 500, body: amazon.pem })],
    ['the host has enough', () => (served = { status: 429, body: amazon.pem })],
  ])('while %s nobody is sent away for good', async (_what, fail) => {
    const certificates = createSnsCertificates(http);
    fail();
    expect((await judge(signed(), { certificates })).kind).toBe('unsure');
    served = { status: 200, body: amazon.pem };
    expect((await judge(signed(), { certificates })).kind).toBe('authentic');
  });

  test('while nothing answers nobody is sent away for good', async () => {
    const certificates = createSnsCertificates({ request: () => Promise.reject(new NoAnswerError('sns: time-out')) });
    expect(await judge(signed(), { certificates })).toEqual({ kind: 'unsure', why: 'sns: the signing certificate could not be fetched' });
  });

  test('counts only while it is valid', async () => {
    const [early, late] = [Date.now() - 10 * 86_400_000, Date.now() + 10 * 86_400_000];
    for (const nowMs of [early, late]) {
      const message = signed({ Timestamp: new Date(nowMs).toISOString() });
      expect((await judge(message, { nowMs })).kind).toBe('stranger');
    }
    expect(asked).toHaveLength(2);
  });

  test.each([
    ['a short RSA key', ['-newkey', 'rsa:1024']],
    ['an RSA key for another padding', ['-newkey', 'rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048']],
    ['a key that is no RSA key', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']],
  ])('of %s proves nothing', async (_what, algorithm) => {
    const weak = newSigner('sns.amazonaws.com', algorithm);
    served = { status: 200, body: weak.pem };
    expect((await judge(snsMessage(NOTIFICATION, weak))).kind).toBe('stranger');
  });

  test('of many addresses without one the oldest is forgotten first, and a new one is not', async () => {
    served = { status: 404, body: '' };
    const certificates = createSnsCertificates({ request: async (request) => (asked.push(request), { ...served, headers: {} }) });
    const at = (index: number): string => CERT_URL.replace(/[0-9a-f]{32}/, String(index).padStart(32, '0'));
    const ask = async (index: number) => certificates.at(at(index), `asker-${String(asked.length)}`, NOW_MS);
    for (let index = 0; index <= 200; index += 1) await ask(index);
    expect(asked).toHaveLength(201);
    await ask(1);
    expect(asked).toHaveLength(201);
    await ask(0);
    expect(asked).toHaveLength(202);
  });

  test('whoever invents addresses is stopped, and nobody else', async () => {
    served = { status: 404, body: '' };
    const certificates = createSnsCertificates(http);
    const invented = (index: number) => ({
      ...signed(),
      SigningCertURL: CERT_URL.replace(/[0-9a-f]{32}/, String(index).padStart(32, '0')),
    });
    for (let index = 0; index < 20; index += 1) await judge(invented(index), { certificates, from: '203.0.113.9' });
    expect(asked).toHaveLength(5);
    expect((await judge(invented(99), { certificates, from: '203.0.113.200' })).kind).toBe('unsure');
    served = { status: 200, body: amazon.pem };
    expect((await judge(signed(), { certificates, from: '192.0.2.7' })).kind).toBe('authentic');
  });
});

describe('through the door', () => {
  test('an alarm is queued once, however often it is sent', async () => {
    const way = wayIn({ auth: [WAY], source: { kind: 'cloudwatch' }, http });
    const text = JSON.stringify({ ...signed(), alerts: [], 'detail-type': 'added by somebody' });
    const request = requestWith({ text, headers: { 'content-type': 'text/plain; charset=UTF-8' } });
    const first = await way.receive(request);
    expect(await way.receive(request)).toEqual({ status: 202, reason: 'accepted before: not queued again' });
    expect(first.reason).not.toBe('accepted before: not queued again');
    expect(way.sent.map(({ queue }) => queue)).toEqual(['alerts']);
    const { body, contentType } = JSON.parse(way.sent[0]?.body ?? '') as { body: string; contentType: string };
    const { SigningCertURL: _url, ...signedFields } = NOTIFICATION;
    expect([contentType, JSON.parse(body)]).toEqual(['text/plain', signedFields]);
  });

  test('a confirmation is told to people and never called', async () => {
    const way = wayIn({ auth: [WAY], source: { kind: 'cloudwatch' }, http });
    const answer = await way.receive(requestWith({ text: JSON.stringify(snsMessage(CONFIRMATION, amazon)) }));
    expect(answer).toEqual({ status: 202, reason: 'an operator must confirm' });
    expect(asked.map(({ url }) => url)).toEqual([CERT_URL]);
    expect(new Set(way.sent.map(({ queue }) => queue))).toEqual(new Set(['notices']));
    const { notice } = JSON.parse(way.sent[0]?.body ?? '') as { notice: { kind: string; urgency: string; steps: string[] } };
    expect(notice).toMatchObject({ kind: 'alert-refused', urgency: 'tell' });
    expect(notice.steps.join()).toContain(`aws sns confirm-subscription --topic-arn ${TOPIC} --token 2336412f37abcdef`);
    expect(JSON.stringify(notice)).not.toContain('attacker.example');
    expect(way.logged.map(({ event }) => event)).toContain('subscription');
  });

  test('a token that could be a command of a shell is not shown', async () => {
    const way = wayIn({ auth: [WAY], source: { kind: 'cloudwatch' }, http });
    await way.receive(requestWith({ text: JSON.stringify(snsMessage({ ...CONFIRMATION, Token: 'x; rm -rf /' }, amazon)) }));
    expect(way.sent[0]?.body).not.toContain('rm -rf');
  });

  test('the end of a subscription is told too', async () => {
    const way = wayIn({ auth: [WAY], source: { kind: 'cloudwatch' }, http });
    await way.receive(requestWith({ text: JSON.stringify(snsMessage({ ...CONFIRMATION, Type: 'UnsubscribeConfirmation' }, amazon)) }));
    expect(way.sent[0]?.body).toContain('has ended its subscription');
  });
});
