import { describe, expect, test } from 'vitest';
import { isNewEngine } from '../../../../lib/failover/providers/gaussdb/engine-version.ts';
import type { Check } from '../../../../lib/decide/verdict.ts';
import type { Operation, Plan, PreflightLimits } from '../../../../lib/failover/provider.ts';
import { GAUSSDB_IDS, json, type GaussdbWords } from '../../../contract/gaussdb-wire.ts';
import { benchOf, saying, START_MS, TARGET, targetWith } from './bench.ts';

const LIMITS: PreflightLimits = { maxLagMs: 5000, dataLossConsented: false };
interface Asked {
  readonly words?: Partial<GaussdbWords>;
  readonly operation?: Operation;
  readonly target?: typeof TARGET;
  readonly limits?: Partial<PreflightLimits>;
  readonly instead?: Parameters<typeof saying>[1];
}

async function plan({ words = {}, operation = 'failover', target = TARGET, instead = {} }: Asked): Promise<Plan | { impossible: string }> {
  const { provider } = benchOf(saying(words, instead));
  return provider.plan(target, operation, await provider.observe(target, START_MS + 5000));
}

async function preflight(asked: Asked): Promise<Record<string, Check>> {
  const { words = {}, operation = 'failover', target = TARGET, limits = {}, instead = {} } = asked;
  const { provider } = benchOf(saying(words, instead));
  const observation = await provider.observe(target, START_MS + 5000);
  const planned = await plan({ operation, target });
  if ('impossible' in planned) throw new Error(planned.impossible);
  const checks = provider.preflight(target, planned, observation, { ...LIMITS, ...limits });
  return Object.fromEntries(checks.map((check) => [check.name, check]));
}
const failing = (checks: Record<string, Check>): string[] =>
  Object.values(checks)
    .filter((check) => check.verdict !== 'pass')
    .map((check) => `${check.name} ${check.verdict}`);

describe('plan', () => {
  test('the body is exactly the vendor’s example', async () => {
    const made = await plan({});
    expect(made).toEqual({
      operation: 'failover',
      parameters: { is_support_restore: true, disaster_type: 'stream' },
      writerBefore: GAUSSDB_IDS.primary,
      promotes: GAUSSDB_IDS.standby,
    });
    expect(JSON.stringify('parameters' in made && made.parameters)).toBe('{"is_support_restore":true,"disaster_type":"stream"}');
  });

  test.each<[string, Asked, object]>([
    ['not wanted', { target: targetWith({ supportRestore: false }) }, { disaster_type: 'stream' }],
    ['engine too old', { words: { version: 'V2.0-3.199.9' } }, { disaster_type: 'stream' }],
    ['version absent', { words: { version: '' } }, { disaster_type: 'stream' }],
    ['version in another spelling', { words: { version: '505.2.1' } }, { disaster_type: 'stream' }],
    ['just new enough', { words: { version: 'V2.0-3.200' } }, { is_support_restore: true, disaster_type: 'stream' }],
  ])('is_support_restore: %s', async (_, asked, parameters) => {
    expect(await plan(asked)).toMatchObject({ parameters });
  });

  test.each<Operation>(['switchover', 'restore', 'simulation-start', 'simulation-stop'])('%s carries the type alone', async (operation) => {
    const made = await plan({ operation });
    expect(made).toMatchObject({ parameters: { disaster_type: 'stream' } });
    expect('promotes' in made).toBe(operation === 'switchover');
  });

  test.each<[string, Parameters<typeof targetWith>[0]]>([
    ['a project id of another length', { projectId: 'abc' }],
    ['a project id that leads elsewhere', { projectId: `../../${'a'.repeat(26)}` }],
    ['an instance id of another length', { instanceId: 'a'.repeat(35) }],
    ['an instance id that leads elsewhere', { instanceId: `${'a'.repeat(33)}/..` }],
  ])('impossible: %s', async (_, settings) => {
    expect(await plan({ target: targetWith(settings) })).toHaveProperty('impossible');
  });

  test('impossible without settings', async () => {
    const { gaussdb: _, ...bare } = TARGET;
    expect(await plan({ target: bare })).toEqual({ impossible: 'the target has no gaussdb settings' });
  });
});

test.each([
  ['V2.0-3.200', true],
  ['V2.0-3.200.1', true],
  ['V2.0-8.0', true],
  ['V2.1-1.0', true],
  ['V3.0-0.0', true],
  ['V2.0-3.199', false],
  ['V2.0-2.999', false],
  ['V1.9-8.900', false],
  ['V2.0', undefined],
  ['V2.0-3', undefined],
  ['v2.0-3.200', undefined],
  ['V2.0-3.200x', undefined],
  ['8.102.0', undefined],
  ['', undefined],
  [undefined, undefined],
])('engine %o is new enough: %o', (version, expected) => {
  expect(isNewEngine(version)).toBe(expected);
});

describe('preflight', () => {
  test('a healthy standby passes every check, each with its value and limit', async () => {
    const checks = await preflight({});
    expect(failing(checks)).toEqual([]);
    expect(Object.values(checks).map((check) => `${check.rule} ${check.name}: ${check.value} [${check.limit}]`)).toEqual([
      '5 target-settings: complete [ids of the documented form]',
      `14 plan-names-this-instance: ${GAUSSDB_IDS.standby} [${GAUSSDB_IDS.standby}]`,
      '5 role: standby [standby]',
      '5 relation: normal [normal]',
      '5 monitor-status: recovery [recovery]',
      '11 instance-available: ACTIVE [ACTIVE]',
      '11 standby-nodes-healthy: 3 of 3 well [a majority]',
      '5 nothing-in-flight: nothing [nothing]',
      '10 lag-known: 2000 ms [known]',
      '10 lag-within-limit: 2000 ms [5000 ms]',
      '5 engine-version: V2.0-8.102.0 [V2.0-3.200 or later]',
      '16 support-restore: sent: the relation can be re-established afterwards [informs only]',
    ]);
  });

  test.each<[string, Asked, string[]]>([
    ['already primary', { words: { role: 'master' } }, ['role fail']],
    ['promoted already', { words: { relation: 'failover', monitor: 'normal' } }, ['role fail', 'relation fail', 'monitor-status fail']],
    ['no relation', { words: { relation: 'none' } }, ['role fail', 'relation fail']],
    ['relation pending', { words: { relation: 'pending' } }, ['relation fail']],
    ['a drill is on', { words: { relation: 'simulation' } }, ['relation fail']],
    ['replication broken', { words: { monitor: 'recovery_fail' } }, ['monitor-status fail']],
    ['promotion under way', { words: { monitor: 'promote' } }, ['monitor-status fail', 'nothing-in-flight wait']],
    ['instance being backed up', { words: { instance: 'BACKING UP' } }, ['instance-available wait', 'nothing-in-flight wait']],
    ['instance failed', { words: { instance: 'FAILED' } }, ['instance-available fail']],
    ['instance gone', { words: { instance: 'none' } }, ['instance-available fail', 'standby-nodes-healthy fail', 'engine-version fail']],
    ['nodes faulty', { words: { node: 'abnormal' } }, ['standby-nodes-healthy fail']],
    ['an action under way', { words: { actions: ['SWITCHOVER'] } }, ['nothing-in-flight wait']],
    ['lag unknown', { words: { rpo: '' } }, ['lag-known fail']],
    ['lag unknown, loss consented to', { words: { rpo: '' }, limits: { dataLossConsented: true } }, ['lag-known fail']],
    ['lag over the limit', { words: { rpo: '6' } }, ['lag-within-limit ask']],
    ['lag at the limit', { words: { rpo: '5' } }, []],
    ['lag over the limit, loss consented to', { words: { rpo: '6' }, limits: { dataLossConsented: true } }, []],
    ['engine older than when planned', { words: { version: 'V2.0-3.100' } }, ['engine-version fail']],
    ['engine unread, is_support_restore not sent', { words: { version: '' }, target: targetWith({ supportRestore: false }) }, []],
  ])('%s', async (_, asked, expected) => {
    expect(failing(await preflight(asked))).toEqual(expected);
  });

  test('tasks that cannot be read are not "nothing in flight"', async () => {
    const checks = await preflight({ instead: { tasks: () => json(500, {}) } });
    expect(checks['nothing-in-flight']).toMatchObject({ verdict: 'fail', value: 'not known: unread: HTTP 500' });
  });

  test.each([
    [['ACTIVE', 'ACTIVE', 'FAILED'], 'pass'],
    [['ACTIVE', 'FAILED'], 'fail'],
    [['ACTIVE', 'FAILED', 'FAILED'], 'fail'],
    [[], 'fail'],
  ])('nodes %o: standby-nodes-healthy %s', async (statuses, verdict) => {
    const nodes = statuses.map((status) => ({ status }));
    const datastore = { complete_version: 'V2.0-8.102.0' };
    const instances = (): ReturnType<typeof json> =>
      json(200, { instances: [{ id: GAUSSDB_IDS.standby, status: 'ACTIVE', nodes, datastore }] });
    expect((await preflight({ instead: { instances } }))['standby-nodes-healthy']?.verdict).toBe(verdict);
  });

  test('a plan made for another instance is refused', async () => {
    const other = targetWith({ instanceId: 'd'.repeat(36) });
    const { provider } = benchOf(saying({}));
    const made = await plan({});
    if ('impossible' in made) throw new Error(made.impossible);
    const checks = provider.preflight(other, made, await provider.observe(TARGET, START_MS + 5000), LIMITS);
    expect(checks.find((check) => check.name === 'plan-names-this-instance')?.verdict).toBe('fail');
  });

  test('it is said why the relation cannot be re-established', async () => {
    const notSent = (words: Partial<GaussdbWords>): Promise<Record<string, Check>> => preflightOf(words);
    expect((await notSent({ version: '' }))['support-restore']?.value).toMatch(/could not be read/);
    expect((await notSent({ version: 'V2.0-3.1' }))['support-restore']?.value).toMatch(/V2\.0-3\.1 is not V2\.0-3\.200 or later/);
  });
  async function preflightOf(words: Partial<GaussdbWords>): Promise<Record<string, Check>> {
    const { provider } = benchOf(saying(words));
    const observation = await provider.observe(TARGET, START_MS + 5000);
    const made = provider.plan(TARGET, 'failover', observation);
    if ('impossible' in made) throw new Error(made.impossible);
    return Object.fromEntries(provider.preflight(TARGET, made, observation, LIMITS).map((check) => [check.name, check]));
  }

  describe('the other operations', () => {
    test.each<[Operation, Partial<GaussdbWords>, string[]]>([
      ['switchover', {}, []],
      ['switchover', { rpo: '10' }, ['switchover-lag fail']],
      ['switchover', { rto: '1' }, ['switchover-lag fail']],
      ['switchover', { rpo: '', rto: '' }, ['switchover-lag fail']],
      ['switchover', { role: 'master' }, ['role fail']],
      ['restore', { relation: 'failover', role: 'master', monitor: 'normal' }, []],
      ['restore', { relation: 'failover', role: 'disaster', monitor: 'normal' }, []],
      ['restore', {}, ['role fail', 'relation fail']],
      ['restore', { relation: 'failover', role: 'master', version: 'V2.0-3.1' }, ['engine-version fail']],
      ['restore', { relation: 'failover', role: 'master', version: '' }, ['engine-version fail']],
      ['simulation-start', {}, []],
      ['simulation-start', { relation: 'simulation' }, ['relation fail']],
      ['simulation-stop', { relation: 'simulation', monitor: 'normal' }, []],
      ['simulation-stop', {}, ['relation fail']],
    ])('%s with %o', async (operation, words, expected) => {
      expect(failing(await preflight({ operation, words }))).toEqual(expected);
    });
  });
});
