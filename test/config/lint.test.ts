import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contradiction } from '../../lib/config/lints/contradiction.ts';
import { formatPath } from '../../lib/config/faults.ts';
import { lint, type Finding } from '../../lib/config/lint.ts';
import { parseMatcher } from '../../lib/config/matcher.ts';
import { newSigner, type Signer } from '../webhook/certificates.ts';
import { configOf, exampleText, exampleWith, type Change } from './example.ts';

const findings = (...changes: readonly Change[]): readonly Finding[] => lint(configOf(exampleWith(...changes)));

describe('the example', () => {
  test('has only what it says of itself: one target that acts without asking, two in shadow', () => {
    expect(lint(configOf(exampleText)).map(({ level, code, path }) => `${level} ${code} ${formatPath(path)}`)).toEqual([
      'warning no-approver targets.orders-gaussdb.approval',
      'info shadow targets.ledger-gdn.mode',
      'info shadow targets.reports-polardb-pg.mode',
    ]);
  });
});

const FIRST = 'policies.cross-region.criteria[0]';
const SECOND = 'policies.in-cluster.criteria[0]';

const KEPT = "secret: 'ssm:/understudy/${stage}/sources/x'";
const UNPINNED = newSigner('another');
const DAMAGED = { ...UNPINNED, pem: UNPINNED.pem.replaceAll(/^MII.*$/gm, (line) => line.replaceAll(/[a-z]/g, 'A')) };
function smnWith({ pem }: Signer, more = ''): Change {
  const topic = 'urn:smn:ap-southeast-1:0483b6b16e954cb88930a360d2c4e663:alarms';
  return ['auth: []', `auth: [{ kind: smn, topicUrns: ['${topic}'], certificates: [${JSON.stringify(pem)}]${more} }]`];
}

/** Each row: a change of the example, and what the linter says of it that it did not say before. */
type Row = readonly [what: string, level: Finding['level'], code: string, path: string, ...changes: Change[]];
const rows: readonly Row[] = [
  ['overload alone', 'error', 'class-never-counts', `${FIRST}.classes`, ['classes: [unreachable, down]', 'classes: [overload, capacity]']],
  [
    'overload among others',
    'warning',
    'class-has-no-effect',
    `${FIRST}.classes`,
    ['classes: [unreachable, down]', 'classes: [down, overload]'],
  ],
  ['more alerts than a target keeps', 'error', 'quorum-unreachable', `${FIRST}.quorum`, ['alerts: 2', 'alerts: 65']],
  ['more observers than a target keeps', 'error', 'quorum-unreachable', `${FIRST}.quorum`, ['observers: 2', 'observers: 9']],
  [
    'more alerts than one observer keeps',
    'error',
    'quorum-unreachable',
    `${FIRST}.quorum.alerts`,
    ['sources: [alertmanager]', 'sources: [cloudwatch]'],
    ['alerts: 2', 'alerts: 9'],
    ['observers: 2', 'observers: 1'],
  ],
  [
    'more observers than sources',
    'error',
    'quorum-unreachable',
    `${FIRST}.quorum.observers`,
    ['sources: [alertmanager]', 'sources: [cloudwatch]'],
  ],
  [
    'more observers than sources and the probe',
    'error',
    'quorum-unreachable',
    `${SECOND}.quorum.observers`,
    ['          alerts: 1\n          observers: 2\n', '          alerts: 1\n          observers: 3\n'],
    ['    observerLabel: prometheus\n', '    observer: cloudwatch\n'],
  ],
  ['one observer', 'warning', 'no-second-observer', `${FIRST}.quorum.observers`, ['observers: 2', 'observers: 1']],
  [
    'a probe that a target does not have',
    'warning',
    'probe-missing',
    `${SECOND}.quorum.probe`,
    [/ {4}probe:\n {6}host: pc-bp1mnopqrstuv02\S+\n {6}port: 5432\n/, ''],
  ],
  [
    'a dwell within the own high availability',
    'warning',
    'dwell-under-own-ha',
    `${FIRST}.for`,
    ['for: 60s # longer', 'for: 30s # longer'],
    ['providerGrace: 60s # the', 'providerGrace: 30s # the'],
  ],
  ['a dwell that outlasts the age', 'error', 'age-under-dwell', `${FIRST}.maxAge`, ['for: 60s # longer', 'for: 15m # longer']],
  ['a dwell that leaves less than a minute', 'warning', 'age-under-dwell', `${FIRST}.maxAge`, ['for: 60s # longer', 'for: 14m # longer']],
  [
    'a grace that outlasts the age',
    'error',
    'age-under-dwell',
    `${SECOND}.maxAge`,
    ['providerGrace: 60s # its', 'providerGrace: 20m # its'],
  ],
  [
    'matchers that contradict each other',
    'error',
    'never-matches',
    `${FIRST}.match`,
    [`match: ['env!~"test|staging"']`, `match: ['env="test"', 'env!~"test|staging"']`],
  ],
  ['a lag limit of minutes', 'warning', 'lag-over-rpo', 'policies.in-cluster.guards.maxLag', ['maxLag: 5s', 'maxLag: 5m']],
  [
    'a cool-down that the provider refuses',
    'warning',
    'cool-down-short',
    'policies.in-cluster.guards.coolDown',
    ['coolDown: 30m', 'coolDown: 9m'],
  ],
  [
    'a freeze that ends before it begins',
    'error',
    'freeze-never-holds',
    'policies.in-cluster.guards.freezes[0]',
    ['coolDown: 30m', 'freezes: [{ from: "2026-12-24T00:00:00Z", to: "2026-12-23T00:00:00Z", reason: holidays }]\n      coolDown: 30m'],
  ],
  [
    'a policy of nobody',
    'info',
    'policy-unused',
    'policies.cross-region-asked',
    ['policy: cross-region-asked', 'policy: cross-region\n    approval: { approvers: [a@example.com] }'],
  ],
  ['a brake that cannot trip', 'warning', 'brake-never-trips', 'fleet.brake', ['alarmingMin: 3', 'alarmingMin: 5']],
  [
    'a shadow target with nobody to ask',
    'warning',
    'no-approver',
    'targets.ledger-gdn.approval',
    ['policy: cross-region-asked', 'policy: cross-region'],
  ],
  [
    'a target that is never rehearsed',
    'warning',
    'no-drill',
    'targets.reports-polardb-pg',
    ['    drill:\n      schedule: rate(7 days)\n', ''],
  ],
  [
    'an acting network without leave to be forced',
    'error',
    'never-forced',
    'targets.ledger-gdn.gdn',
    ['mode: shadow\n    policy: cross-region-asked', 'mode: act\n    policy: cross-region-asked'],
  ],
  [
    'a target that tells nobody',
    'warning',
    'no-channel',
    'targets.orders-gaussdb.channels',
    ['channels: [ops-slack, ops-webhook]', 'channels: []'],
  ],
  [
    'an acting target with one channel',
    'info',
    'single-channel',
    'targets.orders-gaussdb.channels',
    ['channels: [ops-slack, ops-webhook]', 'channels: [ops-slack]'],
  ],
  [
    'a channel that nobody uses',
    'info',
    'channel-unused',
    'channels.spare',
    ['channels:\n', 'channels:\n  spare: { kind: slack, url: ssm:/understudy/dev/channels/spare/url }\n'],
  ],
  [
    'a channel secret in another place',
    'warning',
    'secret-out-of-reach',
    'channels.ops-slack.url',
    ['ssm:/understudy/${stage}/channels/ops-slack/url', 'ssm:/chat/ops-slack'],
  ],
  [
    "a provider's key among the sources",
    'warning',
    'secret-out-of-reach',
    'targets.orders-gaussdb.gaussdb.auth.secret',
    ['ssm:/understudy/${stage}/providers/huawei', 'ssm:/understudy/${stage}/sources/huawei'],
  ],
  [
    'the endpoint of another region',
    'warning',
    'endpoint-elsewhere',
    'targets.orders-gaussdb.gaussdb',
    ['https://gaussdb-opengauss.ap-southeast-1.myhuaweicloud.com', 'https://gaussdb-opengauss.ap-southeast-3.myhuaweicloud.com'],
  ],
  [
    'the central host where the region has its own',
    'warning',
    'endpoint-elsewhere',
    'targets.ledger-gdn.gdn',
    ['https://polardb.cn-hongkong.aliyuncs.com', 'https://polardb.aliyuncs.com'],
  ],
  ['a certificate that is damaged', 'error', 'bad-certificate', 'sources.cloudwatch.auth[0].certificates[0]', smnWith(DAMAGED)],
  ['a certificate that is another', 'error', 'certificate-not-pinned', 'sources.cloudwatch.auth[0].certificates[0]', smnWith(UNPINNED)],
  [
    'a signature over the body alone',
    'info',
    'no-signed-time',
    'sources.cloudwatch.auth[0]',
    ['auth: []', `auth: [{ kind: hmac, header: X-S, ${KEPT} }]`],
  ],
  ['a secret path', 'info', 'secret-in-address', 'sources.cloudwatch.auth[0]', ['auth: []', `auth: [{ kind: path, ${KEPT} }]`]],
  ['a target in shadow', 'info', 'shadow', 'targets.orders-gaussdb.mode', ['mode: act #', 'mode: shadow #']],
];

describe('what is lawful and yet not meant', () => {
  const named = rows.map(([what, level, code, path, ...changes]) => ({ what, level, code, path, changes }));
  test.each(named)('$what: $level $code', ({ level, code, path, changes }) => {
    const is = (finding: Finding): boolean => finding.code === code && formatPath(finding.path) === path;
    const found = findings(...changes).find(is);
    expect(found).toMatchObject({ level });
    expect(found?.remedy).not.toBe('');
    expect(lint(configOf(exampleText)).find(is)).toBeUndefined();
  });

  test('every code of the linter has a row', () => {
    const folder = new URL('../../lib/config/lints/', import.meta.url);
    const code = readdirSync(folder)
      .map((file) => readFileSync(new URL(file, folder), 'utf8'))
      .join('\n');
    const codes = [...code.matchAll(/code: '([a-z-]+)'/g)].map((match) => match[1]);
    expect([...new Set(codes)].filter((one) => !rows.some((row) => row[2] === one))).toEqual([]);
  });

  test('a certificate that is pinned is what it should be, and one that is kept elsewhere cannot be judged here', () => {
    const said = (change: Change) => findings(change).filter(({ path }) => path[0] === 'sources');
    expect(said(smnWith(UNPINNED, `, fingerprints: ['${UNPINNED.fingerprint}']`))).toEqual([]);
    expect(said(smnWith({ ...UNPINNED, pem: 'ssm:/understudy/dev/sources/smn' }))).toEqual([]);
  });

  test('a signature with a time, and a token, prove what they seem to', () => {
    const ways = `auth: [{ kind: hmac, header: X-S, timestampHeader: X-T, ${KEPT} }, { kind: bearer, ${KEPT} }]`;
    expect(findings(['auth: []', ways]).filter(({ path }) => path[0] === 'sources')).toEqual([]);
  });

  test('a network that may be forced, or that does not act, is left alone', () => {
    const acting: Change = ['mode: shadow\n    policy: cross-region-asked', 'mode: act\n    policy: cross-region-asked'];
    const forced: Change = ['      gdnId: gdn-bp1fedcba987654\n', '      gdnId: gdn-bp1fedcba987654\n      forced: true\n'];
    for (const changes of [[acting, forced], [forced], []])
      expect(findings(...changes).map(({ code }) => code)).not.toContain('never-forced');
  });

  test('the worst stands first', () => {
    const levels = findings(['observers: 2', 'observers: 1'], ['classes: [unreachable, down]', 'classes: [overload]']).map(
      ({ level }) => level,
    );
    expect(levels).toEqual([...levels].sort((a, b) => ['error', 'warning', 'info'].indexOf(a) - ['error', 'warning', 'info'].indexOf(b)));
    expect(levels[0]).toBe('error');
  });

  test('a label may still name the observer, whatever the number of sources', () => {
    expect(findings(['observers: 2', 'observers: 5']).map(({ code }) => code)).not.toContain('quorum-unreachable');
  });

  test('is said once, though an unused twin of the criteria stands in another policy', () => {
    expect(
      findings(['observers: 2', 'observers: 1'])
        .filter(({ code }) => code === 'no-second-observer')
        .map(({ path }) => path[1]),
    ).toEqual(['cross-region', 'cross-region-asked']);
  });
});

describe('contradictions', () => {
  const of = (...texts: readonly string[]) =>
    contradiction(
      texts.map((text) => {
        const matcher = parseMatcher(text);
        if (matcher === undefined) throw new Error(text);
        return matcher;
      }),
    );
  test.each([
    [['a="x"', 'a="y"']],
    [['a="x"', 'a!="x"']],
    [['a="x"', 'a=~"y.*"']],
    [['a="x"', 'a!~"x|y"']],
    [['a=~"x|y"', 'a=~"z.*"']],
    [['a=~"x|y"', 'a!="x"', 'a!="y"']],
    [['a!~".*"']],
    [['a=~"x$y"']],
    [['a=~"x^y"']],
  ])('%j', (texts) => {
    expect(of(...texts)).toContain('a');
  });
  test.each([
    [['a="x"', 'b="y"']],
    [['a="x"', 'a=~"x|y"']],
    [['a=~"db-.+"', 'a!~"db-test.*"']],
    [['a!="x"']],
    [['a=""', 'a!="x"']],
    [['a=~"^x$"']],
    [['a=~"(^x$)|y"']],
    [['a=~"x[$^]y"']],
    [['a=~"x\\\\$y"']],
    [['a=~".*"']],
    [[]],
  ])('%j may match', (texts) => {
    expect(of(...texts)).toBeUndefined();
  });
});
