import { describe, expect, test } from 'vitest';
import type { Config } from '../../lib/config/config.ts';
import { firstEntry } from '../../lib/failover/advance.ts';
import { noControls, type Controls } from '../../lib/decide/state.ts';
import type { Failover } from '../../lib/failover/failover.ts';
import { mayAct, mayGoOn, stillJustified } from '../../lib/failover/justify.ts';
import type { TargetState } from '../../lib/store/target-store.ts';
import { askDba, bothSee, ends, healthOf, lookOf, MINUTE, rulesOf, T0, type Statement, type Story } from '../decide/stories/teller.ts';
import { factsOf } from './facts.ts';

const REQUESTED_AT = 2 * MINUTE;

interface Scene extends Partial<Omit<Story, 'gives' | 'says' | 'alerts' | 'at'>> {
  readonly alerts?: readonly Statement[];
  readonly failover?: Partial<Failover>;
  readonly looked?: boolean;
  readonly at?: number;
}

const REQUESTED: Failover = {
  ...factsOf(T0 + REQUESTED_AT, { beganAtMs: T0, attempt: 0, starts: 0, look: { number: 0, atMs: T0 } }),
  state: 'requested',
};

/** The verdict of this very failover, a moment after it was requested. */
function judged({ alerts = bothSee, failover = {}, looked = true, at = REQUESTED_AT + 1_000, ...story }: Scene) {
  const rules = rulesOf(story);
  const config = { targets: { orders: rules.target }, policies: { story: rules.policy }, fleet: rules.fleet } as unknown as Config;
  const requested = { ...REQUESTED, ...failover } as Failover;
  const controls: Controls = { ...noControls, failoversMs: [requested.requestedAtMs], ...story.controls };
  const state = { targetId: 'orders', health: healthOf(rules, alerts), controls, failover: requested } as unknown as TargetState;
  const look = looked ? lookOf(story) : undefined;
  return stillJustified({ config, clock: { nowMs: () => T0 + at } }, state, requested, look);
}
const short = (scene: Scene): string => {
  const verdict = judged(scene);
  return verdict === undefined ? 'not asked' : `${verdict.kind} ${verdict.reason}`;
};

describe('a failover is judged again, as what it is', () => {
  test.each<[what: string, scene: Scene, verdict: string]>([
    ['the signals are still there, and the world is well', {}, 'failover criterion-met'],
    ['its own request is no other failover of this day', { guards: { failoversPerDay: 1 } }, 'failover criterion-met'],
    ['a person asked for it, and needs no alerts', { failover: { cause: 'person' }, alerts: [] }, 'not asked'],
    [
      'the signals have healed',
      { alerts: [...bothSee, ends('eu-1', REQUESTED_AT), ends('eu-2', REQUESTED_AT)] },
      'clear no-matching-alert',
    ],
    ['the standby fell ill', { world: { standbyHealthy: false } }, 'hold standby-unhealthy'],
    ['nobody has looked yet', { looked: false }, 'wait world-unread'],
  ])('%s', (_what, scene, verdict) => {
    expect(short(scene)).toBe(verdict);
  });
});

describe('without a look, what the policy says by now stops it all the same', () => {
  test.each<[what: string, scene: Scene, verdict: string]>([
    ['the target was put into shadow mode', { target: { mode: 'shadow' } }, 'hold shadow-mode'],
    ['approval is wanted now, and nobody gave it', { guards: { approval: askDba } }, 'ask approval-needed'],
    ['it was approved', { guards: { approval: askDba }, failover: { approved: true } }, 'wait world-unread'],
    ['it waits for that very approval', { guards: { approval: askDba }, failover: { state: 'awaiting-approval' } }, 'wait world-unread'],
  ])('%s', (_what, scene, verdict) => {
    expect(short({ ...scene, looked: false })).toBe(verdict);
  });
});

describe('the time that people took to consider makes no signal too old', () => {
  const considered = 20 * MINUTE;
  const at = REQUESTED_AT + considered;
  const approvedAt = {
    ...REQUESTED,
    approved: true,
    trail: [...REQUESTED.trail, { ...firstEntry('requested', 'dba', 'yes', T0 + at), event: 'approved' }],
  };

  test.each<[what: string, scene: Scene, verdict: string]>([
    ['nobody was asked: they are too old', {}, 'clear alerts-too-old'],
    ['they still consider it', { failover: { state: 'awaiting-approval', approved: true } }, 'failover criterion-met'],
    ['they have said yes', { failover: approvedAt, guards: { approval: askDba } }, 'failover criterion-met'],
  ])('%s', (_what, scene, verdict) => {
    expect(short({ ...scene, at })).toBe(verdict);
  });
});

test('before the world is read nothing may forbid it, and afterwards only a full yes will do', () => {
  const told = (scene: Scene): readonly boolean[] => [mayGoOn(judged(scene)), mayAct(judged(scene))];
  expect(told({})).toEqual([true, true]);
  expect(told({ failover: { cause: 'person' } })).toEqual([true, true]);
  expect(told({ looked: false })).toEqual([true, false]);
  expect(told({ world: { standbyHealthy: false } })).toEqual([false, false]);
  expect(told({ guards: { approval: askDba } })).toEqual([false, false]);
});
