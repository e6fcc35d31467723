import { beforeAll, describe, expect, test } from 'vitest';
import type { SourceAuth } from '../../lib/config/config.ts';
import { authenticate } from '../../lib/webhook/authenticate.ts';
import { configOf, exampleWith, faultsOf } from '../config/example.ts';
import { newSigner, smnMessage, type Signer } from './certificates.ts';
import { NOW_MS, requestWith, secretsOf, wayIn } from './way-in.ts';

const TOPIC = 'urn:smn:ap-southeast-1:0483b6b16e954cb88930a360d2c4e663:database-alarms';
const timeAt = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const NOW = timeAt(NOW_MS);
const NOTIFICATION = {
  type: 'Notification',
  topic_urn: TOPIC,
  message_id: 'd3df1fb0248f48b69fb9df4676177406',
  subject: '[Critical Alarm]',
  message: '{"message_type":"alarm"}',
  timestamp: NOW,
  signing_cert_url: 'https://attacker.example/SMN.pem',
};
const CONSOLE = `https://ap-southeast-1-console.huaweicloud.com/smn/subscription/confirm?token=bd41&topic_urn=${TOPIC}`;
const CONFIRMATION = {
  type: 'SubscriptionConfirmation',
  topic_urn: TOPIC,
  message_id: '5bc5cf7e988249e991446a2a2c6a1be6',
  message: 'You are invited to subscribe',
  subscribe_url: CONSOLE,
  timestamp: NOW,
};

let huawei: Signer;
let attacker: Signer;
beforeAll(() => {
  [huawei, attacker] = [newSigner('Huawei-Cloud-SMN-Meter'), newSigner('Huawei-Cloud-SMN-Meter')];
}, 60_000);

type Smn = Extract<SourceAuth, { kind: 'smn' }>;
const wayOf = (change: Partial<Smn> = {}): Smn => ({
  kind: 'smn',
  topicUrns: [TOPIC],
  toleranceMs: 3_600_000,
  certificates: [huawei.pem],
  fingerprints: [huawei.fingerprint],
  ...change,
});
const judge = async (message: object, way: Smn = wayOf(), nowMs = NOW_MS) =>
  authenticate(
    { kind: 'huawei-ces', auth: [way] },
    { request: requestWith({ text: JSON.stringify(message) }), secrets: secretsOf({ 'ssm:/pem': linesOf(huawei.pem) }), nowMs },
  );
const linesOf = (text: string) => text.trim().split('\n') as [string, ...string[]];

describe('a message of SMN', () => {
  test('with a subject', async () => {
    expect(await judge(smnMessage(NOTIFICATION, huawei))).toMatchObject({
      kind: 'authentic',
      by: 'smn',
      headers: false,
      replay: { id: `smn:${NOTIFICATION.message_id}` },
    });
  });

  const { subject: _subject, ...withoutSubject } = NOTIFICATION;
  test.each([
    ['without a subject', withoutSubject, false],
    ['with an empty subject that is not signed', { ...NOTIFICATION, subject: '' }, false],
    ['with an empty subject that is signed', { ...NOTIFICATION, subject: '' }, true],
    ['a confirmation', CONFIRMATION, false],
    ['the end of a subscription', { ...CONFIRMATION, type: 'UnsubscribeConfirmation' }, false],
  ])('%s', async (_what, fields, signsEmptySubject) => {
    expect((await judge(smnMessage(fields, huawei, signsEmptySubject))).kind).toBe('authentic');
  });

  test('whose certificate is kept in the store of secrets, line by line', async () => {
    expect((await judge(smnMessage(NOTIFICATION, huawei), wayOf({ certificates: ['ssm:/pem'] }))).kind).toBe('authentic');
  });

  test('by the new certificate or by the old one, while both are pinned', async () => {
    const both = wayOf({ certificates: [attacker.pem, huawei.pem], fingerprints: [huawei.fingerprint, attacker.fingerprint] });
    for (const signer of [huawei, attacker]) expect((await judge(smnMessage(NOTIFICATION, signer), both)).kind).toBe('authentic');
  });

  test('goes on with what is signed and nothing else', async () => {
    const proven = await judge({ ...smnMessage(NOTIFICATION, huawei), record: [{ smn: NOTIFICATION }] });
    if (proven.kind !== 'authentic') throw new Error('not authentic');
    const { signing_cert_url: _url, ...signedFields } = NOTIFICATION;
    expect(JSON.parse(proven.body?.toString() ?? '')).toEqual(signedFields);
  });
});

describe('nothing proves itself to SMN’s way', () => {
  test.each<[string, () => object]>([
    ['with another message', () => ({ ...smnMessage(NOTIFICATION, huawei), message: 'x' })],
    ['with another subject', () => ({ ...smnMessage(NOTIFICATION, huawei), subject: 'x' })],
    ['with its subject emptied', () => ({ ...smnMessage(NOTIFICATION, huawei), subject: '' })],
    ['by another key', () => smnMessage(NOTIFICATION, attacker)],
    ['of another topic', () => smnMessage({ ...NOTIFICATION, topic_urn: `${TOPIC}x` }, huawei)],
    ['too old', () => smnMessage({ ...NOTIFICATION, timestamp: timeAt(NOW_MS - 3_601_000) }, huawei)],
    ['from the future', () => smnMessage({ ...NOTIFICATION, timestamp: timeAt(NOW_MS + 301_000) }, huawei)],
    ['of another type', () => smnMessage({ ...NOTIFICATION, type: 'notification' }, huawei)],
    ['with an id that is none', () => smnMessage({ ...NOTIFICATION, message_id: '../../x' }, huawei)],
    ['a confirmation for another address', () => ({ ...smnMessage(CONFIRMATION, huawei), subscribe_url: 'https://attacker.example' })],
    ['without a signature', () => NOTIFICATION],
    ['what is no object', () => ['Notification']],
  ])('%s', async (_what, make) => {
    expect((await judge(make())).kind).toBe('stranger');
  });

  test('by a certificate that is configured but not pinned', async () => {
    expect((await judge(smnMessage(NOTIFICATION, huawei), wayOf({ fingerprints: [attacker.fingerprint] }))).kind).toBe('stranger');
  });

  test('by a certificate that is pinned but not configured', async () => {
    expect((await judge(smnMessage(NOTIFICATION, huawei), wayOf({ certificates: [attacker.pem] }))).kind).toBe('stranger');
  });

  test('by a certificate that has expired', async () => {
    const nowMs = Date.now() + 10 * 86_400_000;
    const message = smnMessage({ ...NOTIFICATION, timestamp: timeAt(nowMs) }, huawei);
    expect((await judge(message, wayOf(), nowMs)).kind).toBe('stranger');
  });

  test('while its certificate cannot be read, and is not sent away for good', async () => {
    expect((await judge(smnMessage(NOTIFICATION, huawei), wayOf({ certificates: ['ssm:/lost'] }))).kind).toBe('unsure');
  });
});

describe('through the door', () => {
  const confirmed = async (subscribe_url: string): Promise<string> => {
    const way = wayIn({ auth: [wayOf()], source: { kind: 'huawei-ces' } });
    const answer = await way.receive(requestWith({ text: JSON.stringify(smnMessage({ ...CONFIRMATION, subscribe_url }, huawei)) }));
    expect(answer.status).toBe(202);
    expect(way.sent.every(({ queue }) => queue === 'notices')).toBe(true);
    return way.sent[0]?.body ?? '';
  };

  test('a person is shown the address, if it is the console’s', async () => {
    expect(await confirmed(CONSOLE)).toContain(CONSOLE);
  });

  test.each([
    'http://ap-southeast-1-console.huaweicloud.com/smn/x',
    'https://attacker.example/smn/subscription/confirm?token=1',
    'https://huaweicloud.com.attacker.example/smn/x',
    'https://ap-southeast-1-console.huaweicloud.com@attacker.example/smn/x',
    'https://console.huaweicloud.com/smn/x|<https://attacker.example|here>',
    'https://console.huaweicloud.com/redirect?to=https%3A%2F%2Fattacker.example',
  ])('and otherwise not: %s', async (url) => {
    expect(await confirmed(url)).not.toContain(url);
  });
});

describe('in understudy.yml', () => {
  const withSource = (lines: readonly string[]): string =>
    exampleWith([
      '  cloudwatch:\n    kind: cloudwatch',
      ['  eye:', '    kind: huawei-ces', '    auth:', ...lines, '  cloudwatch:', '    kind: cloudwatch'].join('\n'),
    ]);
  const block = (pem: string): readonly string[] => ['          - |', ...linesOf(pem).map((line) => `            ${line}`)];
  const smn = (more: readonly string[]): readonly string[] => ['      - kind: smn', `        topicUrns: ['${TOPIC}']`, ...more];

  test('a certificate stands as it is, pinned by the published fingerprint unless another is written', () => {
    const written = smn(['        certificates:', ...block(huawei.pem), '          - ssm:/understudy/${stage}/sources/smn']);
    const [way] = configOf(withSource(written)).sources['eye']?.auth ?? [];
    expect(way).toEqual({
      kind: 'smn',
      topicUrns: [TOPIC],
      toleranceMs: 3_600_000,
      certificates: [expect.stringContaining('BEGIN CERTIFICATE'), 'ssm:/understudy/dev/sources/smn'],
      fingerprints: ['85ff15cd8a217c2bdf367cf017394db0edfeb0318b5f5c7c6bbe2573cad13817'],
    });
  });

  test('what was written authenticates', async () => {
    const colons = huawei.fingerprint.toUpperCase().replaceAll(/(..)(?!$)/g, '$1:');
    const written = smn(['        certificates:', ...block(huawei.pem), `        fingerprints: ['${colons}']`]);
    const [way] = configOf(withSource(written)).sources['eye']?.auth ?? [];
    expect((await judge(smnMessage(NOTIFICATION, huawei), way as Smn)).kind).toBe('authentic');
  });

  test.each([
    ['no certificate', [], 'certificates'],
    ['a file’s name', ['        certificates: [smn.pem]'], 'certificates[0]'],
    ['an address', ['        certificates: ["https://smn.example/SMN.pem"]'], 'certificates[0]'],
    ['half a fingerprint', ['        certificates: ["ssm:/x"]', '        fingerprints: [85ff15cd]'], 'fingerprints[0]'],
  ])('refuses %s', (_what, more, path) => {
    expect(faultsOf(withSource(smn(more))).map((fault) => fault.path)).toEqual([`sources.eye.auth[0].${path}`]);
  });
});
