import { describe, expect, test } from 'vitest';
import { NOW_MS, codeOf, f, world } from './polardb-world.ts';
import type { Ask, Json } from './polardb-world.ts';

describe('the global database network', () => {
  const gdn = { GDNId: f.gdnId };
  const to = { ...gdn, DBClusterId: f.gdnStandbyClusterId };
  const rolesAt = (ask: Ask, ms: number): unknown[] => {
    const { GDNStatus, DBClusters } = ask('DescribeGlobalDatabaseNetwork', gdn, NOW_MS + ms).json as {
      GDNStatus: string;
      DBClusters: Json[];
    };
    return [GDNStatus, ...DBClusters.map((one) => one['Role'])];
  };

  test('locked while it switches, then the roles are swapped', () => {
    const { ask, engine } = world();
    expect(ask('SwitchOverGlobalDatabaseNetwork', to)).toMatchObject({ status: 200, json: { RequestId: expect.any(String) } });
    expect(rolesAt(ask, 0)).toEqual(['active', 'primary', 'standby']);
    expect(rolesAt(ask, 30_000)).toEqual(['locked', 'primary', 'standby']);
    expect(ask('DescribeDBClusterAttribute', { DBClusterId: f.gdnStandbyClusterId }, NOW_MS + 30_000).json['DBClusterStatus']).toBe(
      'ROLE_SWITCHING',
    );
    expect(codeOf(ask('SwitchOverGlobalDatabaseNetwork', to, NOW_MS + 30_000))).toBe('403 OperationDenied.GDNStatus');
    expect(rolesAt(ask, 61_000)).toEqual(['active', 'standby', 'primary']);
    expect(engine.counters().promotions).toEqual({ [f.gdnId]: 1 });
    expect([engine.endpoints()[f.gdnPrimaryClusterId], engine.endpoints()[f.gdnStandbyClusterId]]).toEqual([false, true]);
  });

  test('ReplicaLag is text in seconds, and empty where it is not known', () => {
    const { ask, engine } = world();
    const lag = (): unknown => (ask('DescribeGlobalDatabaseNetwork', gdn).json['DBClusters'] as Json[])[1]?.['ReplicaLag'];
    expect(lag()).toBe('1');
    engine.setLag(f.gdnStandbyClusterId, 42);
    expect(lag()).toBe('42');
    engine.setLag(f.gdnStandbyClusterId, undefined);
    expect(lag()).toBe('');
  });

  test.each([
    ['400 MissingParameter', {}],
    ['404 InvalidGDNId.NotFound', { GDNId: 'gdn-none' }],
    ['404 InvalidDBCluster.NotFound', { ...gdn, DBClusterId: 'pc-bp1nosuchcluster' }],
    ['404 InvalidDBClusterId.NotFound', { ...gdn, DBClusterId: f.mysqlClusterId }],
    ['403 OperationDenied.GDNRole', { ...gdn, DBClusterId: f.gdnPrimaryClusterId }],
    ['400 InvalidParameter', { ...to, ClientToken: 'there-is-none-here' }],
    ['400 InvalidParameter', { ...to, Forced: 'yes' }],
  ])('%s', (expected, parameters) => {
    expect(codeOf(world().ask('SwitchOverGlobalDatabaseNetwork', parameters))).toBe(expected);
  });

  test('with the primary dead it must be forced', () => {
    const { ask, engine } = world();
    engine.setOutage(f.gdnPrimaryClusterId, true, NOW_MS);
    expect(codeOf(ask('SwitchOverGlobalDatabaseNetwork', to))).toBe('400 HaStatusNotSupport');
    expect(ask('SwitchOverGlobalDatabaseNetwork', { ...to, Forced: 'true' }).status).toBe(200);
  });

  test('without a cluster the only standby is meant; the list shows roles too', () => {
    const { ask } = world();
    expect(ask('SwitchOverGlobalDatabaseNetwork', gdn).status).toBe(200);
    const { Items } = ask('DescribeGlobalDatabaseNetworks', {}, NOW_MS + 90_000).json as { Items: Json[] };
    expect(Items).toMatchObject([{ GDNId: f.gdnId, GDNStatus: 'active', DBClusters: [{ Role: 'standby' }, { Role: 'primary' }] }]);
  });

  test('a second switch after the first is an own effect: there is no token', () => {
    const { ask, engine } = world({ choices: { gdnLockedDuringSwitch: false } });
    ask('SwitchOverGlobalDatabaseNetwork', gdn);
    expect(rolesAt(ask, 30_000)[0]).toBe('active');
    expect(ask('SwitchOverGlobalDatabaseNetwork', gdn, NOW_MS + 90_000).status).toBe(200);
    expect(engine.counters().promotions).toEqual({ [f.gdnId]: 2 });
  });
});
