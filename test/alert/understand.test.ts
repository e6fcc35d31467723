import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../lib/alert/source.ts';
import { MAX_BODY_CHARS, understand } from '../../lib/alert/understand.ts';
import { CONFIGURED, eventsOf, RECEIVED_AT_MS } from './fixtures.ts';

const json = (body: unknown): Delivery => ({
  contentType: 'application/json',
  headers: {},
  body: typeof body === 'string' ? body : JSON.stringify(body),
  receivedAtMs: RECEIVED_AT_MS,
});
const event = (source: string, file: string): Delivery => {
  const found = eventsOf(source).find((fixture) => fixture.file === file);
  if (!found) throw new Error(`no event ${source}/${file}`);
  return found.delivery;
};
const codes = (delivery: Delivery, configured = CONFIGURED, named?: string): readonly string[] =>
  understand(delivery, configured, named).parsed.refusals.map(({ code, path }) => `${code} ${path}`);

const ALERTMANAGER = event('alertmanager', 'gaussdb-primary-unreachable.json');
const CLOUDWATCH_RAW = event('cloudwatch', 'polardb-writer-down.raw.json');

describe('which source', () => {
  test('the path names it, under whatever name the configuration gives', () => {
    const understood = understand(ALERTMANAGER, { 'am-eu': { kind: 'alertmanager', auth: [] } }, 'am-eu');
    expect(understood.source).toBe('am-eu');
    expect(understood.parsed.alerts.map(({ source, observer }) => [source, observer])).toStrictEqual([
      ['am-eu', 'am-eu'],
      ['am-eu', 'am-eu'],
    ]);
  });

  test('without a name, the one that recognises the body', () => {
    expect(understand(CLOUDWATCH_RAW, CONFIGURED).source).toBe('cloudwatch');
  });

  test.each(['am-us', '__proto__', 'constructor', ''])('a path that names nothing configured (%s) is an unknown source', (named) => {
    expect(codes(ALERTMANAGER, CONFIGURED, named)).toStrictEqual(['unknown-source $']);
  });

  test('a configured source of a kind that does not exist is an unknown source', () => {
    expect(codes(ALERTMANAGER, { x: { kind: 'nagios', auth: [] } }, 'x')).toStrictEqual(['unknown-source $']);
  });

  test('JSON that nobody knows', () => {
    expect(codes(json({ hello: 'world' }))).toStrictEqual(['unknown-source $']);
  });

  test('a body that two sources would claim is given to neither', () => {
    const both = { ...(JSON.parse(ALERTMANAGER.body) as object), incident: { incident_id: '1', policy_name: 'x', state: 'open' } };
    const { source, parsed } = understand(json(both), CONFIGURED);
    expect(source).toBeUndefined();
    expect(parsed.alerts).toStrictEqual([]);
    expect(parsed.refusals).toStrictEqual([{ code: 'ambiguous-source', path: '$', detail: 'taken by alertmanager, google-cloud' }]);
  });

  test('two configured sources of one kind are ambiguous for a queue and clear for a path', () => {
    const two = { eu: { kind: 'cloudwatch', auth: [] }, us: { kind: 'cloudwatch', auth: [] } };
    expect(codes(CLOUDWATCH_RAW, two)).toStrictEqual(['ambiguous-source $']);
    expect(understand(CLOUDWATCH_RAW, two, 'us').source).toBe('us');
  });

  test('what no configured source takes is unknown, though the source exists', () => {
    expect(codes(CLOUDWATCH_RAW, { am: { kind: 'alertmanager', auth: [] } })).toStrictEqual(['unknown-source $']);
  });

  test('a named source says what is wrong with a body it does not recognise', () => {
    expect(codes(json({ hello: 'world' }), CONFIGURED, 'alertmanager')).toStrictEqual(['malformed alerts']);
    expect(codes(json('nothing'), CONFIGURED, 'alertmanager')).toStrictEqual(['not-json $']);
  });
});

describe('bodies that are no JSON', () => {
  test.each(['', 'hello', '{"alerts":', '<xml/>'])('%s', (body) => {
    expect(codes(json(body))).toStrictEqual(['not-json $']);
  });

  test('300 KB of anything', () => {
    expect(codes(json(`{"x":"${'a'.repeat(300_000)}"}`))).toStrictEqual(['too-large $']);
    expect(codes(json('a'.repeat(MAX_BODY_CHARS + 1)), CONFIGURED, 'alertmanager')).toStrictEqual(['too-large $']);
    expect(codes(json('a'.repeat(MAX_BODY_CHARS)))).toStrictEqual(['not-json $']);
  });
});

describe('envelopes', () => {
  const envelope = (Message: string, Type = 'Notification') => ({
    Type,
    MessageId: '1',
    TopicArn: 'arn:aws:sns:eu-central-1:1:t',
    Message,
  });
  const record = (body: string) => ({ messageId: '1', eventSource: 'aws:sqs', body });

  test('another vendor’s body in an SNS envelope is that vendor’s', () => {
    expect(understand(json(envelope(ALERTMANAGER.body)), CONFIGURED)).toStrictEqual(understand(ALERTMANAGER, CONFIGURED));
    expect(understand(json(envelope(ALERTMANAGER.body)), CONFIGURED, 'alertmanager')).toStrictEqual(understand(ALERTMANAGER, CONFIGURED));
  });

  test('thrice wrapped: alarm in SNS in SQS in a Lambda event', () => {
    const wrapped = json({ Records: [record(JSON.stringify(envelope(CLOUDWATCH_RAW.body)))] });
    expect(understand(wrapped, CONFIGURED)).toStrictEqual(understand(CLOUDWATCH_RAW, CONFIGURED));
  });

  test('a record that cannot be understood fails alone', () => {
    const { source, parsed } = understand(json({ Records: [record('junk'), record(CLOUDWATCH_RAW.body)] }), CONFIGURED);
    expect(source).toBe('cloudwatch');
    expect(parsed.alerts).toHaveLength(1);
    expect(parsed.refusals.map(({ code }) => code)).toStrictEqual(['not-json']);
  });

  test('plain text inside is not JSON', () => {
    expect(codes(json(envelope('Hello from SNS!')))).toStrictEqual(['not-json $']);
  });

  test('a subscription confirmation is shown to an operator and never fetched', () => {
    expect(understand(json(envelope('…', 'SubscriptionConfirmation')), CONFIGURED).parsed.ignored).toStrictEqual([
      { why: 'subscription confirmation: an operator must confirm' },
    ]);
    expect(understand(json(envelope('…', 'UnsubscribeConfirmation')), CONFIGURED).parsed.ignored[0]?.why).toMatch(/^unsubscribe/);
  });

  test('envelopes in envelopes come to an end', () => {
    let body = CLOUDWATCH_RAW.body;
    for (let depth = 0; depth < 5; depth++) body = JSON.stringify(envelope(body));
    expect(codes(json(body))).toStrictEqual(['unknown-source $']);
  });

  test('one change of state over two paths is one alert', () => {
    const [raw, sns, eventBridge, lambda] = ['raw', 'sns', 'eventbridge', 'lambda'].map(
      (shape) => understand(event('cloudwatch', `polardb-writer-down.${shape}.json`), CONFIGURED).parsed.alerts,
    );
    expect(sns).toStrictEqual(raw);
    expect(eventBridge).toStrictEqual(raw);
    expect(lambda).toStrictEqual(raw);
  });
});

test('a batch of more alerts than one delivery may hold is read up to the limit, and the rest is named', () => {
  const item = { status: 'firing', labels: { alertname: 'x' }, startsAt: '2026-11-21T20:00:00Z' };
  const body = { version: '4', groupKey: '{}', status: 'firing', receiver: 'x', alerts: Array.from({ length: 2_003 }, () => item) };
  const { parsed } = understand(json(body), CONFIGURED);
  expect(parsed.alerts).toHaveLength(2_000);
  expect(parsed.refusals).toStrictEqual([
    { code: 'too-many-alerts', path: 'alerts[2000]', detail: '3 alerts beyond the first 2000 were not read' },
  ]);
});
