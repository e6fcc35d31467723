import { describe, expect, test } from 'vitest';
import { formatFault, formatPath, nearest } from '../../lib/config/faults.ts';
import { lint } from '../../lib/config/lint.ts';
import { loadConfig } from '../../lib/config/load.ts';
import { awsScheduleFault } from '../../lib/config/schedule.ts';
import { readYaml } from '../../lib/config/source-map.ts';
import { configOf, exampleText, exampleWith, faultsOf, type Change } from './example.ts';

const told = (...changes: readonly Change[]): readonly string[] =>
  faultsOf(exampleWith(...changes)).map(({ path, message, remedy }) => `${path} ${message}: ${remedy}`);

test('a fault as a line, of a part and of the whole file', () => {
  const fault = { path: 'targets.x', line: 3, column: 5, message: 'is missing', remedy: 'Write it.' };
  expect(formatFault(fault, 'understudy.yml')).toBe('understudy.yml:3:5 targets.x is missing. Write it.');
  expect(formatFault({ ...fault, path: '' }, 'u.yml')).toBe('u.yml:3:5 is missing. Write it.');
});

test.each([
  ['polcy', ['policies', 'policy'], 'policy'],
  ['POLICY', ['policy'], 'policy'],
  ['chanels', ['channel', 'channels'], 'channels'],
  ['a', ['b', 'ccc'], 'b'],
  ['', ['a'], 'a'],
  ['a', [''], ''],
  ['mode', ['channels', 'targets'], undefined],
  ['kitten', ['sitting'], undefined],
  ['x', [], undefined],
])('the word nearest to %j among %j is %j', (word, known, expected) => {
  expect(nearest(word, known)).toBe(expected);
});

describe('a value that may be a word or a map', () => {
  const approval = (written: string): readonly string[] => told(['    approval: none\n', `    approval: ${written}\n`]);
  test.each([
    ['{ approvers: [a@example.com], count: two }', 'targets.orders-gaussdb.approval.count is not a whole number in range'],
    ['{ aprovers: [a@example.com] }', 'targets.orders-gaussdb.approval.aprovers is not a known key: Did you mean approvers?'],
    ['sometimes', 'targets.orders-gaussdb.approval '],
    ['7', 'targets.orders-gaussdb.approval '],
  ])('%s is told by the branch that was meant', (written, expected) => {
    expect(approval(written)).toContainEqual(expect.stringContaining(expected));
  });
});

describe('names that nobody carries', () => {
  test('where there are none at all, and where another is near', () => {
    expect(told([/^channels:\n(?:[ #].*\n|\n)*/m, ''])).toContainEqual(expect.stringContaining('There are no channels yet: add one.'));
    expect(told(['channels: [ops-slack, ops-webhook]', 'channels: [ops-slak]'])).toContainEqual(
      expect.stringContaining('Did you mean ops-slack?'),
    );
  });

  const channel = (written: string): readonly string[] => told(['channels:\n', `channels:\n  spare: ${written}\n`]);
  test.each([
    [
      '{ kind: slack, url: ssm:/a/b, options: { keyword: x } }',
      'channels.spare.options.keyword is not a known option: Kind slack has no options.',
    ],
    ['{ kind: dingtalk, url: ssm:/a/b, options: { mobile: x } }', 'Options of kind dingtalk: keyword, mobiles.'],
    ['{ kind: slack, url: ssm:/a/b, secret: ssm:/a/c }', 'channels.spare.secret has no meaning for kind slack: Remove it.'],
    ['{ kind: pager, url: ssm:/a/b }', 'channels.spare.kind '],
  ])('%s', (written, expected) => {
    expect(channel(written)).toContainEqual(expect.stringContaining(expected));
  });
});

test('two faults on one line are told from left to right', () => {
  const faults = faultsOf(exampleWith(['channels: [ops-slack, ops-webhook]', 'channels: [nobody, noone]']));
  expect(faults.map(({ path }) => path)).toEqual(['targets.orders-gaussdb.channels[0]', 'targets.orders-gaussdb.channels[1]']);
  expect(faults[0]?.column).toBeLessThan(faults[1]?.column ?? 0);
});

test('an endpoint that is left out is the documented one, of a network too', () => {
  const config = configOf(
    exampleWith([
      / {4}gdn:\n(?: {6}.*\n)+/,
      (exampleText.match(/ {4}gdn:\n(?: {6}.*\n)+/)?.[0] ?? '').replace(/ {6}endpoint:.*\n/, '') + '      # as documented\n',
    ]),
  );
  expect(config.targets['ledger-gdn']?.gdn?.endpoint).toMatch(/^https:\/\/polardb/);
});

describe('places in the text', () => {
  const TEXT = 'a: &a { b: 1, c }\nd: *a\ne:\n  - x\n  - y: 2\n? f\n';
  const { place, faults } = readYaml(TEXT);
  const at = (path: readonly (string | number)[], atKey = false): string => {
    const { line, column } = place({ path, message: '', remedy: '', atKey });
    return `${String(line)}:${String(column)}`;
  };
  test('the text is read', () => {
    expect(faults).toEqual([]);
  });
  test.each<[path: readonly (string | number)[], value: string, key: string]>([
    [[], '1:1', '1:1'],
    [['a', 'b'], '1:12', '1:9'],
    [['a', 'c'], '1:15', '1:15'],
    [['d', 'b'], '1:12', '1:9'],
    [['e', 1, 'y'], '5:8', '5:5'],
    [['e', 0], '4:5', '4:5'],
    [['e', 7], '4:3', '4:3'],
    [['f'], '6:3', '6:3'],
    [['a', 'b', 'deeper'], '1:12', '1:12'],
    [['nowhere', 'at', 'all'], '1:1', '1:1'],
  ])('%j', (path, value, key) => {
    expect([at(path), at(path, true)]).toEqual([value, key]);
  });
  test('of nothing at all', () => {
    const { line, column } = readYaml('').place({ path: ['a'], message: '', remedy: '' });
    expect([line, column]).toEqual([1, 1]);
  });
  test('a loaded configuration tells them too', () => {
    const loaded = loadConfig(exampleText);
    const line = exampleText.split('\n').findIndex((text) => text.startsWith('targets:')) + 1;
    expect(loaded.ok && loaded.place({ path: ['targets'], message: '', remedy: '', atKey: true }).line).toBe(line);
  });
});

describe("more of AWS's schedules", () => {
  const NOW_MS = Date.UTC(2026, 10, 21);
  test.each([
    ['cron(5-1 3 ? * SUN *)', 'cannot be understood'],
    ['cron(0 3 ? FRI# SUN *)', 'month'],
    ['cron(0 3 ? * ?,2 *)', 'day of week'],
    ['cron(0 3 ?,1 * ? *)', 'day of month'],
    ['cron(0 3 30-31 2 ? *)', 'never'],
    ['cron(0 3 30,31 FEB ? *)', 'never'],
    ['cron(0 3 28,31 2 ? *)', undefined],
    ['cron(0 3 31 2,3 ? *)', undefined],
    ['cron(0 3 1-31/5 2 ? *)', undefined],
    ['cron(0 3 ? * 2#5,3 *)', undefined],
  ])('%s: %s', (text, why) => {
    if (why === undefined) expect(awsScheduleFault(text, NOW_MS)).toBeUndefined();
    else expect(awsScheduleFault(text, NOW_MS)).toContain(why);
  });
});

describe('more of the linter', () => {
  const findings = (...changes: readonly Change[]): readonly string[] =>
    lint(configOf(exampleWith(...changes))).map(({ level, code, path, remedy }) => `${level} ${code} ${formatPath(path)}: ${remedy}`);

  test('a probe can lower the quorum, but keep no more alerts', () => {
    const found = findings(
      ['sources: [alertmanager]', 'sources: [cloudwatch]'],
      ['alerts: 2', 'alerts: 9'],
      [/observers: 2\n/, 'observers: 1\n          probe: true\n'],
    );
    expect(found).toContain('error quorum-unreachable policies.cross-region.criteria[0].quorum.alerts: Lower alerts.');
  });

  test('a probe that nobody needs and one target does not have is only information', () => {
    const found = findings(
      ['          alerts: 1\n          observers: 2\n', '          alerts: 1\n          observers: 1\n'],
      [/ {4}probe:\n {6}host: pc-bp1mnopqrstuv02\S+\n {6}port: 5432\n/, ''],
    );
    expect(found).toContain(
      'info probe-missing policies.in-cluster.criteria[0].quorum.probe: Give the target a probe, or set probe: false.',
    );
  });

  test('a source without an observer of its own is one by its name, and two of one name are one', () => {
    const seen = (...changes: readonly Change[]): boolean => findings(...changes).some((one) => one.startsWith('error quorum-unreachable'));
    const everySource: Change = ['sources: [alertmanager]', 'sources: []'];
    expect(seen(everySource, ['    observerLabel: prometheus\n', ''])).toBe(false);
    expect(seen(everySource, ['    observerLabel: prometheus\n', '    observer: cloudwatch\n'])).toBe(true);
    expect(seen(['    observerLabel: prometheus\n', ''])).toBe(true);
  });

  test('a freeze that holds is no finding', () => {
    const freeze: Change = [
      'coolDown: 30m',
      'freezes: [{ from: "2026-12-24T00:00:00Z", to: "2026-12-27T00:00:00Z", reason: x }]\n      coolDown: 30m',
    ];
    expect(findings(freeze).some((one) => one.includes('freeze'))).toBe(false);
  });
});
