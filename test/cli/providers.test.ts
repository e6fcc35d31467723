import { describe, expect, test } from 'vitest';
import { EXIT } from '../../cli/command.ts';
import { PROVIDERS } from '../../lib/failover/providers.ts';
import { GAUSSDB_ERRORS } from '../../lib/failover/providers/gaussdb.ts';
import { run } from './surroundings.ts';

describe('providers', () => {
  test('all of them, with operations, token, limits and every documented error', async () => {
    const { code, out } = await run(['providers', '--json']);
    const told = JSON.parse(out) as readonly { name: string; operations: string[]; quietMs: number; errors: { code: string }[] }[];
    expect(code).toBe(EXIT.ok);
    expect(told.map(({ name }) => name)).toEqual(Object.keys(PROVIDERS));
    for (const { name, operations, quietMs, errors } of told) {
      const provider = PROVIDERS[name as keyof typeof PROVIDERS]({} as never);
      expect({ operations, quietMs }).toEqual({ operations: provider.operations, quietMs: provider.quietMs });
      expect(errors.length).toBeGreaterThan(10);
    }
    expect(told[0]?.errors.map((error) => error.code)).toEqual(GAUSSDB_ERRORS.map((error) => error.code));
  });

  test('one of them in words for people: the code, what it means, what to do', async () => {
    const { code, out } = await run(['providers', 'polardb']);
    expect(code).toBe(EXIT.ok);
    expect(out).toMatch(/^polardb\n {2}Operations +failover, switchover$/m);
    expect(out).toMatch(/a repeated token has no second effect/);
    expect(out).toMatch(/nothing is concluded for 4 min; the longest operation takes 10 min/);
    expect(out).toMatch(/400 .*UnsupportHighFrequenceSwitchOver\n +\S.*\(§/);
    expect(out).not.toContain('gaussdb');
  });

  test('another name is not known, and the known ones are told', async () => {
    expect(await run(['providers', 'oracle'])).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('gaussdb, polardb') as string,
    });
  });

  test('--matrix plays faults against every operation: never two effects', async () => {
    const { code, out, err } = await run(['providers', '--matrix', '--fault', 'accept-then-drop', '--json']);
    const rows = JSON.parse(out) as readonly { operation: string; fault: string; end: string; effects: number }[];
    expect(code).toBe(EXIT.ok);
    expect(err).toMatch(/gaussdb: 5 operations × 1 faults/);
    expect(rows.filter(({ effects }) => effects > 1)).toEqual([]);
    const starts = rows.filter(({ fault }) => fault === 'accept-then-drop' || fault === 'start: accept-then-drop');
    expect(starts.map(({ operation }) => operation)).toHaveLength(9);
    for (const row of starts) expect(row).toMatchObject({ end: 'succeeded', effects: 1 });
    const table = await run(['providers', 'polardb', '--matrix', '--fault', 'accept-then-drop']);
    expect(table.out).toMatch(/## polardb\n\n\| operation \| fault /);
  });

  test('a fault that there is not, and one without --matrix, are usage errors', async () => {
    expect(await run(['providers', '--matrix', '--fault', 'flood'])).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('accept-then-drop') as string,
    });
    expect(await run(['providers', '--fault', 'busy'])).toMatchObject({ code: EXIT.usage });
  });
});
