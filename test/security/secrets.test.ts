import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import type { Config } from '../../lib/config/config.ts';
import { PROVIDERS } from '../../lib/failover/providers.ts';
import { channelKindOf } from '../../lib/notify/channels.ts';
import { SecretUnavailableError, type Secrets } from '../../lib/ports.ts';
import type { Services } from '../../lib/services.ts';
import { startEmbedded, type Embedded } from '../../local/embedded.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { ended, ROOT } from '../e2e/lost-reply.ts';
import { until } from '../e2e/until.ts';
import { actingConfig, OUTAGES, PROVIDER_NAMES } from '../scenarios/outage.ts';
import { alertmanagerBody } from '../scenarios/story.ts';
import { noMischief, type Gate, type Invocation, type Mischief, type Strike } from '../simulate/invocation.ts';
import { Random } from '../simulate/random.ts';
import { QUEUES, World } from '../simulate/world.ts';

const MARKED = 'MARKED-SECRET';
/** Every text that must stay where it is kept. */
const SECRETS = [MARKED, FLEET.gaussdb.secretKey, FLEET.polardb.secretKey];

interface Place {
  readonly where: string;
  readonly text: string;
}
function expectNoSecret(places: readonly Place[], secrets: readonly string[] = SECRETS): void {
  const leaks = places.filter(({ text }) => secrets.some((secret) => text.includes(secret)));
  expect(leaks.map(({ where, text }) => `${where}: ${text.slice(0, 300)}`)).toEqual([]);
}
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (inner instanceof Error ? `${inner.stack}` : inner));

/** Each secret of the world with a mark in it; a wrong credential is marked too. */
function markedSecrets(right: boolean): Secrets {
  const credential = (accessKeyId: string, secretKey: string): string =>
    right ? `${accessKeyId}:${secretKey}` : `${accessKeyId}:${MARKED}-wrong-secret-key`;
  return {
    values: async (reference) => {
      if (reference.includes('huawei')) return [credential(FLEET.gaussdb.accessKeyId, FLEET.gaussdb.secretKey)];
      if (reference.includes('alibaba')) return [credential(FLEET.polardb.accessKeyId, FLEET.polardb.secretKey)];
      if (reference.endsWith('/url')) return [`https://${reference.split('/').at(-2) ?? 'channel'}.example.com/${MARKED}/hook`];
      return [`${MARKED}-signing-key`];
    },
  };
}

/** The services with marked secrets; whatever strikes the real store of secrets strikes this one. */
function marking(right: boolean): (services: Services, invocation: Invocation) => Services {
  return (services, invocation) => {
    const { http, clock, entropy } = services;
    // The decider sees what there is; whoever calls then is refused.
    const marked = markedSecrets(right || invocation.name === 'decider');
    const unavailable = (reference: string) => (): Error => new SecretUnavailableError(`${reference}: simulated`);
    const secrets: Secrets = { values: (reference) => invocation.pass('secret', () => marked.values(reference), unavailable(reference)) };
    return {
      ...services,
      secrets,
      provider: (name) => PROVIDERS[name]({ http, secrets, clock, entropy }),
      channel: (kind) => channelKindOf(kind)?.create({ http, secrets, clock }),
    };
  };
}

function faults(seed: number, likely: Partial<Record<Gate, number>>, strikes: readonly Strike[]): Mischief {
  const random = new Random(seed);
  return { ...noMischief, strike: (gate) => (random.chance(likely[gate] ?? 0) ? random.pick(strikes) : 'none') };
}

interface Story {
  readonly what: string;
  readonly right: boolean;
  readonly mischief: () => Mischief;
}
const LOSSES: readonly Strike[] = ['fail-before', 'fail-after'];
const STORIES: readonly Story[] = [
  { what: 'nothing goes wrong', right: true, mischief: () => noMischief },
  { what: 'the credential is wrong', right: false, mischief: () => noMischief },
  { what: 'secrets cannot be read', right: true, mischief: () => faults(1, { secret: 0.5 }, LOSSES) },
  { what: 'nobody answers', right: true, mischief: () => faults(2, { http: 0.5 }, LOSSES) },
  { what: 'table and queues fail', right: true, mischief: () => faults(3, { read: 0.1, write: 0.1, send: 0.1 }, LOSSES) },
  {
    what: 'everything crashes',
    right: true,
    mischief: () => faults(4, { read: 0.02, write: 0.05, send: 0.05, http: 0.05, secret: 0.02 }, ['crash-before', 'crash-after']),
  },
];

/** Runs an outage to its end and keeps every text that left the process. */
async function leftBehind(provider: (typeof PROVIDER_NAMES)[number], { right, mischief }: Story): Promise<readonly Place[]> {
  const places: Place[] = [];
  const world = new World({
    config: actingConfig(),
    mischief: mischief(),
    bend: marking(right),
    watcher: {
      wrote: ({ key, after }) => void places.push({ where: `table ${key.pk}`, text: textOf(after) }),
      // The request itself may name what proves it, but never hold the key that signs.
      arriving: (request) => void places.push({ where: `request to ${new URL(request.url).host}`, text: textOf(request) }),
    },
  });
  const { onSent, onDead } = world.queues;
  world.queues.onSent = (queue, message) => {
    places.push({ where: `queue ${queue}`, text: message.body });
    onSent(queue, message);
  };
  world.queues.onDead = (queue, body, reason) => {
    places.push({ where: `dead letters of ${queue}`, text: `${body} ${reason}` });
    onDead(queue, body, reason);
  };
  const outage = OUTAGES[provider];
  outage.kill(world);
  const alert = { startsAtMs: world.nowMs, labels: outage.labels, instance: '', name: 'DatabaseUnreachable' };
  world.kernel.after(30_000, () =>
    world.alert(
      alertmanagerBody([
        { ...alert, observer: 'eu-1' },
        { ...alert, observer: 'eu-2' },
      ]),
    ),
  );
  await world.run(45 * 60_000);
  for (const entry of world.log) places.push({ where: `log of ${entry.function}: ${entry.event}`, text: textOf(entry) });
  for (const { channel, body } of world.told) places.push({ where: `notice to ${channel}`, text: body });
  return places;
}

describe.each(PROVIDER_NAMES)('a failover of %s', (provider) => {
  test.each(STORIES)(
    'leaves no secret in any log, message, item, notice or request when $what',
    async (story) => {
      const places = await leftBehind(provider, story);
      // It was a whole story: it was decided, written and told.
      for (const kind of ['log of decider', 'table target#', 'queue failovers']) {
        expect(
          places.some(({ where }) => where.startsWith(kind)),
          kind,
        ).toBe(true);
      }
      expectNoSecret(places);
    },
    60_000,
  );
});

test('the search finds a secret wherever one is left', () => {
  const [first] = SECRETS;
  expect(() => expectNoSecret([{ where: 'here', text: textOf({ deep: [new Error(`x ${first} y`)] }) }])).toThrow();
  expect(() => expectNoSecret([{ where: 'here', text: textOf({ deep: [new Error('x y')] }) }])).not.toThrow();
  expect(QUEUES).toHaveLength(4);
});

describe('the real functions', () => {
  const PATH_REFERENCE = 'ssm:/understudy/local/sources/paths';
  const withPath = (config: Config): Config => {
    const { alertmanager } = config.sources;
    if (alertmanager === undefined) throw new Error('the example has no source alertmanager');
    const paths = { ...alertmanager, auth: [{ kind: 'path', secret: PATH_REFERENCE }] } as const;
    return { ...config, sources: { ...config.sources, paths } };
  };

  test('leave none of theirs in a log, an event, a message, an item or a response', async () => {
    const places: Place[] = [];
    let embedded: Embedded | undefined;
    try {
      embedded = await startEmbedded({
        root: ROOT,
        hurry: 20,
        adjust: () => withPath(actingConfig('local')),
        onLog: (entry) => void places.push({ where: `log of ${entry.function}`, text: textOf(entry.line) }),
        onEvent: (event) => void places.push({ where: `event ${event.kind}`, text: textOf(event) }),
      });
      const secrets = [embedded.alertmanagerToken, 'example-webhook-secret', FLEET.gaussdb.secretKey, FLEET.polardb.secretKey];
      const peeking = watchQueues(embedded, places);
      await knock(embedded, places);
      await promote(embedded);
      clearInterval(peeking);
      places.push(...(await itemsOf(embedded)));
      for (const kind of ['log of webhook', 'log of failover', 'event request', 'response', 'item target#', 'queue alerts'])
        expect(
          places.some(({ where }) => where.startsWith(kind)),
          kind,
        ).toBe(true);
      expectNoSecret(places, [...secrets, embedded.receiver.url('ops-slack')]);
    } finally {
      await embedded?.stop();
    }
  }, 180_000);
});

/** All that lies on a queue at any moment, as often as one can look. */
function watchQueues({ cloud }: Embedded, places: Place[]): NodeJS.Timeout {
  const seen = new Set<string>();
  return setInterval(() => {
    for (const queue of QUEUES) {
      const { visible, delayed, inFlight } = cloud.peek(queue);
      for (const { body, messageId } of [...visible, ...delayed, ...inFlight, ...cloud.deadLetters(queue)]) {
        if (!seen.has(messageId)) places.push({ where: `queue ${queue}`, text: body });
        seen.add(messageId);
      }
    }
  }, 5);
}

/** Right and wrong, by header and by path. */
async function knock({ cloud, alertmanagerToken }: Embedded, places: Place[]): Promise<void> {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const requests: readonly (readonly [path: string, headers: Record<string, string>])[] = [
    ['alertmanager', bearer(`${alertmanagerToken}-wrong`)],
    ['alertmanager', bearer(alertmanagerToken)],
    [`paths/${alertmanagerToken}`, {}],
    [`paths/${alertmanagerToken}-wrong`, {}],
    [`paths/${alertmanagerToken}/too-deep`, {}],
    [`no-such-source/${alertmanagerToken}`, bearer(alertmanagerToken)],
  ];
  for (const [path, headers] of requests) {
    for (const body of ['no JSON', alertmanagerBody([{ instance: 'nobody' }])]) {
      const response = await fetch(`${cloud.webhookUrl}hooks/${path}`, { method: 'POST', headers, body });
      const text = `${textOf([...response.headers])} ${await response.text()}`;
      places.push({ where: `response ${response.status}`, text });
    }
  }
}

async function promote(embedded: Embedded): Promise<void> {
  const { targetId, labels, kill } = OUTAGES.gaussdb;
  kill(embedded as never);
  await embedded.gaussdb.tick();
  const alert = { startsAtMs: embedded.nowMs() - 120_000, instance: '', labels, name: 'DatabaseUnreachable' };
  const body = alertmanagerBody([
    { ...alert, observer: 'eu-1' },
    { ...alert, observer: 'eu-2' },
  ]);
  const headers = { authorization: `Bearer ${embedded.alertmanagerToken}` };
  const response = await fetch(`${embedded.cloud.webhookUrl}hooks/alertmanager`, { method: 'POST', headers, body });
  expect(response.status).toBe(202);
  await until('the failover to end', async () => (await ended(embedded, targetId))?.state === 'succeeded', 120_000);
  await until('people to be told', () => embedded.receiver.received.some(({ title }) => title.startsWith(`${targetId}: `)), 20_000);
}

async function itemsOf({ cloud }: Embedded): Promise<readonly Place[]> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: cloud.dynamodbEndpoint, region: cloud.region, credentials });
  try {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: cloud.tableName }));
    return Items.map((item) => ({ where: `item ${item['pk']?.S ?? ''}`, text: textOf(item) }));
  } finally {
    client.destroy();
  }
}
