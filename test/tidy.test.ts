import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { layoutFindings, readTree, sourceFile } from '../scripts/layout.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

test('the repository keeps its own rules', () => {
  const files = readTree(ROOT);
  expect(files.length).toBeGreaterThan(50);
  expect(layoutFindings(files).map(({ path, fault }) => `${path}: ${fault}`)).toEqual([]);
});

/** A repository in which everything is used, so that only the planted fault shows. */
const SOUND = [
  sourceFile(
    'functions/decider.ts',
    "import { step } from '../lib/decide/step.ts';\nimport '../lib/wire.ts';\nexport const handler = step;\n",
  ),
  sourceFile('lib/decide/step.ts', 'export const step = (nowMs: number): number => nowMs;\n'),
  sourceFile(
    'lib/wire.ts',
    "import { systemClock } from './platform/system.ts';\nimport './alert/sources.ts';\nexport const clock = systemClock;\n",
  ),
  sourceFile('lib/platform/system.ts', 'export const systemClock = { nowMs: (): number => Date.now() };\n'),
  sourceFile('lib/alert/sources.ts', "import './sources/zabbix.ts';\n"),
  sourceFile('lib/alert/sources/zabbix.ts', 'export const zabbix = {};\n'),
  sourceFile('events/zabbix/problem.json', '{}\n'),
  sourceFile('test/alert/zabbix.test.ts', "const sample = 'problem.json';\n"),
];

interface Planted {
  readonly what: string;
  readonly path: string;
  readonly text: string;
  readonly fault: string;
}

/** Written in two halves, so that this file does not itself hold what is forbidden. */
function split(first: string, second: string): string {
  return first + second;
}

/** Each breaks one rule; `text` replaces the file, or is a new one that the others make use of. */
const PLANTED: readonly Planted[] = [
  {
    what: 'I/O in the core',
    path: 'lib/decide/step.ts',
    text: "import { readFile } from 'node:fs/promises';",
    fault: 'imports node:fs/promises',
  },
  {
    what: 'an SDK in the core',
    path: 'lib/decide/step.ts',
    text: "import {\n  SQSClient,\n} from '@aws-sdk/client-sqs';",
    fault: 'imports @aws-sdk/client-sqs',
  },
  {
    what: 'the platform in the core',
    path: 'lib/decide/step.ts',
    text: "import { systemClock } from '../platform/system.ts';",
    fault: 'imports lib/platform/system.ts',
  },
  {
    what: 'digests where nobody said so',
    path: 'lib/decide/step.ts',
    text: "import { createHash } from 'node:crypto';",
    fault: 'imports node:crypto',
  },
  {
    what: 'a lazy import in the core',
    path: 'lib/decide/step.ts',
    text: "const net = await import('node:net');",
    fault: 'imports node:net',
  },
  { what: 'zod by name', path: 'lib/decide/step.ts', text: "import { z } from 'zod/mini';", fault: 'imports zod by name' },
  { what: 'the clock', path: 'lib/decide/step.ts', text: 'export const step = () => Date.now();', fault: 'uses Date.now' },
  { what: 'the clock, as a date', path: 'lib/decide/step.ts', text: 'export const step = () => new Date();', fault: 'uses new Date()' },
  { what: 'chance', path: 'functions/decider.ts', text: 'export const handler = () => Math.random();', fault: 'uses Math.random' },
  { what: 'the environment', path: 'lib/decide/step.ts', text: 'export const step = process.env;', fault: 'uses process.e' },
  { what: 'a timer', path: 'lib/decide/step.ts', text: 'setTimeout(() => 1, 5);', fault: 'uses setTimeout(' },
  {
    what: 'the local cloud in deployed code',
    path: 'lib/wire.ts',
    text: "import '../local/cloud.ts';",
    fault: 'imports local/cloud.ts, which is not deployed',
  },
  { what: 'a long file', path: 'lib/decide/step.ts', text: 'export {};\n'.repeat(251), fault: 'has 251 lines; 250' },
  { what: 'a long handler', path: 'functions/decider.ts', text: '// line\n'.repeat(26), fault: 'has 26 lines; a handler' },
  {
    what: 'a deciding handler',
    path: 'functions/decider.ts',
    text: 'export const handler = () => { if (true) return 1; };',
    fault: 'decides something',
  },
  {
    what: 'a catching handler',
    path: 'functions/decider.ts',
    text: 'export const handler = () => { try { return 1; } finally {} };',
    fault: 'decides something',
  },
  { what: 'a file named after nothing', path: 'scripts/string-utils.ts', text: '', fault: 'has a name that says nothing' },
  { what: 'a folder named after nothing', path: 'local/common/queue.ts', text: '', fault: 'has a name that says nothing' },
  { what: 'a file in another case', path: 'scripts/readTree.ts', text: '', fault: 'is not named in kebab-case' },
  {
    what: 'a plug-in without a place in the list',
    path: 'lib/alert/sources/grafana.ts',
    text: '',
    fault: 'is a plug-in that no list names',
  },
  { what: 'code that only a test uses', path: 'lib/decide/old.ts', text: '', fault: 'is used by nothing but tests' },
  { what: 'a sample that nothing uses', path: 'events/zabbix/recovery.json', text: '{}', fault: 'is a sample that nothing uses' },
  { what: 'a skipped test', path: 'test/a.test.ts', text: split('describe', ".skip('x', () => {});"), fault: 'leaves tests out' },
  { what: 'a lonely test', path: 'test/a.test.ts', text: split('it', ".only('x', () => {});"), fault: 'leaves tests out' },
  { what: 'a promised test', path: 'test/a.test.ts', text: split('test', ".todo('x');"), fault: 'leaves tests out' },
  { what: 'a vendor in the core', path: 'lib/decide/step.ts', text: "export const step = 'polardb';", fault: 'names a vendor' },
  { what: 'a path of one machine', path: 'README.md', text: split('see /wor', 'k/main/README.md'), fault: 'names a path of one machine' },
  { what: 'a tool of one machine', path: 'README.md', text: split('run far', 'm-status'), fault: 'names a tool of the machine' },
  { what: 'a place outside', path: 'README.md', text: split('see ../sha', 'red/design.md'), fault: 'names a place outside' },
];

describe('the rules find what is planted:', () => {
  test('nothing in a sound repository', () => {
    expect(layoutFindings(SOUND)).toEqual([]);
  });

  test.each(PLANTED)('$what', ({ path, text, fault }) => {
    const planted = [...SOUND.filter((file) => file.path !== path), sourceFile(path, text)];
    const faults = layoutFindings(planted)
      .filter((finding) => finding.path.split(':')[0] === path)
      .map((finding) => finding.fault);
    expect(faults).toEqual([expect.stringContaining(fault)]);
  });
});

test('comments may speak of what code may not do', () => {
  const text = '/** Never Date.now(), as Zabbix does. */\nexport const step = 1; // not Math.random\n';
  expect(layoutFindings([...SOUND.filter(({ path }) => path !== 'lib/decide/step.ts'), sourceFile('lib/decide/step.ts', text)])).toEqual(
    [],
  );
});
