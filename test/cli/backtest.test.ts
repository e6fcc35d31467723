import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../cli/command.ts';
import { strike, TARGET, worldWith } from '../operate/situation.ts';
import { startOperatorWorld, type OperatorWorld } from './operator-world.ts';
import { ROOT, run } from './surroundings.ts';

const MONTH = 'events/history/month.ndjson';
const RECKLESS = 'events/history/reckless.yml';
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-backtest-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('backtest', () => {
  test('tells every failover, hold and near miss, and what had to be supposed', async () => {
    const { code, out, err } = await run(['backtest', MONTH]);
    expect([code, err]).toEqual([EXIT.ok, '']);
    expect(out).toContain('141 deliveries, 141 alerts about targets');
    expect(out).toContain('understudy.yml  3 failovers, 1 fleet brake, 7 holds, 2 near misses');
    expect(out).toMatch(/2026-10-09T22:52:49\.000Z {2}NEAR-MISS {2}orders-gaussdb came within 20 s of acting/);
    expect(out).toMatch(/2026-10-15T02:15:34\.000Z {2}FAILOVER {3}orders-gaussdb fails over 64 s after it began/);
    expect(out).toContain('every failover succeeds after 5 min, the fleet brake is released after 60 min, and nobody answers when asked.');
  });

  test('tells how one policy differs from another', async () => {
    const { out } = await run(['backtest', MONTH, '--policy', RECKLESS, '--against', 'understudy.yml']);
    expect(out).toContain(`From understudy.yml to ${RECKLESS}  15 of 15 incidents differ`);
    expect(out).toMatch(/2026-10-09T22:52:05\.000Z {2}orders-gaussdb: near-miss → failover/);
  });

  test('is the same for machines', async () => {
    const { out } = await run(['backtest', MONTH, '--policy', RECKLESS, '--against', 'understudy.yml', '--json']);
    expect(JSON.parse(out)).toMatchObject({
      history: MONTH,
      unreadableLines: 0,
      policy: { label: RECKLESS, counts: [{ kind: 'failover', reason: 'criterion-met', count: 15 }] },
      against: { label: 'understudy.yml', read: { deliveries: 141 } },
      differences: expect.arrayContaining([expect.objectContaining({ difference: 'near-miss → failover' })]) as unknown,
    });
  });

  test('writes a page', async () => {
    const page = join(folder, 'report.html');
    const { code, out } = await run(['backtest', MONTH, '--html', page]);
    expect([code, out]).toEqual([EXIT.ok, expect.stringContaining(`The page is ${page}.`)]);
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<svg [\s\S]*<\/html>\n$/);
  });

  test('takes shadow targets at their word, or as acting', async () => {
    expect((await run(['backtest', MONTH])).out).toContain('reports-polardb-pg holds 60 s after it began. The target is in shadow mode');
    expect((await run(['backtest', MONTH, '--act'])).out).toMatch(/2026-10-30T01:01:00\.000Z {2}FAILOVER {3}reports-polardb-pg/);
  });

  test('supposes what it is told to', async () => {
    const { out } = await run(['backtest', MONTH, '--probe', 'alive', '--takes', '2m', '--release', '30m', '--approve', '9m']);
    expect(out).toMatch(/HOLD +payments-polardb holds 60 s after it began\. Our own probe reaches the database/);
    expect(out).toContain('every failover succeeds after 2 min, the fleet brake is released after 30 min, and people approve after 9 min.');
  });

  test('says which lines it could not read', async () => {
    const broken = join(folder, 'broken.ndjson');
    writeFileSync(broken, `not json\n${readFileSync(join(ROOT, MONTH), 'utf8')}`);
    const { out } = await run(['backtest', broken]);
    expect(out).toContain('1 line could not be read (line 1: not a JSON object)');
    expect(out).toContain('3 failovers');
  });

  test.each([
    ['no such file', ['nowhere.ndjson'], 'nowhere.ndjson could not be read'],
    ['nothing to read in it', ['LICENSE'], 'nothing in it could be read'],
    ['no such policy', [MONTH, '--policy', 'nowhere.yml'], 'nowhere.yml could not be read'],
    ['no such source', [MONTH, '--source', 'nagios'], 'There is no source nagios'],
    ['no duration', [MONTH, '--takes', 'long'], '--takes is not a duration'],
  ])('%s is a matter of usage', async (_what, args, told) => {
    const { code, err } = await run(['backtest', ...args]);
    expect([code, err]).toEqual([EXIT.usage, expect.stringContaining(told)]);
  });
});

describe('archive export', () => {
  const started: OperatorWorld[] = [];
  afterEach(async () => {
    for (const each of started.splice(0)) await each.stop();
  });

  test('what really happened comes out as a history, and the same policy says the same of it', async () => {
    const world = worldWith();
    const startMs = world.nowMs;
    strike(world);
    await world.run(20 * 60_000);
    const operator = await startOperatorWorld(world);
    started.push(operator);
    const span = ['--since', new Date(startMs - 1).toISOString(), '--until', new Date(world.nowMs).toISOString()];
    const { code, out, err } = await operator.cli('archive', 'export', ...span);
    expect([code, err]).toEqual([EXIT.ok, expect.stringMatching(/^\d+ entries of 4 targets\.$/)]);
    const lines = out.split('\n').map((line) => JSON.parse(line) as { understudy: string; targetId: string; receivedAtMs: number });
    expect(new Set(lines.map(({ understudy, targetId }) => `${understudy} ${targetId}`))).toEqual(new Set([`archive ${TARGET}`]));
    expect(lines.map(({ receivedAtMs }) => receivedAtMs)).toEqual(lines.map(({ receivedAtMs }) => receivedAtMs).toSorted((a, b) => a - b));

    const history = join(folder, 'exported.ndjson');
    writeFileSync(history, `${out}\n`);
    const { out: told } = await run(['backtest', history]);
    expect(told).toMatch(/really decided then, by the archive: 1 time to act/);
    const real = world.log.find(({ event, fields }) => event === 'verdict' && fields['kind'] === 'failover')?.atMs ?? 0;
    const [, at = ''] = /(\S+Z) {2}FAILOVER/.exec(told) ?? [];
    expect(Math.abs(Date.parse(at) - real)).toBeLessThan(5_000);
  });

  test('only of one target, and only of the time that is asked for', async () => {
    const world = worldWith();
    strike(world);
    await world.run(5 * 60_000);
    const operator = await startOperatorWorld(world);
    started.push(operator);
    const far = ['--since', '2031-01-01T00:00:00Z', '--until', '2031-02-01T00:00:00Z'];
    expect(await operator.cli('archive', 'export', ...far)).toMatchObject({ out: '', err: '0 entries of 4 targets.' });
    const span = ['--since', new Date(world.nowMs - 3_600_000).toISOString(), '--until', new Date(world.nowMs).toISOString()];
    expect((await operator.cli('archive', 'export', '--target', 'ledger-gdn', ...span)).err).toBe('0 entries of 1 target.');
    expect((await operator.cli('archive', 'export', '--target', TARGET, ...span)).out).not.toBe('');
  });

  test.each([
    ['another word', ['import'], 'There is only'],
    ['an end before its beginning', ['export', '--since', '2026-02-01T00:00:00Z', '--until', '2026-01-01T00:00:00Z'], 'not before'],
    ['no instant', ['export', '--since', 'monday'], '--since is neither now nor an instant'],
  ])('%s is a matter of usage', async (_what, args, told) => {
    const { code, err } = await run(['archive', ...args]);
    expect([code, err]).toEqual([EXIT.usage, expect.stringContaining(told)]);
  });
});
