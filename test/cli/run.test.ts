import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT, UnreachableError, type Command } from '../../cli/command.ts';
import { commands } from '../../cli/commands.ts';
import { ROOT, run } from './surroundings.ts';

describe('help', () => {
  test.each([['--help'], ['-h'], ['help']])('%s lists every command and the exit codes', async (word) => {
    const { code, out } = await run([word]);
    expect(code).toBe(EXIT.ok);
    for (const { name, summary } of commands) expect(out).toMatch(new RegExp(`^  ${name} +${summary.slice(0, 20)}`, 'm'));
    expect(out).toMatch(/^ {2}3 {3}what it needs to talk to/m);
  });
  test.each(commands.map(({ name }) => name))('%s has its own, with every option', async (name) => {
    const { code, out } = await run([name, '--help']);
    expect(code).toBe(EXIT.ok);
    for (const option of Object.keys(commands.find((each) => each.name === name)?.options ?? {})) expect(out).toContain(`--${option}`);
    expect(await run(['help', name])).toEqual({ code, out, err: '' });
  });
  test('without a command it is shown, and that is no success', async () => {
    expect(await run([])).toMatchObject({ code: EXIT.usage, out: '', err: expect.stringContaining('Usage') as string });
  });
});

describe('what is not understood ends with 2 and says what to do', () => {
  test.each([
    [['chek'], 'Did you mean check?'],
    [['constructor'], 'See understudy --help.'],
    [['help', 'nothing'], 'There is no command nothing'],
    [['check', 'a', 'b'], 'b is too much'],
    [['send'], 'FILE is missing'],
    [['check', '--strct'], "Unknown option '--strct'"],
    [['check', '--stage'], 'See understudy check --help'],
    [['check', '--strict=yes'], 'does not take an argument'],
  ])('%j', async (args, message) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: EXIT.usage, out: '' });
    expect(err).toContain(message);
  });
  test('for machines it is JSON', async () => {
    expect(JSON.parse((await run(['chek', '--json'])).err)).toEqual({ error: { kind: 'usage', message: expect.any(String) as string } });
  });
});

function failing(error: Error): Command['run'] {
  return () => {
    throw error;
  };
}

describe('how a command may end', () => {
  const ending = (error: Error): readonly Command[] => [{ name: 'end', summary: 'Ends', usage: '', options: {}, run: failing(error) }];
  test.each([
    [new UnreachableError('gone'), EXIT.unreachable, 'unreachable'],
    [new Error('broke'), EXIT.no, 'failed'],
  ])('%s', async (error, code, kind) => {
    const ran = await run(['end', '--json'], { commands: ending(error) });
    expect(ran.code).toBe(code);
    expect(JSON.parse(ran.err)).toMatchObject({ error: { kind } });
  });
});

test('every file of a command is in the list, under its own name', () => {
  const files = readdirSync(join(ROOT, 'cli/commands')).map((file) => file.replace(/\.ts$/, ''));
  expect(files.sort()).toEqual(commands.map(({ name }) => name).sort());
});

test('version', async () => {
  expect(JSON.parse((await run(['version', '--json'])).out)).toEqual({
    understudy: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
    node: process.versions.node,
  });
  expect((await run(['--version'])).out).toContain(process.versions.node);
});
