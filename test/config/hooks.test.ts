import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TIMING } from '../../lib/timing.ts';
import { configOf, exampleWith, faultsOf } from './example.ts';

const ANCHOR = '    # Our own observer: connects';
const SECRET = "secret: 'ssm:/understudy/${stage}/hooks/lock'";
const withHooks = (yaml: string): string => exampleWith([ANCHOR, `    hooks:\n${yaml}\n${ANCHOR}`]);
const hook = (name: string, more = ''): string => `{ name: ${name}, url: 'https://ops.example.com/h', ${SECRET}${more} }`;

describe('hooks of a target', () => {
  test('have a time-out, two attempts, and stop by default', () => {
    const { hooks } = configOf(withHooks(`      before: [${hook('lock')}]`)).targets['payments-polardb'] ?? {};
    const before = { name: 'lock', url: 'https://ops.example.com/h', timeoutMs: 5_000, attempts: 2, onFailure: 'stop' };
    expect(hooks).toMatchObject({ before: [before], after: [] });
  });

  test('before the call they may take as long as the lease leaves room for, and no longer', () => {
    expect(TIMING.beforeHooksMs).toBe(30_000);
    const three = ['a', 'b', 'c'].map((name) => hook(name)).join(', ');
    expect(faultsOf(withHooks(`      before: [${three}]`))).toEqual([]);
    const longer = `${three}, ${hook('d', ', timeout: 100ms, attempts: 1')}`;
    expect(faultsOf(withHooks(`      before: [${longer}]`))).toMatchObject([
      { path: 'targets.payments-polardb.hooks.before', message: expect.stringContaining('30s100ms together') as string },
    ]);
    expect(faultsOf(withHooks(`      after: [${longer}]`))).toEqual([]);
  });

  test.each([
    ['twice before', `      before: [${hook('lock')}, ${hook('lock')}]`, 'before[1].name'],
    ['before and after', `      before: [${hook('lock')}]\n      after: [${hook('dns')}, ${hook('lock')}]`, 'after[1].name'],
  ])('a name that stands %s is refused: it is part of the idempotency key', (_what, yaml, path) => {
    expect(faultsOf(withHooks(yaml))).toMatchObject([{ path: `targets.payments-polardb.hooks.${path}` }]);
  });

  test.each([
    ['a time-out over 10 s', ', timeout: 11s', 'timeout'],
    ['six attempts', ', attempts: 6', 'attempts'],
    ['a third way to fail', ', onFailure: ignore', 'onFailure'],
    ['an unknown key', ', method: GET', 'method'],
  ])('%s is refused', (_what, more, key) => {
    expect(faultsOf(withHooks(`      before: [${hook('lock', more)}]`))).toMatchObject([
      { path: `targets.payments-polardb.hooks.before[0].${key}` },
    ]);
  });

  test('the example in the docs is lawful', () => {
    const page = readFileSync(new URL('../../docs/exactly-once.md', import.meta.url), 'utf8');
    const yaml = /```yaml\nhooks:\n([^`]*(?:`stop`)?[^`]*)```/.exec(page)?.[1] ?? '';
    const { hooks } = configOf(withHooks(yaml.replaceAll(/^/gm, '    ').trimEnd())).targets['payments-polardb'] ?? {};
    expect(hooks?.before).toMatchObject([{ name: 'block-writes', timeoutMs: 5_000, onFailure: 'continue' }]);
    expect(hooks?.after).toMatchObject([{ name: 'move-dns' }]);
  });
});
