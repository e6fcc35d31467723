import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { configOf, exampleText, exampleWith, faultsOf, type Change } from './example.ts';

describe('the example', () => {
  const config = configOf(exampleText, { stage: 'local' });

  test('is read whole, with milliseconds and defaults', () => {
    expect(Object.keys(config.targets)).toEqual(['orders-gaussdb', 'payments-polardb', 'ledger-gdn', 'reports-polardb-pg']);
    expect(config.policies['cross-region']?.criteria[0]).toMatchObject({
      quorum: { alerts: 2, observers: 2, windowMs: 600_000, probe: false },
      forMs: 60_000,
      maxAgeMs: 900_000,
      match: [{ label: 'env', op: '!~', value: 'test|staging' }],
    });
    expect(config.targets['payments-polardb']).toMatchObject({ mode: 'act', probe: { port: 3306, tls: false, timeoutMs: 2000 } });
    expect(config.channels['ops-webhook']).toMatchObject({ id: 'ops-webhook', kind: 'webhook' });
  });

  test('carries the hash of its text', () => {
    expect(config.hash).toBe(createHash('sha256').update(exampleText).digest('hex'));
  });

  test('has the stage in its references, and nowhere a placeholder', () => {
    expect(config.targets['orders-gaussdb']?.gaussdb?.auth.secret).toBe('ssm:/understudy/local/providers/huawei');
    expect(JSON.stringify(config)).not.toContain('${');
    expect(configOf(exampleText, { stage: 'prod' }).channels['ops-slack']?.url).toBe('ssm:/understudy/prod/channels/ops-slack/url');
  });

  test('points editors at its schema', () => {
    expect(exampleText.split('\n')[0]).toBe('# yaml-language-server: $schema=docs/generated/understudy.schema.json');
  });
});

describe('a new target is in shadow', () => {
  test('when nobody wrote a mode', () => {
    const config = configOf(exampleWith([/ {4}mode: act #.*\n/, '']));
    expect(config.targets['orders-gaussdb']?.mode).toBe('shadow');
  });
});

describe('rule 14: a failover out of the region is asked for unless somebody wrote otherwise', () => {
  const approvalOf = (text: string, target: string) => {
    const config = configOf(text);
    return config.policies[config.targets[target]?.policyName ?? '']?.guards.approval;
  };

  test('`approval: none` at the target acts without asking', () => {
    expect(approvalOf(exampleText, 'orders-gaussdb')).toMatchObject({ required: false });
  });
  test('the policy’s approvers are asked', () => {
    expect(approvalOf(exampleText, 'ledger-gdn')).toEqual({
      required: true,
      approvers: ['dba-lead@example.com', 'oncall@example.com'],
      count: 1,
      expiresMs: 1_800_000,
    });
  });
  test('in the cluster nobody is asked by default', () => {
    expect(approvalOf(exampleText, 'payments-polardb')).toMatchObject({ required: false });
  });
  test('without a word the acting target is refused, for there is nobody to ask', () => {
    expect(faultsOf(exampleWith(['    approval: none\n', '']))).toMatchObject([
      { path: 'targets.orders-gaussdb.approval', message: expect.stringContaining('nobody to ask') as string },
    ]);
  });
  test('without a word the shadow target would ask', () => {
    const text = exampleWith(['    approval: none\n', ''], ['    mode: act #', '    mode: shadow #']);
    expect(approvalOf(text, 'orders-gaussdb')).toMatchObject({ required: true, approvers: [] });
  });
  test('the target’s word wins over the policy’s, and other targets of the policy keep theirs', () => {
    const text = exampleWith(['    policy: cross-region-asked\n', '    policy: cross-region-asked\n    approval: none\n']);
    const config = configOf(text);
    expect(approvalOf(text, 'ledger-gdn')).toMatchObject({ required: false });
    expect(config.targets['ledger-gdn']?.policyName).toBe('cross-region-asked/ledger-gdn');
    expect(config.policies['cross-region-asked']?.guards.approval.required).toBe(true);
    expect(config.policies['cross-region-asked/ledger-gdn']?.name).toBe('cross-region-asked/ledger-gdn');
  });
  test('an approver named twice is one', () => {
    const text = exampleWith(
      ['[dba-lead@example.com, oncall@example.com] #', '[a@example.com, a@example.com] #'],
      ['        count: 1', '        count: 2'],
    );
    expect(faultsOf(text)).toMatchObject([
      { path: 'policies.cross-region-asked.guards.approval.count', message: 'is more than there are approvers' },
    ]);
  });
});

describe('an endpoint that is documented may be left out', () => {
  const ENDPOINT_LINE = / {6}endpoint: https:\/\/gaussdb-opengauss.*\n/;
  test('and is the region’s', () => {
    const config = configOf(exampleWith([ENDPOINT_LINE, '']));
    expect(config.targets['orders-gaussdb']?.gaussdb?.endpoint).toBe('https://gaussdb-opengauss.ap-southeast-1.myhuaweicloud.com');
  });
  test('and a shared one, where regions share', () => {
    const config = configOf(exampleWith([/ {6}endpoint: https:\/\/polardb\.aliyuncs\.com\n/, '']));
    expect(config.targets['payments-polardb']?.polardb?.endpoint).toBe('https://polardb.aliyuncs.com');
  });
  test('of a region that nobody documents it must be written', () => {
    const text = exampleWith([ENDPOINT_LINE, ''], ['region: ap-southeast-1', 'region: xx-nowhere-1']);
    expect(faultsOf(text)).toMatchObject([{ path: 'targets.orders-gaussdb.gaussdb.endpoint', message: 'is missing' }]);
  });
});

/** Each row: one thing wrong with the example, where it is told, and a word of what is told. */
const rows: readonly (readonly [what: string, change: Change, path: string, message: string])[] = [
  ['an unknown key at the top', ['version: 1', 'version: 1\nowner: me'], 'owner', 'not a known key'],
  ['an unknown version', ['version: 1', 'version: 2'], 'version', 'known version'],
  [
    'a mistyped key of a criterion',
    ['        maxAge: 15m #', '        maxage: 15m #'],
    'policies.cross-region.criteria[0].maxage',
    'not a known key',
  ],
  ['a number for a duration', ['for: 60s # longer', 'for: 60 # longer'], 'policies.cross-region.criteria[0].for', 'not a duration'],
  ['a duration out of range', ['coolDown: 30m', 'coolDown: 5s'], 'policies.in-cluster.guards.coolDown', 'out of range'],
  ['an unknown class', ['classes: [unreachable, down]', 'classes: [dead]'], 'policies.cross-region.criteria[0].classes[0]', 'not one of'],
  ['a matcher that is none', [`'env!~"test|staging"'`, `'env test'`], 'policies.cross-region.criteria[0].match[0]', 'not a matcher'],
  [
    'a regular expression that does not compile',
    [`'env!~"test|staging"'`, `'env!~"(a"'`],
    'policies.cross-region.criteria[0].match[0]',
    'does not compile',
  ],
  [
    'a regular expression with look-ahead',
    [`'env!~"test|staging"'`, `'env!~"(?!a)b"'`],
    'policies.cross-region.criteria[0].match[0]',
    'does not compile',
  ],
  [
    'a regular expression of RE2 that the deployed matcher does not have',
    [`'env!~"test|staging"'`, `'env!~"[[:alpha:]]+"'`],
    'policies.cross-region.criteria[0].match[0]',
    'not supported: it has a class by name',
  ],
  [
    'an unknown source',
    ['sources: [alertmanager]', 'sources: [alertmanger]'],
    'policies.cross-region.criteria[0].sources[0]',
    'none of the sources',
  ],
  ['a source of unknown kind', ['    kind: cloudwatch', '    kind: nagios'], 'sources.cloudwatch.kind', 'not one of'],
  ['an unknown policy', ['    policy: in-cluster', '    policy: in-claster'], 'targets.payments-polardb.policy', 'none of the policies'],
  [
    'an unknown channel',
    ['channels: [ops-slack, ops-webhook]', 'channels: [ops-slack, ops]'],
    'targets.orders-gaussdb.channels[1]',
    'none of the channels',
  ],
  ['a missing policy', ['    policy: cross-region\n', ''], 'targets.orders-gaussdb.policy', 'is missing'],
  [
    'a list of no approvers',
    ['approvers: [dba-lead@example.com, oncall@example.com]', 'approvers: []'],
    'policies.cross-region-asked.guards.approval.approvers',
    'is empty',
  ],
  ['an approval that is neither', ['    approval: none', '    approval: sometimes'], 'targets.orders-gaussdb.approval', 'neither none nor'],
  ['an unknown provider', ['    provider: gaussdb', '    provider: oracle'], 'targets.orders-gaussdb.provider', 'not one of'],
  ["another provider's section", ['    provider: polardb-gdn', '    provider: polardb'], 'targets.ledger-gdn.polardb', 'is missing'],
  [
    'a project id of 31 characters',
    ['projectId: 0483b6b16e954cb88930a360d2c4e663', 'projectId: 0483b6b16e954cb88930a360d2c4e66'],
    'targets.orders-gaussdb.gaussdb.projectId',
    'not a project id',
  ],
  [
    'an instance id with a hyphen',
    ['instanceId: c04c789b6baa4b6dbcc139c5226f3a2cin14', 'instanceId: c04c789b6baa4b6dbcc139c5226f3a2c-n14'],
    'targets.orders-gaussdb.gaussdb.instanceId',
    'not an instance id',
  ],
  [
    'a cluster id without pc-',
    ['      clusterId: pc-bp1abcdefghijk01', '      clusterId: bp1abcdefghijk01'],
    'targets.payments-polardb.polardb.clusterId',
    'not a PolarDB cluster id',
  ],
  [
    'a node id that is a cluster id',
    ['targetNodeId: pi-bp1mnopqrstuv02', 'targetNodeId: pc-bp1mnopqrstuv02'],
    'targets.reports-polardb-pg.polardb.targetNodeId',
    'not a PolarDB node id',
  ],
  [
    'a network id without gdn-',
    ['gdnId: gdn-bp1fedcba987654', 'gdnId: bp1fedcba987654'],
    'targets.ledger-gdn.gdn.gdnId',
    'global database network',
  ],
  [
    'a plain http endpoint',
    ['endpoint: https://polardb.aliyuncs.com', 'endpoint: http://polardb.aliyuncs.com'],
    'targets.payments-polardb.polardb.endpoint',
    'not an endpoint',
  ],
  [
    'an endpoint with a path',
    ['endpoint: https://polardb.aliyuncs.com', 'endpoint: https://polardb.aliyuncs.com/'],
    'targets.payments-polardb.polardb.endpoint',
    'not an endpoint',
  ],
  ['a port that is a text', ['port: 3306', "port: '3306'"], 'targets.payments-polardb.probe.port', 'whole number'],
  ['a drill with five fields', ['cron(0 4 ? * SUN *)', 'cron(0 4 ? * SUN)'], 'targets.orders-gaussdb.drill.schedule', 'six fields'],
  ['a drill zone on Mars', ['      zone: Asia/Shanghai', '      zone: Mars/Olympus'], 'targets.payments-polardb.drill.zone', 'known zone'],
  [
    'a window with six fields',
    ["cron: '0 3 * * 2'", "cron: '0 0 3 * * 2'"],
    'policies.cross-region-asked.guards.maintenance[0].cron',
    'five fields',
  ],
  [
    'a Slack URL in the file',
    ['url: ssm:/understudy/${stage}/channels/ops-slack/url', 'url: https://hooks.slack.com/services/T1/B2/aaaaaaaa'],
    'channels.ops-slack.url',
    'not a reference',
  ],
  [
    'a literal secret',
    ['secret: ssm:/understudy/${stage}/sources/alertmanager', 'secret: correct-horse'],
    'sources.alertmanager.auth[0].secret',
    'not a reference',
  ],
  ['a webhook without a secret', [/ {4}secret: ssm.*ops-webhook\/secret\n/, ''], 'channels.ops-webhook.secret', 'is missing'],
  [
    'a secret for Slack, which has none',
    ['    kind: slack\n', '    kind: slack\n    secret: ssm:/understudy/x/channels/y\n'],
    'channels.ops-slack.secret',
    'no meaning',
  ],
  [
    'an option that the channel does not know',
    ['    kind: slack\n', '    kind: slack\n    options: { room: general }\n'],
    'channels.ops-slack.options.room',
    'not a known option',
  ],
  [
    'an access key where text stands',
    ['description: Reports, PolarDB for PostgreSQL', 'description: LTAI5tAbCdEfGhIjKlMnOp'],
    'targets.reports-polardb-pg.description',
    'access key',
  ],
  ['a target with a capital letter', ['  ledger-gdn:', '  Ledger:'], 'targets.Ledger', 'not a usable name'],
  [
    'two targets of one alert id',
    ['        value: pc-bp1mnopqrstuv02', '        value: pc-bp1abcdefghijk01'],
    'targets.reports-polardb-pg.identities[0]',
    'also an identity of targets.payments-polardb',
  ],
  [
    'two targets of one database',
    ['      clusterId: pc-bp1mnopqrstuv02', '      clusterId: pc-bp1abcdefghijk01'],
    'targets.reports-polardb-pg.polardb.clusterId',
    'already guarded by targets.payments-polardb',
  ],
  [
    'two criteria of one name',
    ['criteria: *two-observers', 'criteria: [{ name: a }, { name: a }]'],
    'policies.cross-region-asked.criteria[1].name',
    'another criterion',
  ],
];

describe('everything that can be wrong is told by path and line', () => {
  test.each(rows)('%s', (_what, change, path, message) => {
    const text = exampleWith(change);
    const found = faultsOf(text).find((fault) => fault.path === path);
    expect(found?.message).toContain(message);
    expect(found?.remedy).not.toBe('');
    const changedLine = exampleText.split('\n').findIndex((line, index) => line !== text.split('\n')[index]) + 1;
    // A missing key is told where its map begins; everything else at the changed line, or at the list entry that it is part of.
    const isAtMap = message === 'is missing' || path === 'targets.Ledger';
    expect(found?.line).toBeLessThanOrEqual(changedLine);
    if (!isAtMap) expect(found?.line).toBeGreaterThanOrEqual(changedLine - 1);
  });

  test('all of it at once, in the order of the text', () => {
    const together = rows.filter(([what]) =>
      /an unknown key|number for a duration|an unknown policy|31 characters|Slack URL|drill with five/.test(what),
    );
    const faults = faultsOf(exampleWith(...together.map(([, change]) => change)));
    expect(faults.map((fault) => fault.path)).toEqual([
      'owner',
      'policies.cross-region.criteria[0].for',
      'channels.ops-slack.url',
      'targets.orders-gaussdb.gaussdb.projectId',
      'targets.orders-gaussdb.drill.schedule',
      'targets.payments-polardb.policy',
    ]);
    expect(faults.map((fault) => fault.line)).toEqual(faults.map((fault) => fault.line).sort((a, b) => a - b));
  });

  test('line and column are those of the value', () => {
    expect(faultsOf('version: 1\npolicies: {}\nsources:\n  am: { kind: nagios }\ntargets: {}\n')).toMatchObject([
      { path: 'sources.am.kind', line: 4, column: 15 },
    ]);
  });

  test('a near miss is named', () => {
    expect(faultsOf(exampleWith(['    policy: in-cluster', '    policy: in-claster']))[0]?.remedy).toBe('Did you mean in-cluster?');
    expect(faultsOf(exampleWith(['        maxAge: 15m #', '        maxage: 15m #']))[0]?.remedy).toBe('Did you mean maxAge?');
  });
});

describe('text that is not YAML', () => {
  test.each([
    ['a key twice', 'version: 1\nversion: 1\n', 2, 'twice'],
    ['a tab', 'version: 1\npolicies:\n\ta: 1\n', 3, 'tab'],
    ['an open bracket', 'version: 1\npolicies: [\n', 3, 'not YAML'],
    ['an alias without an anchor', 'version: 1\npolicies: *nowhere\n', 1, 'alias'],
  ])('%s', (_what, text, line, message) => {
    expect(faultsOf(text)).toMatchObject([{ line, message: expect.stringContaining(message) as string }]);
  });
  test.each(['', 'hello', '[]', '42', 'null'])('%j is refused as a whole', (text) => {
    expect(faultsOf(text)).toMatchObject([{ path: '', line: 1, column: 1 }]);
  });
  test('aliases that multiply are refused, quickly', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map(
        (name, i) =>
          `${name}: &${name} [${Array(9)
            .fill(`*${'abcdefgh'[i] ?? ''}`)
            .join(',')}]`,
      ),
    ].join('\n');
    expect(faultsOf(bomb)[0]?.message).toContain('alias');
  });
  test('a megabyte is refused', () => {
    expect(faultsOf(`#${'x'.repeat(1_000_001)}`)).toMatchObject([{ message: expect.stringContaining('larger') as string }]);
  });
});

describe('secrets', () => {
  const literal = 'hunter2-correct-horse-battery';
  const places = [...exampleText.matchAll(/(?<=(?:secret|url): )ssm:\S+/g)].map((match) => match[0]);

  test('there are places to try', () => {
    expect(places.length).toBeGreaterThanOrEqual(6);
  });
  test.each(places)('a literal in the place of %s is refused and never repeated', (place) => {
    const faults = faultsOf(exampleWith([place, literal]));
    expect(faults).toHaveLength(1);
    expect(JSON.stringify(faults)).not.toContain('hunter2');
  });
  test.each([
    'AKIAIOSFODNN7EXAMPLE',
    'xoxb-1234567890-abcdefghij',
    'https://oapi.dingtalk.com/robot/send?access_token=abc',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.sig',
    'https://user:password@db.example.com',
    'ghp_abcdefghijklmnopqrstuvwxyz0123',
  ])('%s is seen even where text may stand', (text) => {
    const faults = faultsOf(exampleWith(['description: Reports, PolarDB for PostgreSQL', `description: "${text}"`]));
    expect(faults).toHaveLength(1);
    expect(JSON.stringify(faults)).not.toContain(text);
  });
  test('the environment is for the local stage alone', () => {
    const text = exampleWith(['secret: ssm:/understudy/${stage}/sources/alertmanager', 'secret: env:AM_TOKEN']);
    expect(faultsOf(text, { stage: 'local' })).toEqual([]);
    expect(faultsOf(text, { stage: 'prod' })).toMatchObject([
      { path: 'sources.alertmanager.auth[0].secret', message: expect.stringContaining('prod') as string },
    ]);
  });
  test('a stage cannot smuggle a path', () => {
    expect(faultsOf(exampleText, { stage: 'dev/../prod' })).toMatchObject([{ message: expect.stringContaining('stage') as string }]);
  });
});
