import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { incidentsOf } from '../../lib/backtest/difference.ts';
import { createLineReader } from '../../lib/backtest/read-line.ts';
import type { Report } from '../../lib/backtest/report.ts';
import { loadConfig } from '../../lib/config/load.ts';
import { lint } from '../../lib/config/lint.ts';
import type { Config } from '../../lib/config/config.ts';
import { sampleHistory } from '../../scripts/sample-history.ts';
import { exampleConfig } from '../scenarios/story.ts';
import { replayed } from './history.ts';

const HISTORY = join(import.meta.dirname, '../../events/history');
const month = readFileSync(join(HISTORY, 'month.ndjson'), 'utf8');

function loaded(file: string): Config {
  const result = loadConfig(readFileSync(join(HISTORY, file), 'utf8'));
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.config;
}
function replay(config: Config): Report {
  const reader = createLineReader();
  const items = month
    .trim()
    .split('\n')
    .flatMap((line) => reader.read(line));
  return replayed(items, config);
}
const days = ({ outcomes }: Report): readonly string[] =>
  outcomes.map(
    ({ kind, reason, targetId, atMs }) =>
      `${new Date(atMs).toISOString().slice(5, 16)} ${kind}${kind === 'hold' ? ` ${reason}` : ''} ${targetId}`,
  );

test('the made-up month is what its script writes', () => {
  expect(month).toBe(sampleHistory());
});

describe('the month under the example', () => {
  const report = replay(exampleConfig());

  test('each story ends as it should', () => {
    expect(days(report)).toEqual([
      '10-05T19:09 hold maintenance ledger-gdn',
      '10-09T22:52 near-miss orders-gaussdb',
      '10-15T02:15 failover orders-gaussdb',
      '10-15T02:56 hold cool-down orders-gaussdb',
      '10-18T13:32 failover payments-polardb',
      '10-21T16:41 brake payments-polardb',
      '10-21T16:41 hold fleet-brake-trips payments-polardb',
      '10-21T16:41 hold fleet-brake orders-gaussdb',
      '10-21T16:41 hold fleet-brake ledger-gdn',
      '10-21T16:45 hold fleet-brake payments-polardb',
      '10-23T01:00 near-miss reports-polardb-pg',
      '10-27T06:19 failover orders-gaussdb',
      '10-30T01:01 hold shadow-mode reports-polardb-pg',
    ]);
  });

  test('the 43-second partition missed a failover by 20 seconds', () => {
    expect(report.outcomes.find(({ kind }) => kind === 'near-miss')).toMatchObject({ shortMs: 20_000 });
  });

  test('nothing came of the sale, of the observer that lost its network, of staging and of the drained queue', () => {
    const quiet = ['10-03', '10-12', '10-16', '10-19'];
    expect(days(report).filter((line) => quiet.some((day) => line.startsWith(day)))).toEqual([]);
  });
});

describe('the month under a reckless policy', () => {
  const config = loaded('reckless.yml');
  const report = replay(config);

  test('fails over at everything that is unreachable, the partition and staging included', () => {
    expect(report.counts).toEqual([{ kind: 'failover', reason: 'criterion-met', count: 15 }]);
    expect(days(report)).toContain('10-09T22:52 failover orders-gaussdb');
    expect(days(report)).toContain('10-19T10:00 failover orders-gaussdb');
  });

  test('is a difference in every incident, and the linter says so beforehand', () => {
    const incidents = incidentsOf(report, replay(exampleConfig()));
    expect(incidents.every(({ difference }) => difference !== undefined)).toBe(true);
    expect(lint(config).map(({ code }) => code)).toEqual(
      expect.arrayContaining(['no-second-observer', 'dwell-under-own-ha', 'brake-never-trips']),
    );
  });
});
