import { describe, expect, test } from 'vitest';
import type { Alert, Resource } from '../../lib/alert/alert.ts';
import { ALIAS_KEY } from '../../lib/alert/resources.ts';
import { indexTargets, resolveTarget } from '../../lib/alert/resolve-target.ts';
import { understand } from '../../lib/alert/understand.ts';
import type { Target } from '../../lib/config/config.ts';
import { CONFIGURED, eventsOf } from './fixtures.ts';

const target = (id: string, identities: Target['identities']): Target => ({
  id,
  description: '',
  provider: 'polardb',
  mode: 'shadow',
  policyName: 'p',
  identities,
  channels: [],
  hooks: { before: [], after: [] },
});
const alert = (resources: readonly Resource[], labels: Alert['labels'] = {}): Alert => ({
  source: 's',
  observer: 's',
  fingerprint: 'f',
  name: 'n',
  class: 'down',
  severity: 'critical',
  status: 'firing',
  startsAtMs: 1,
  observedAtMs: 1,
  resources,
  labels,
  summary: '',
});
const INDEX = indexTargets({
  orders: target('orders', [{ value: 'pc-orders' }, { key: 'db', value: 'orders' }]),
  stock: target('stock', [{ value: 'pc-stock' }, { value: 'shared' }]),
  audit: target('audit', [{ key: 'clusterId', value: 'pc-audit' }, { value: 'shared' }]),
});
const resolve = (resources: readonly Resource[], labels?: Alert['labels']) => resolveTarget(alert(resources, labels), INDEX);

describe('by exact match', () => {
  test.each([
    ['an id under any key', [{ key: 'whatever', value: 'pc-orders' }], {}],
    ['an id under the key it is limited to', [{ key: 'db', value: 'orders' }], {}],
    ['a label of that key', [], { db: 'orders' }],
    [
      'the same target named twice',
      [
        { key: 'a', value: 'pc-orders' },
        { key: 'db', value: 'orders' },
      ],
      { db: 'orders' },
    ],
    [
      'a known and an unknown id',
      [
        { key: 'a', value: 'pc-orders' },
        { key: 'b', value: 'elsewhere' },
      ],
      {},
    ],
    ['an alias to an id', [{ key: ALIAS_KEY, value: 'pc-orders' }], {}],
    ['an alias to an id that is limited to a key', [{ key: ALIAS_KEY, value: 'orders' }], {}],
  ])('%s', (_case, resources, labels) => {
    expect(resolve(resources, labels as Alert['labels'])).toStrictEqual({ kind: 'target', targetId: 'orders' });
  });

  test.each([
    ['nothing named', [], {}],
    ['an id under another key than the one it is limited to', [{ key: 'clusterid', value: 'pc-audit' }], {}],
    ['a part of an id', [{ key: 'a', value: 'pc-order' }], {}],
    ['other letters', [{ key: 'a', value: 'PC-ORDERS' }], {}],
    ['a label that is limited to no key', [], { x: 'pc-orders' }],
    ['a label that is looked at for another id', [], { db: 'pc-orders' }],
    ['the target’s own id, which no alert knows', [{ key: 'a', value: 'stock' }], {}],
    ['names that every object has', [{ key: 'constructor', value: '__proto__' }], { toString: 'x' }],
  ])('unknown: %s', (_case, resources, labels) => {
    expect(resolve(resources, labels as unknown as Alert['labels'])).toStrictEqual({ kind: 'unknown-target' });
  });

  test('ids that lead to two targets lead to none', () => {
    expect(
      resolve([
        { key: 'a', value: 'pc-orders' },
        { key: 'b', value: 'pc-stock' },
      ]),
    ).toStrictEqual({
      kind: 'ambiguous-target',
      targetIds: ['orders', 'stock'],
    });
    expect(resolve([{ key: 'a', value: 'shared' }])).toStrictEqual({ kind: 'ambiguous-target', targetIds: ['audit', 'stock'] });
  });

  test('an alias names a target by its id too', () => {
    expect(resolve([{ key: ALIAS_KEY, value: 'stock' }])).toStrictEqual({ kind: 'target', targetId: 'stock' });
  });
});

test('a node’s event leads to its instance by the configured alias', () => {
  const fixture = eventsOf('huawei-ces').find(({ file }) => file === 'gaussdb-node-faulty.smn.json');
  const [event] = fixture ? understand(fixture.delivery, CONFIGURED).parsed.alerts : [];
  const index = indexTargets({
    orders: target('orders', [{ key: 'gaussdbv5_instance_id', value: 'c04c789b6baa4b6dbcc139c5226f3a2cin14' }]),
  });
  expect(event && resolveTarget(event, index)).toStrictEqual({ kind: 'target', targetId: 'orders' });
});
