import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { ROOT, type Ran } from './surroundings.ts';

const LAUNCHER = join(ROOT, 'cli/understudy.mjs');
/** Makes a process believe that it is an older Node; what it starts is not touched. */
const AS_NODE_20 = [
  '--import',
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.20.2"}})',
];

async function start(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran & { readonly signal: string | null }> {
  const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const out: string[] = [];
  const err: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code: code ?? -1, signal, out: out.join(''), err: err.join('') };
}

describe('the launcher', () => {
  test.each([
    ['this Node', []],
    ['an older one', AS_NODE_20],
  ])('under %s: arguments go in, output and exit code come out', async (_what, flags) => {
    expect(await start(process.execPath, [...flags, LAUNCHER, 'version', '--json'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('"node": "2') as string,
    });
    expect(await start(process.execPath, [...flags, LAUNCHER, 'chek'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean check?') as string,
    });
    expect(await start(process.execPath, [...flags, LAUNCHER, 'check', 'nowhere.yml'])).toMatchObject({ code: 2 });
  });

  test('an older Node starts the one that came with the project', async () => {
    const { out } = await start(process.execPath, [...AS_NODE_20, LAUNCHER, 'version', '--json']);
    const bundled = await start(join(ROOT, 'node_modules/.bin/node'), ['--version']);
    expect(`v${(JSON.parse(out) as { node: string }).node}`).toBe(bundled.out.trim());
  });

  test('a signal reaches the command, and the launcher ends as the command did', async () => {
    // Waits for its standard input, which never ends.
    const child = spawn(process.execPath, [...AS_NODE_20, LAUNCHER, 'send', '-', '--url', 'http://127.0.0.1:9/'], {
      cwd: ROOT,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const childrenOf = (pid: number | undefined): readonly number[] =>
      readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
        .split(' ')
        .filter((text) => text !== '')
        .map(Number);
    const [grandchild] = await vi.waitUntil(() => (childrenOf(child.pid).length > 0 ? childrenOf(child.pid) : undefined), {
      timeout: 10_000,
    });
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([null, 'SIGTERM']);
    await vi.waitFor(() => expect(() => process.kill(grandchild ?? 0, 0)).toThrow('ESRCH'), { timeout: 10_000 });
  });

  test('a closed pipe is no fault', async () => {
    const { code, err } = await start('bash', ['-c', `set -o pipefail; "${process.execPath}" "${LAUNCHER}" --help | true`]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});

test('npx finds it in a checkout, offline and without asking', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'understudy-npx-'));
  try {
    const ran = await start('npx', ['understudy', 'version', '--json'], {
      npm_config_cache: cache,
      npm_config_registry: 'http://127.0.0.1:1',
    });
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('"understudy"') as string });
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
});

describe('colour', () => {
  test('is not in a pipe, nor where NO_COLOR is set; FORCE_COLOR brings it', async () => {
    const { FORCE_COLOR: _f, NO_COLOR: _n, ...rest } = process.env;
    const help = async (environment: Record<string, string>) =>
      (
        await start('env', [
          '-i',
          ...Object.entries({ PATH: rest['PATH'] ?? '', ...environment }).map(([k, v]) => `${k}=${v}`),
          process.execPath,
          LAUNCHER,
          '--help',
        ])
      ).out;
    expect(await help({})).not.toContain('\u001B[');
    expect(await help({ FORCE_COLOR: '1' })).toContain('\u001B[');
    expect(await help({ NO_COLOR: '1' })).not.toContain('\u001B[');
  });
});
