import { describe, expect, test } from 'vitest';
import { compileConfig } from '../../lib/config/compile.ts';
import { COMPILED_BY, CompiledConfigError, readCompiledConfig } from '../../lib/config/compiled.ts';
import { configOf, exampleText } from './example.ts';

const config = configOf(exampleText, { stage: 'local' });
const compiled = (): Record<string, unknown> => JSON.parse(compileConfig(config)) as Record<string, unknown>;

describe('the compiled configuration', () => {
  test('is read back as it was', () => {
    expect(readCompiledConfig(compiled())).toEqual(config);
  });
  test('is the same bytes each time', () => {
    expect(compileConfig(config)).toBe(compileConfig(configOf(exampleText, { stage: 'local' })));
  });
  test.each<[string, (json: Record<string, unknown>) => unknown, RegExp]>([
    ['nothing', () => undefined, /not a compiled/],
    ['a bare configuration', () => config, /not a compiled/],
    ['an older format', (json) => ({ ...json, compiledBy: 'understudy/0' }), /understudy\/0.*build again/],
    ['a configuration changed by hand', (json) => ({ ...json, config: { ...config, targets: {} } }), /changed after it was built/],
    ['a missing configuration', ({ compiledBy, seal }) => ({ compiledBy, seal }), /changed after it was built/],
    ['a missing seal', ({ compiledBy, config: kept }) => ({ compiledBy, config: kept }), /changed after it was built/],
  ])('refuses %s', (_what, change, message) => {
    expect(() => readCompiledConfig(change(compiled()))).toThrow(CompiledConfigError);
    expect(() => readCompiledConfig(change(compiled()))).toThrow(message);
  });
  test('an error never holds a value of it', () => {
    const json = { ...compiled(), seal: 'x', config: { secret: 'hunter2' } };
    expect(() => readCompiledConfig(json)).toThrow(expect.not.stringContaining('hunter2') as string);
  });
  test('names its format', () => {
    expect(compiled()['compiledBy']).toBe(COMPILED_BY);
  });
});

describe('overrides point at simulators', () => {
  const read = (overrides: Parameters<typeof compileConfig>[1]) => readCompiledConfig(JSON.parse(compileConfig(config, overrides)));

  test('by provider, and by target, whose word wins', () => {
    const targets = read({ endpoints: { polardb: 'http://127.0.0.1:1', 'payments-polardb': 'http://127.0.0.1:2' } }).targets;
    expect(targets['payments-polardb']?.polardb?.endpoint).toBe('http://127.0.0.1:2');
    expect(targets['reports-polardb-pg']?.polardb?.endpoint).toBe('http://127.0.0.1:1');
    expect(targets['orders-gaussdb']).toEqual(config.targets['orders-gaussdb']);
  });
  test('every provider can be pointed', () => {
    const there = 'http://127.0.0.1:9';
    const targets = read({ endpoints: { gaussdb: there, polardb: there, 'polardb-gdn': there } }).targets;
    for (const target of Object.values(targets)) expect((target.gaussdb ?? target.polardb ?? target.gdn)?.endpoint).toBe(there);
  });
  test('probes keep their time-out and lose TLS', () => {
    const probe = read({ probes: { 'payments-polardb': { host: '127.0.0.1', port: 7 } } }).targets['payments-polardb']?.probe;
    expect(probe).toEqual({ host: '127.0.0.1', port: 7, tls: false, timeoutMs: 2000 });
  });
  test.each([
    [{ endpoints: { polardbb: 'http://127.0.0.1:1' } }, /polardbb/],
    [{ probes: { nobody: { host: '127.0.0.1', port: 7 } } }, /nobody/],
    [{ probes: { 'orders-gaussdb': { host: '127.0.0.1', port: 7 } } }, /no probe/],
  ])('a mistyped override is refused: %j', (overrides, message) => {
    expect(() => compileConfig(config, overrides)).toThrow(message);
  });
});
