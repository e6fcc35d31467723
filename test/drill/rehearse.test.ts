import { describe, expect, test } from 'vitest';
import type { Criterion, Matcher } from '../../lib/config/config.ts';
import { noControls } from '../../lib/decide/state.ts';
import { probeCheck, rehearse, syntheticAlerts } from '../../lib/drill/rehearse.ts';
import {
  alive,
  greenLook,
  lookOf,
  MINUTE,
  oneAndProbe,
  rulesOf,
  SECOND,
  T0,
  twoObservers,
  unreached,
  unsure,
  type Story,
} from '../decide/stories/teller.ts';

function verdictOf(story: Partial<Omit<Story, 'gives' | 'says' | 'alerts' | 'at'>>): string {
  const { kind, reason } = rehearse({
    rules: rulesOf(story),
    controls: { ...noControls, ...story.controls },
    look: lookOf(story) ?? greenLook,
    ...(story.inFlight === undefined ? {} : { inFlight: story.inFlight }),
    nowMs: T0,
  });
  return `${kind} ${reason}`;
}
const wants = (change: Partial<Criterion>) => ({ criteria: [{ ...twoObservers, ...change }] });
const labels = (...match: readonly (readonly [op: Matcher['op'], value: string])[]) =>
  wants({ match: match.map(([op, value]) => ({ label: 'env', op, value })) });

describe('had the database died, it would have acted, whatever the policy asks of the alerts', () => {
  test.each<[what: string, story: Parameters<typeof verdictOf>[0]]>([
    ['two observers', {}],
    ['one observer and our probe, which reaches the living database', { criteria: [oneAndProbe], probe: alive }],
    ['two observers, of which our probe may be one and is not configured', { criteria: [oneAndProbe] }],
    ['more alerts than observers', wants({ quorum: { ...twoObservers.quorum, alerts: 5, observers: 2 } })],
    ['no observer at all', wants({ quorum: { ...twoObservers.quorum, alerts: 1, observers: 0 } })],
    ['a source and a name', wants({ sources: ['zabbix'], names: ['Down'] })],
    ['any class and any severity', wants({ classes: [], severities: [] })],
    ['only replication, beside a class that never counts', wants({ classes: ['overload', 'replication'] })],
    ['a label', labels(['=', 'prod'])],
    ['a label that must be there', labels(['!=', ''])],
    ['a pattern', labels(['=~', 'prod-.+|live'])],
    ['a pattern, and not one of its words', labels(['=~', 'test|prod'], ['!=', 'test'])],
    ['a pattern for which no label is easily told', labels(['=~', 'db-[0-9]{4}'])],
    ['a grace for the provider that is longer than the dwell', { guards: { providerGraceMs: 5 * MINUTE } }],
    ['a target in shadow mode', { target: { mode: 'shadow' } }],
    ['a signal that was spent on an earlier failover', { controls: { spentUntilMs: T0 } }],
  ])('%s', (_what, story) => {
    expect(verdictOf(story)).toBe('failover criterion-met');
  });
});

describe('it would not have', () => {
  test.each<[what: string, story: Parameters<typeof verdictOf>[0], expected: string]>([
    ['the standby is ill', { world: { standbyHealthy: false } }, 'hold standby-unhealthy'],
    ['a failover is in flight', { inFlight: 'f1' }, 'hold in-flight'],
    ['cooling down', { controls: { coolDownUntilMs: T0 + SECOND } }, 'hold cool-down'],
    ['the policy has no criterion', { criteria: [] }, 'clear no-matching-alert'],
    ['the criterion wants overload, which is no death', wants({ classes: ['overload'] }), 'clear no-matching-alert'],
    ['the criterion wants one label to be two things', labels(['=', 'a'], ['=', 'b']), 'clear no-matching-alert'],
  ])('%s', (_what, story, expected) => {
    expect(verdictOf(story)).toBe(expected);
  });
});

test('synthetic alerts say that they are', () => {
  const [alert] = syntheticAlerts(rulesOf({}), T0);
  expect(alert).toMatchObject({ source: 'drill', observer: 'drill-0', name: 'Drill', summary: 'synthetic alert of a drill' });
  expect(alert?.startsAtMs).toBe(T0 - MINUTE - SECOND);
});

describe('in a drill the database lives, so the probe has to reach it', () => {
  test.each([
    ['no probe', undefined, []],
    ['it reaches it', alive, ['pass reaches it in 12 ms']],
    ['it does not', unreached, ['fail unreached: connection timed out']],
    ['it cannot tell', unsure, ['fail unsure: the name service does not answer']],
  ])('%s', (_what, probe, expected) => {
    const look = probe === undefined ? greenLook : { ...greenLook, probe };
    expect(probeCheck(look).map(({ verdict, value }) => `${verdict} ${value}`)).toEqual(expected);
  });
});
