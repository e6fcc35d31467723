import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCloud, type Cloud, type CloudEvent, type LogEntry } from '../../local/cloud.ts';
import { eventually } from '../local/fixture-cloud.ts';
import { madFriends } from './hostile-friends.ts';
import { strangers } from './hostile-strangers.ts';
import { wireTricks } from './hostile-wire.ts';
import { compiledFor, hostileWorld, MARK, type Hostile, type HostileCase } from './hostile-world.ts';
import { exchange, http } from './raw-http.ts';

const world: Hostile = hostileWorld(Date.now());
const STRANGERS = [...strangers(world), ...wireTricks(world)];
const FRIENDS = madFriends(world);
const BODY_TIMEOUT_MS = 1_000;
/** No answer takes longer, and no connection stays open beyond. */
const DEADLINE_MS = 20_000;

let cloud: Cloud;
let port: number;
const logs: LogEntry[] = [];
const calls: Extract<CloudEvent, { kind: 'call' }>[] = [];
const failures: CloudEvent[] = [];

beforeAll(async () => {
  cloud = await startCloud({
    root: resolve(import.meta.dirname, '../..'),
    only: ['webhook', 'decider'],
    configJson: compiledFor(world),
    parameters: world.parameters,
    bodyTimeoutMs: BODY_TIMEOUT_MS,
    onLog: (entry) => logs.push(entry),
    onEvent: (event) => {
      if (event.kind === 'call') calls.push(event);
      if (event.kind === 'fault' || (event.kind === 'invocation' && event.outcome !== 'ok')) failures.push(event);
    },
  });
  port = Number(new URL(cloud.webhookUrl).port);
  expect(await good()).toBe(202);
}, 120_000);
afterAll(async () => {
  await cloud?.stop();
});

const lines = (event: string): readonly Record<string, unknown>[] =>
  logs.map(({ line }) => line as Record<string, unknown>).filter((line) => typeof line === 'object' && line?.['event'] === event);
const sends = (): number => calls.filter(({ operation, caller }) => operation === 'SendMessage' && /webhook/i.test(caller)).length;

/** What a well-behaved Alertmanager sends: about no target of ours, so that it changes nothing. */
const GOOD = world.alarm.replaceAll('c04c789b6baa4b6dbcc139c5226f3a2cin14', 'somebody-elses-in14').replaceAll(MARK, 'Good');
async function good(): Promise<number | undefined> {
  const bytes = http('/hooks/tokens', { headers: { authorization: `Bearer ${world.secret('tokens')}` }, body: GOOD });
  return (await exchange(port, { bytes }, '127.250.0.1', DEADLINE_MS)).statuses[0];
}

/** Each comes from a network of its own, so that no limit answers for another. */
async function attack({ bytes, stalls = false }: HostileCase, index: number) {
  return exchange(port, { bytes, stalls }, `127.${1 + Math.floor(index / 250)}.${1 + (index % 250)}.1`, DEADLINE_MS);
}

function tellsNothing(text: string): void {
  expect(text).not.toContain(MARK);
  for (const secret of world.secrets) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/\bat .+:\d+:\d+|node_modules|index\.mjs|Error:|\/tmp\/|arn:aws|ssm:/);
}

function answersWithin(may: HostileCase['may'], statuses: readonly number[]): void {
  if (statuses.length === 0) expect(may).toContain('closed');
  for (const status of statuses) expect(may).toContain(status);
}

describe(`${STRANGERS.length} requests of strangers`, () => {
  let sentBefore: number;
  beforeAll(() => {
    sentBefore = sends();
  });

  test('are at least 150, each with a name of its own', () => {
    expect(STRANGERS.length).toBeGreaterThanOrEqual(150);
    const all = [...STRANGERS, ...FRIENDS].map(({ name }) => name);
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
  });

  test.concurrent.each(STRANGERS.map((each, index) => [each.name, each, index] as const))(
    '%s',
    async (_name, each, index) => {
      const answer = await attack(each, index);
      expect(answer.hung).toBe(false);
      answersWithin(each.may, answer.statuses);
      tellsNothing(answer.text);
    },
    60_000,
  );

  test('put nothing on a queue', () => {
    expect(sends()).toBe(sentBefore);
    expect(lines('verdict')).toEqual([]);
  });
});

describe(`${FRIENDS.length} requests of friends gone mad`, () => {
  test.each(FRIENDS.map((each, index) => [each.name, each, index + STRANGERS.length] as const))(
    '%s',
    async (_name, each, index) => {
      const answer = await attack(each, index);
      expect(answer.hung).toBe(false);
      answersWithin(each.may, answer.statuses);
      expect(answer.statuses).toHaveLength(1);
      tellsNothing(answer.text);
    },
    60_000,
  );

  test('are all processed, and touch no target', async () => {
    await eventually('the alerts queue to be empty', () => {
      const { visible, inFlight } = cloud.peek('alerts');
      return visible.length + inFlight.length === 0;
    });
    expect(lines('verdict')).toEqual([]);
    expect(calls.filter(({ operation, leadingKey }) => operation === 'UpdateItem' && leadingKey?.startsWith('target#'))).toEqual([]);
    for (const queue of ['failovers', 'notices']) expect(cloud.peek(queue).visible).toEqual([]);
    expect(lines('record-failed')).toEqual([]);
  });

  test('that could not be understood lie with their reasons among the dead letters', () => {
    const dead = cloud.deadLetters('alerts');
    expect(dead.length).toBeGreaterThan(5);
    for (const { attributes } of dead)
      expect(JSON.stringify(attributes['reason'])).toMatch(/not-json|unknown-source|ambiguous-source|too-large/);
  });
});

describe('after all of it', () => {
  test('a flood of one network is told to wait, with a time', async () => {
    const bytes = http('/hooks/tokens', { body: world.alarm });
    const answers = [];
    for (let index = 0; index < 40; index += 1) answers.push(await exchange(port, { bytes }, `127.200.0.${index + 1}`, DEADLINE_MS));
    const last = answers.at(-1);
    expect(answers[0]?.statuses).toEqual([401]);
    expect(last?.statuses).toEqual([429]);
    expect(last?.text).toMatch(/\r\nretry-after: [1-9]\d?\r\n/i);
  });

  test('no function crashed, timed out or failed', () => {
    expect(failures).toEqual([]);
    expect(lines('invocation-failed')).toEqual([]);
  });

  test('no line of a log was forged, and none holds a secret', () => {
    for (const { line } of logs) {
      const text = JSON.stringify(line);
      for (const secret of world.secrets) expect(text).not.toContain(secret);
      // Every line is one of ours: an object with a name and a time.
      expect(line).toMatchObject({ event: expect.any(String), atMs: expect.any(Number) });
      expect((line as { x?: unknown }).x).toBeUndefined();
    }
  });

  test('a good request gets through, and so does an alarm of a friend', async () => {
    expect(await good()).toBe(202);
    const bytes = http('/hooks/tokens', { headers: { authorization: `Bearer ${world.secret('tokens')}` }, body: world.alarm });
    expect((await exchange(port, { bytes }, '127.250.0.1', DEADLINE_MS)).statuses).toEqual([202]);
    const verdict = await eventually('the verdict on the alarm', () => lines('verdict')[0]);
    expect(verdict).toMatchObject({ targetId: 'orders-gaussdb' });
  });
});
