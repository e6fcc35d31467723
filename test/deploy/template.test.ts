import { beforeAll, describe, expect, test } from 'vitest';
import type { Config } from '../../lib/config/config.ts';
import type { Table } from '../../lib/ports.ts';
import { createMarkStore } from '../../lib/store/mark-store.ts';
import { createReadinessStore } from '../../lib/store/readiness-store.ts';
import { createRecordStore } from '../../lib/store/record-store.ts';
import { createReplays } from '../../lib/webhook/replays.ts';
import { lintTemplate } from '../../scripts/cloudformation-lint.ts';
import { readConfiguration } from '../../scripts/configuration.ts';
import { deployFindings } from '../../scripts/deploy-rules/index.ts';
import { at, referredId, resourcesOf } from '../../scripts/template.ts';
import type { Template } from '../../scripts/template.ts';
import { functionNames } from '../../scripts/wiring-file.ts';
import { ALLOWED } from './allowed.ts';
import { grantsTo, packagedTemplate, ROOT } from './packaged.ts';
import { INVALID, TRAPS } from './planted-faults.ts';
import type { Planted } from './planted-faults.ts';

const STAGE = 'test';
let template: Template;
let config: Config;

beforeAll(async () => {
  template = await packagedTemplate(STAGE);
  config = readConfiguration({ root: ROOT, stage: STAGE });
}, 60_000);

describe('the packaged template', () => {
  test('is valid by the specification of AWS', async () => {
    expect(await lintTemplate(template)).toEqual([]);
  });

  test('keeps every rule of deployment', () => {
    expect(deployFindings(template, config)).toEqual([]);
  });

  test('has the functions of the flow in its order', () => {
    expect(functionNames(ROOT)).toEqual([
      'webhook',
      'decider',
      'failover',
      'poller',
      'notifier',
      'drill',
      'operator',
      'watchdog',
      'readiness',
    ]);
    expect(resourcesOf(template, 'AWS::Lambda::Function').map(({ properties }) => properties['FunctionName'])).toEqual(
      functionNames(ROOT).map((name) => `understudy-${STAGE}-${name}`),
    );
  });

  test('feeds each function from its own queue', () => {
    const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping');
    expect(mappings.map(({ properties }) => [referredId(properties['EventSourceArn']), referredId(properties['FunctionName'])])).toEqual([
      ['AlertsQueue', 'DeciderLambdaFunction'],
      ['FailoversQueue', 'FailoverLambdaFunction'],
      ['PollsQueue', 'PollerLambdaFunction'],
      ['NoticesQueue', 'NotifierLambdaFunction'],
    ]);
  });

  test('calls at most two failovers at once', () => {
    expect(template.Resources['FailoverLambdaFunction']?.Properties?.['ReservedConcurrentExecutions']).toBe(2);
    expect(at(template.Resources['FailoverEventSourceMappingSQSFailoversQueue'], 'Properties', 'ScalingConfig', 'MaximumConcurrency')).toBe(
      2,
    );
    expect(at(template.Resources['FailoverEventSourceMappingSQSFailoversQueue'], 'Properties', 'BatchSize')).toBe(1);
  });

  test('has the table that the store’s files expect', () => {
    const table = template.Resources['Table']?.Properties;
    expect(table).toMatchObject({
      TableName: `understudy-${STAGE}`,
      TimeToLiveSpecification: { AttributeName: 'ttlSeconds', Enabled: true },
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: ['open', 'recent'].map((index) => ({
        IndexName: index,
        KeySchema: [
          { AttributeName: `${index}Pk`, KeyType: 'HASH' },
          { AttributeName: `${index}Sk`, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      })),
    });
  });

  test('tells every function where the table and the queues are, and nothing else', () => {
    const queues = ['ALERTS', 'FAILOVERS', 'POLLS', 'NOTICES'].flatMap((name) => [
      `UNDERSTUDY_${name}_DLQ_URL`,
      `UNDERSTUDY_${name}_QUEUE_URL`,
    ]);
    const expected = ['UNDERSTUDY_STAGE', 'UNDERSTUDY_TABLE', ...queues].toSorted();
    for (const { properties } of resourcesOf(template, 'AWS::Lambda::Function')) {
      expect(Object.keys(at(properties, 'Environment', 'Variables') as object).toSorted()).toEqual(expected);
    }
  });

  test('rehearses every target that asks for it, in its own zone, by a name that holds the stage', () => {
    const drilled = Object.values(config.targets).filter(({ drill }) => drill !== undefined);
    expect(drilled.length).toBeGreaterThan(0);
    const schedules = resourcesOf(template, 'AWS::Scheduler::Schedule').filter(({ id }) => id.startsWith('Drill'));
    expect(schedules.map(({ properties }) => properties)).toEqual(
      drilled.map(({ id, drill }) =>
        expect.objectContaining({
          Name: `understudy-${STAGE}-drill-${id}`,
          ScheduleExpression: drill?.schedule,
          ScheduleExpressionTimezone: drill?.zone,
          Target: expect.objectContaining({ Input: JSON.stringify({ understudy: 'drill', targetId: id }) }),
        }),
      ),
    );
  });
});

describe('least privilege:', () => {
  test('the table names every function', () => {
    expect(Object.keys(ALLOWED)).toEqual(resourcesOf(template, 'AWS::Lambda::Function').map(({ id }) => id.replace('LambdaFunction', '')));
  });

  test.each(Object.entries(ALLOWED))('%s may do what it needs and nothing else', (name, allowed) => {
    expect(allowedTo(name)).toEqual(allowed.toSorted());
  });
});

function allowedTo(name: string): readonly string[] {
  const grants = grantsTo(template, name).flatMap(({ actions, resources, condition }) => {
    const keys = at(condition, 'ForAllValues:StringLike', 'dynamodb:LeadingKeys');
    const bound = Array.isArray(keys) ? ` of ${keys.join(', ')}` : '';
    return actions.flatMap((action) => resources.map((resource) => `${action} ${short(resource)}${bound}`));
  });
  return [...new Set(grants)].filter((grant) => !grant.startsWith('logs:') && !grant.startsWith('kms:')).toSorted();
}

/** `Table`, `Table/index/open`, and of a secret its kind. */
function short(resource: unknown): string {
  const substituted = at(resource, 'Fn::Sub');
  if (typeof substituted !== 'string') return referredId(resource) ?? JSON.stringify(resource);
  const kind = new RegExp(`:(?:parameter/|secret:)understudy/${STAGE}/(\\w+)/\\*$`).exec(substituted)?.[1];
  return kind ?? substituted.replace('${Table.Arn}', 'Table');
}

describe('the partitions that a role is limited to are those that its function writes:', () => {
  test('the notifier’s marks', async () => {
    const { table, keys } = recordingTable();
    const marks = createMarkStore(table);
    await marks.take('fo-1/succeeded', 'ops-slack', 1, 1000);
    await marks.delivered('fo-1/succeeded', 'ops-slack', 2);
    await marks.giveBack('fo-1/succeeded', 'ops-slack');
    expect(keys.length).toBeGreaterThan(2);
    for (const key of keys) expect(limitOf('Notifier', 'dynamodb:UpdateItem').test(key), key).toBe(true);
  });

  test('the webhook’s ids of deliveries, and its records of what it refused', async () => {
    const { table, keys } = recordingTable();
    const replays = createReplays(table);
    await replays.wasAccepted('alertmanager', 'std:msg_1', 1);
    await replays.accepted('alertmanager', 'std:msg_1', 1, 1000);
    await createRecordStore(table).keepRefused({ source: 'alertmanager', refusals: [], excerpt: '', receivedAtMs: 1 }, 2);
    expect(keys.length).toBe(3);
    for (const key of keys) expect(limitOf('Webhook', 'dynamodb:UpdateItem').test(key), key).toBe(true);
  });

  test('the drill’s report', async () => {
    const { table, keys } = recordingTable();
    type Report = Parameters<ReturnType<typeof createRecordStore>['keepDrill']>[0];
    await createRecordStore(table).keepDrill({ targetId: 'orders', id: 'drill-1', startedAtMs: 1, endedAtMs: 2 } as unknown as Report);
    expect(keys.length).toBe(1);
    for (const key of keys) expect(limitOf('Drill', 'dynamodb:UpdateItem').test(key), key).toBe(true);
  });

  test('the findings of readiness', async () => {
    const { table, keys } = recordingTable();
    type Readiness = Parameters<ReturnType<typeof createReadinessStore>['save']>[0];
    const store = createReadinessStore(table);
    await store.save({ targetId: 'orders' } as unknown as Readiness, { version: 0 });
    expect(keys.length).toBe(1);
    for (const key of keys) expect(limitOf('Readiness', 'dynamodb:UpdateItem').test(key), key).toBe(true);
  });
});

describe('the rules of deployment find what is planted:', () => {
  test.each(TRAPS)('$what', (planted) => {
    const faults = deployFindings(withFault(planted), config).map(({ fault }) => fault);
    expect(faults).toContainEqual(expect.stringContaining(planted.told));
  });
});

describe('the linter finds what is planted:', () => {
  test.each(INVALID)('$what', async (planted) => {
    const faults = (await lintTemplate(withFault(planted))).map(({ fault }) => fault);
    expect(faults).toEqual([expect.stringContaining(planted.told)]);
  });
});

function withFault({ at: path, value }: Planted): Template {
  const copy = structuredClone(template);
  const owner = at(copy.Resources, ...path.slice(0, -1)) as Record<string | number, unknown>;
  const key = path.at(-1) ?? '';
  if (value === undefined && !(key in owner)) throw new Error(`nothing to take away at ${path.join('.')}`);
  if (value === undefined) delete owner[key];
  else owner[key] = value;
  return copy;
}

function limitOf(name: string, action: string): RegExp {
  const granted = grantsTo(template, name).find(({ actions }) => actions.includes(action));
  const keys = at(granted?.condition, 'ForAllValues:StringLike', 'dynamodb:LeadingKeys') as readonly string[];
  return new RegExp(`^(?:${keys.map((key) => key.replace('*', '.*')).join('|')})$`);
}

function recordingTable(): { table: Table; keys: string[] } {
  const keys: string[] = [];
  const table = {
    get: async ({ pk }: { pk: string }) => void keys.push(pk),
    update: async ({ pk }: { pk: string }) => {
      keys.push(pk);
      return 'written';
    },
  };
  return { table: table as unknown as Table, keys };
}
