import { createHmac } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Config } from '../../lib/config/config.ts';
import { createDynamoTable } from '../../lib/platform/dynamodb-table.ts';
import { createRecordStore, type RefusedAlert } from '../../lib/store/record-store.ts';
import type { LogEntry } from '../../local/cloud.ts';
import { startEmbedded, type Embedded } from '../../local/embedded.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { alertmanagerBody } from '../scenarios/story.ts';
import { ROOT } from './lost-reply.ts';
import { until } from './until.ts';

let embedded: Embedded;
const logs: LogEntry[] = [];

/** The example, and two more sources: one that reads the same bodies as another, and one that signs. */
function withMoreSources(config: Config): Config {
  const { alertmanager } = config.sources;
  if (alertmanager === undefined) throw new Error('the example has no source alertmanager');
  const secret = 'ssm:/understudy/local/sources/signed';
  const signed = { ...alertmanager, auth: [{ kind: 'hmac', secret, header: 'X-Signature', toleranceMs: 300_000 }] } as const;
  return { ...config, sources: { ...config.sources, 'alertmanager-eu': alertmanager, signed } };
}

beforeAll(async () => {
  embedded = await startEmbedded({
    root: ROOT,
    adjust: withMoreSources,
    onLog: (entry) => logs.push(entry),
    onEvent: () => undefined,
  });
}, 120_000);
afterAll(async () => {
  await embedded?.stop();
});

interface Answer {
  readonly status: number;
  readonly error?: string;
  readonly detail?: string;
}
async function post(source: string, body: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const url = `${embedded.cloud.webhookUrl}hooks/${source}`;
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  const { error, detail } = (await response.json()) as Omit<Answer, 'status'>;
  return { status: response.status, ...(error === undefined ? {} : { error }), ...(detail === undefined ? {} : { detail }) };
}
const friendly = (): Record<string, string> => ({ authorization: `Bearer ${embedded.alertmanagerToken}` });

/** Waits until a dead letter with this body has come. @returns its reason, as the attribute has it. */
async function deadLetterOf(body: string): Promise<string> {
  const find = () => embedded.cloud.deadLetters('alerts').find((letter) => letter.body.includes(body));
  await until(`the dead letter of ${body.slice(0, 40)}`, () => find() !== undefined, 20_000);
  const { reason } = (find()?.attributes ?? {}) as { reason?: { StringValue?: string; stringValue?: string } };
  return reason?.StringValue ?? reason?.stringValue ?? '';
}

async function refused(): Promise<readonly RefusedAlert[]> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: embedded.cloud.dynamodbEndpoint, region: embedded.cloud.region, credentials });
  try {
    return await createRecordStore(createDynamoTable(client, embedded.cloud.tableName)).refused(50);
  } finally {
    client.destroy();
  }
}
async function recordWith(code: string, text: string): Promise<RefusedAlert> {
  const find = async () => (await refused()).find(({ refusals }) => refusals.some((one) => one.code === code && one.detail.includes(text)));
  await until(`the record of ${code}`, async () => (await find()) !== undefined, 20_000);
  const record = await find();
  if (record === undefined) throw new Error('it was there before');
  return record;
}

const alarm = (instance: string, at = Date.now() - 90_000): string => alertmanagerBody([{ startsAtMs: at, instance }]);

/** After each of them the pipeline still goes on: an alarm for a target is taken and reaches the decider. */
async function expectPipeline(): Promise<void> {
  const seen = logs.length;
  const answer = await post('alertmanager', alarm(FLEET.gaussdb.instanceId), friendly());
  expect(answer).toMatchObject({ status: 202, detail: 'accepted: 1 alerts, 0 ignored, 0 refused' });
  const isTold = ({ line }: LogEntry): boolean => {
    const { event, source } = line as { event?: string; source?: string };
    return event === 'delivery' && source === 'alertmanager';
  };
  await until('the alarm to be decided on', () => logs.slice(seen).some(isTold), 20_000);
}

describe('bad input', () => {
  test('a body that is not JSON: 400 with the reason, and a dead letter with the reason', async () => {
    const answer = await post('alertmanager', 'no-json-at-all', friendly());
    expect(answer).toMatchObject({ status: 400, error: expect.stringMatching(/^not-json: /) });
    expect(await deadLetterOf('no-json-at-all')).toMatch(/^not-json: /);
    await expectPipeline();
  });

  test('a JSON of no known source at a webhook: 400 with the reason and the path, and a record', async () => {
    const answer = await post('alertmanager', '{"hello":"webhook"}', friendly());
    expect(answer).toMatchObject({ status: 400, error: expect.stringMatching(/^malformed: alerts: /) });
    const record = await recordWith('malformed', '');
    expect(record).toMatchObject({ source: 'alertmanager', excerpt: '{"hello":"webhook"}' });
    await expectPipeline();
  });

  test('a JSON of no known source on the queue: a dead letter with the reason', async () => {
    embedded.cloud.send('alerts', '{"hello":"queue"}');
    expect(await deadLetterOf('{"hello":"queue"}')).toBe('unknown-source: $: no configured source knows this body');
    await expectPipeline();
  });

  test('one that two sources would claim: a dead letter that names both', async () => {
    const body = alarm('claimed-by-two');
    embedded.cloud.send('alerts', body);
    expect(await deadLetterOf('claimed-by-two')).toBe('ambiguous-source: $: taken by alertmanager, alertmanager-eu, signed');
    await expectPipeline();
  });

  test('the same one by its webhook: the path says which source it is', async () => {
    const answer = await post('alertmanager-eu', alarm('claimed-by-the-path'), friendly());
    expect(answer).toMatchObject({ status: 202 });
    expect((await recordWith('no-resource', 'claimed-by-the-path')).source).toBe('alertmanager-eu');
  });

  test('an alert for an unknown target: accepted, and a record that names what it named', async () => {
    const answer = await post('alertmanager', alarm('nobody-knows-me'), friendly());
    expect(answer).toMatchObject({ status: 202, detail: 'accepted: 1 alerts, 0 ignored, 0 refused' });
    const record = await recordWith('no-resource', 'nobody-knows-me');
    expect(record).toMatchObject({
      source: 'alertmanager',
      refusals: [{ code: 'no-resource', detail: expect.stringMatching(/^unknown-target: GaussdbPrimaryUnreachable names /) }],
    });
    await expectPipeline();
  });

  test('300 KB of it: 413 with the limit, and a record', async () => {
    const body = alarm('nobody-knows-me').replace('"annotations":{', `"annotations":{"long":"${'x'.repeat(300_000)}",`);
    const answer = await post('alertmanager', body, friendly());
    expect(answer).toEqual({ status: 413, error: 'body over 262144 bytes' });
    const record = await recordWith('too-large', 'body over 262144 bytes');
    expect(record.source).toBe('alertmanager');
    expect(record.excerpt.length).toBeLessThanOrEqual(200);
    await expectPipeline();
  });

  test('300 KB on the queue: a dead letter with the reason', async () => {
    embedded.cloud.send('alerts', JSON.stringify({ marker: 'three-hundred-kilobytes', long: 'x'.repeat(300_000) }));
    expect(await deadLetterOf('three-hundred-kilobytes')).toMatch(/^too-large: \$: 3\d{5} characters, of which 262144 are allowed$/);
    await expectPipeline();
  });

  test('a wrong token: 401, and a record without anything of the request', async () => {
    const answer = await post('alertmanager', alarm(FLEET.gaussdb.instanceId), { authorization: 'Bearer wrong-and-told-nowhere' });
    expect(answer).toEqual({ status: 401, error: 'not authenticated' });
    const record = await recordWith('not-authenticated', 'proved nothing');
    expect(record).toMatchObject({ source: 'alertmanager', excerpt: '' });
    expect(JSON.stringify([record, logs])).not.toContain('wrong-and-told-nowhere');
    await expectPipeline();
  });

  test('a wrong signature: 401 and a record; the right one is accepted', async () => {
    const body = alarm('nobody-knows-me');
    const sign = (secret: string) => ({ 'x-signature': createHmac('sha256', secret).update(body).digest('hex') });
    expect(await post('signed', body, sign('another secret'))).toEqual({ status: 401, error: 'not authenticated' });
    expect(await post('signed', body, {})).toEqual({ status: 401, error: 'not authenticated' });
    expect(await post('signed', `${body} `, sign(embedded.alertmanagerToken))).toEqual({ status: 401, error: 'not authenticated' });
    await until('the record', async () => (await refused()).some(({ source }) => source === 'signed'), 20_000);
    expect(await post('signed', body, sign(embedded.alertmanagerToken))).toMatchObject({ status: 202 });
    expect(await post('signed', body, sign(embedded.alertmanagerToken))).toMatchObject({
      status: 202,
      detail: 'accepted before: not queued again',
    });
    await expectPipeline();
  });

  test('a webhook that is closed, and one that there is not, sound like a wrong token', async () => {
    for (const source of ['cloudwatch', 'no-such-source'])
      expect(await post(source, alarm(FLEET.gaussdb.instanceId), friendly())).toEqual({ status: 401, error: 'not authenticated' });
  });

  test('none of it came again, and no function failed', async () => {
    const events = logs.map(({ line }) => (line as { event?: string }).event);
    for (const event of ['record-failed', 'decide-failed', 'invocation-failed', 'replays-unavailable', 'record-unavailable'])
      expect(events).not.toContain(event);
    await until('the queue to be empty', () => embedded.cloud.peek('alerts').inFlight.length === 0, 20_000);
    const verdicts = logs.filter(({ line }) => (line as { event?: string }).event === 'verdict');
    expect(new Set(verdicts.map(({ line }) => (line as { targetId?: string }).targetId))).toEqual(new Set(['orders-gaussdb']));
  });
});
