import { expect, test } from 'vitest';
import { createGaussdbEngine } from '../../local/simulators/gaussdb/simulator.ts';
import { createPolardbEngine } from '../../local/simulators/polardb/simulator.ts';
import { drPath, gaussdbRequest, polardbRequest } from './clients.ts';
import { NOW_MS, mysqlClusterId } from './clouds.ts';

test('the same history gives the same ids, answers and events, byte for byte', () => {
  const history = (): string => {
    const events: unknown[] = [];
    const engine = createGaussdbEngine({}, (event) => events.push(event));
    engine.faults(NOW_MS).set({ operation: 'failover', fault: 'accept-then-drop' });
    const request = gaussdbRequest({ path: drPath('failover'), body: { disaster_type: 'stream' }, nowMs: NOW_MS });
    const outcomes = [engine.handle(request, NOW_MS), engine.handle(request, NOW_MS + 1)];
    for (let wakeMs = engine.nextWakeMs(); wakeMs !== undefined; wakeMs = engine.nextWakeMs()) engine.advance(wakeMs);
    return JSON.stringify([outcomes, events, engine.snapshot()]);
  };
  expect(history()).toBe(history());
  expect(history()).toContain('"kind":"finished"');
});

test('progress is told in tens, each at its own time, and the wake-ups lead there', () => {
  const percents: number[] = [];
  const engine = createPolardbEngine(
    { choices: { failoverMs: 7777 } },
    (event) => void (event.kind === 'progress' && percents.push(event.percent)),
  );
  engine.handle(polardbRequest({ action: 'FailoverDBCluster', parameters: { DBClusterId: mysqlClusterId }, nowMs: NOW_MS }), NOW_MS);
  let wakes = 0;
  for (let wakeMs = engine.nextWakeMs(); wakeMs !== undefined; wakeMs = engine.nextWakeMs()) {
    engine.advance(wakeMs);
    expect((wakes += 1)).toBeLessThan(50);
  }
  expect(percents).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
});
