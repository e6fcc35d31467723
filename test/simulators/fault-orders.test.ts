import { describe, expect, test } from 'vitest';
import type { FaultName, FaultParams } from '../../local/simulators/faults.ts';
import { createGaussdbEngine } from '../../local/simulators/gaussdb/simulator.ts';
import { createPolardbEngine } from '../../local/simulators/polardb/simulator.ts';
import { NOW_MS } from './clouds.ts';

describe('an order that would test nothing is an error', () => {
  const orders: readonly (readonly [string, string, FaultName, FaultParams?, number?])[] = [
    ['no such operation: promote', 'promote', 'slow'],
    ['no such fault: slower', 'failover', 'slower' as FaultName],
    ['slow has no parameter ms', 'failover', 'slow', { ms: 1 }],
    ['stuck-running is not for monitor, which is of kind read', 'monitor', 'stuck-running'],
    ['wrong-role is not for failover, which is of kind effect', 'failover', 'wrong-role'],
    ['refuse-connection strikes the whole listener: its operation is *', 'failover', 'refuse-connection'],
    ['times must be a positive integer', 'failover', 'slow', {}, 0],
  ];
  const named = orders.map(([message, operation, fault, params = {}, times = 1]) => ({ message, operation, fault, params, times }));
  test.each(named)('$message', ({ message, operation, fault, params, times }) => {
    expect(() => createGaussdbEngine().faults(NOW_MS).set({ operation, fault, params, times })).toThrow(message);
  });

  test('a fault of the other vendor', () => {
    expect(() => createPolardbEngine().faults(NOW_MS).set({ operation: '*', fault: 'job-not-visible' })).toThrow(
      'job-not-visible is no fault of polardb',
    );
  });
});
