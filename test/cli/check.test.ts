import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../cli/command.ts';
import { exampleWith } from '../config/example.ts';
import { run } from './surroundings.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-check-'));
  writeFileSync(
    join(folder, 'faulty.yml'),
    exampleWith(['version: 1', 'version: 2'], ['    policy: in-cluster', '    policy: in-claster']),
  );
  writeFileSync(join(folder, 'hopeless.yml'), exampleWith(['classes: [unreachable, down]', 'classes: [overload]']));
  writeFileSync(join(folder, 'environment.yml'), exampleWith([/ssm:\S*sources\/alertmanager/, 'env:AM_TOKEN']));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Report {
  readonly ok: boolean;
  readonly file: string;
  readonly remarks: readonly { readonly level: string; readonly code: string; readonly path: string; readonly line: number }[];
}
const report = async (...args: readonly string[]): Promise<Report> =>
  JSON.parse((await run(['check', '--json', ...args], { cwd: folder })).out) as Report;

describe('check', () => {
  test('the example can be built; its warning is told with its place', async () => {
    const { code, out } = await run(['check']);
    expect(code).toBe(EXIT.ok);
    expect(out).toMatch(/^understudy\.yml:\d+:15 warning targets\.orders-gaussdb\.approval .*\[no-approver\]$/m);
    expect(out.split('\n').at(-1)).toBe('understudy.yml can be built (1 warning, 2 info)');
  });
  test('--strict does not forgive it', async () => {
    expect(await run(['check', '--strict'])).toMatchObject({ code: EXIT.no, out: expect.stringContaining('cannot be built') as string });
  });
  test('faults: all at once, by line', async () => {
    const { code, out } = await run(['check', 'faulty.yml'], { cwd: folder });
    expect(code).toBe(EXIT.no);
    expect(out).toMatch(/^faulty\.yml:\d+:10 error version /m);
    expect(out).toMatch(/^faulty\.yml:\d+:13 error targets\.payments-polardb\.policy .* Did you mean in-cluster\?/m);
  });
  test('what can never work is an error too', async () => {
    expect((await run(['check', 'hopeless.yml'], { cwd: folder })).code).toBe(EXIT.no);
    expect((await report('hopeless.yml')).remarks[0]).toMatchObject({
      level: 'error',
      code: 'class-never-counts',
      path: 'policies.cross-region.criteria[0].classes',
    });
  });
  test('elsewhere it reads the project’s own file', async () => {
    expect(await report()).toMatchObject({ ok: true, file: expect.stringMatching(/understudy\.yml$/) as string });
  });
  test('a stage may take its secrets from the environment only on one’s own machine', async () => {
    expect(await report('environment.yml', '--stage', 'local')).toMatchObject({ ok: true });
    expect(await report('environment.yml', '--stage', 'prod')).toMatchObject({ ok: false });
  });
  test('a file that is not there ends with 2', async () => {
    expect(await run(['check', 'nowhere.yml'], { cwd: folder })).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('ENOENT') as string,
    });
  });
});
