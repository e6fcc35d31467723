import * as fc from 'fast-check';
import type { Criterion, Guards } from '../../lib/config/config.ts';
import type { Controls, FleetView, Settled } from '../../lib/decide/state.ts';
import type { Observation } from '../../lib/failover/provider.ts';
import { askDba, HOUR, MINUTE, noApproval, oneAndProbe, SECOND, T0, twoObservers, type Statement, type Story } from './stories/teller.ts';

/** Multiples of ten seconds around the stories' beginning, so that limits are often met exactly. */
export const moment = (fromMs: number, toMs: number): fc.Arbitrary<number> =>
  fc.integer({ min: fromMs / (10 * SECOND), max: toMs / (10 * SECOND) }).map((steps) => steps * 10 * SECOND);

/** A few series of a few observers; what a series is about never changes, but its severity and its labels may. */
export const statement: fc.Arbitrary<Statement> = fc
  .record({
    observer: fc.constantFrom('eu-1', 'eu-2', 'us-1'),
    series: fc.nat(4),
    status: fc.constantFrom('firing', 'firing', 'firing', 'resolved'),
    severity: fc.constantFrom('critical', 'critical', 'critical', 'warning'),
    env: fc.constantFrom('prod', 'prod', 'prod', 'test'),
    began: moment(-12 * MINUTE, 0),
    later: fc.constantFrom(0, 0, 10 * SECOND, 3 * MINUTE),
  })
  .map(({ observer, series, status, severity, env, began, later }) => ({
    observer,
    status,
    severity,
    labels: { env },
    fingerprint: `${observer}-series-${series}`,
    class: series === 4 ? 'overload' : series === 3 ? 'down' : 'unreachable',
    began,
    at: began + later,
    summary: `series ${series}`,
  }));

/** The same series, only firing and only what counts. */
export const firing: fc.Arbitrary<Statement> = statement.map((one): Statement => {
  const changes = { status: 'firing', severity: 'critical', labels: { env: 'prod' } } as const;
  return one.class === 'overload' ? { ...one, ...changes, class: 'unreachable' } : { ...one, ...changes };
});

export const criterion: fc.Arbitrary<Criterion> = fc
  .record({
    alerts: fc.constantFrom(1, 2, 2, 3),
    observers: fc.constantFrom(1, 2, 2, 3),
    windowMs: fc.constantFrom(MINUTE, 5 * MINUTE, 10 * MINUTE),
    probe: fc.boolean(),
    forMs: fc.constantFrom(0, MINUTE, 3 * MINUTE),
    maxAgeMs: fc.constantFrom(5 * MINUTE, 15 * MINUTE),
    classes: fc.constantFrom<Criterion['classes'][]>(['unreachable', 'down'], ['down'], []),
    match: fc.constantFrom<Criterion['match'][]>([], [{ label: 'env', op: '=', value: 'prod' }]),
  })
  .map(({ alerts, observers, windowMs, probe, forMs, maxAgeMs, classes, match }) => ({
    ...(probe ? oneAndProbe : twoObservers),
    quorum: { alerts, observers, windowMs, probe },
    forMs,
    maxAgeMs,
    classes,
    match,
  }));

export const criteria: fc.Arbitrary<readonly Criterion[]> = fc
  .array(criterion, { minLength: 1, maxLength: 3 })
  .map((list) => list.map((one, index) => ({ ...one, name: `criterion-${index}` })));

/** Mostly calm, so that a good share of the situations ends in acting. */
const mostly = <T>(calm: T, other: fc.Arbitrary<T>, weight = 9): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(calm), weight }, { arbitrary: other, weight: 1 });

export const guards: fc.Arbitrary<Partial<Guards>> = fc.record({
  failoversPerDay: fc.constantFrom(1, 2),
  maxLagMs: fc.constantFrom(0, 10 * SECOND),
  overLag: fc.constantFrom('hold', 'ask'),
  providerGraceMs: fc.constantFrom(0, MINUTE, 2 * MINUTE),
  approval: mostly(noApproval, fc.constant(askDba), 3),
  maintenance: mostly<Guards['maintenance']>([], fc.constant([{ name: 'work', cron: '58 11 * * *', durationMs: 3 * MINUTE, zone: 'UTC' }])),
  freezes: mostly<Guards['freezes']>(
    [],
    moment(-5 * MINUTE, 5 * MINUTE).map((fromMs) => [{ fromMs: T0 + fromMs, toMs: T0 + fromMs + MINUTE, reason: 'frozen' }]),
  ),
});

export const controls: fc.Arbitrary<Partial<Controls>> = fc
  .record({
    pause: mostly<Controls['pause'] | undefined>(
      undefined,
      moment(-MINUTE, MINUTE).map((untilMs) => ({ owner: 'ann', reason: 'work', sinceMs: T0 - HOUR, untilMs: T0 + untilMs })),
    ),
    block: mostly<Controls['block'] | undefined>(undefined, fc.constant({ failoverId: 'f1', why: 'failed', sinceMs: T0 - HOUR })),
    coolDownUntilMs: mostly(
      0,
      moment(-MINUTE, MINUTE).map((ms) => T0 + ms),
    ),
    spentUntilMs: mostly(
      0,
      moment(-10 * MINUTE, 0).map((ms) => T0 + ms),
    ),
    pausedUntilMs: mostly(
      0,
      moment(-10 * MINUTE, 0).map((ms) => T0 + ms),
    ),
    failoversMs: mostly(
      [],
      fc.array(
        moment(-25 * HOUR, 0).map((ms) => T0 + ms),
        { maxLength: 3 },
      ),
    ),
  })
  .map(({ pause, block, ...rest }) => ({ ...rest, ...(pause === undefined ? {} : { pause }), ...(block === undefined ? {} : { block }) }));

const world: fc.Arbitrary<Partial<Observation>> = fc.record({
  standbyRole: mostly('standby', fc.constantFrom('primary', 'none', 'unknown'), 19),
  relation: mostly('healthy', fc.constantFrom('broken', 'switching', 'unknown'), 19),
  standbyHealthy: mostly<boolean | undefined>(true, fc.constantFrom(false, undefined), 19),
  lagMs: mostly<number | undefined>(0, fc.constantFrom(undefined, -1, Number.NaN, 10 * SECOND, 10 * SECOND + 1, HOUR), 5),
  inFlight: mostly<readonly string[]>([], fc.constant(['backup']), 19),
});
const fleet: fc.Arbitrary<Partial<FleetView>> = fc.record({
  brakeOn: mostly(false, fc.constant(true), 19),
  recentFailovers: mostly(0, fc.nat(4)),
  alarmingTargets: mostly(1, fc.integer({ min: 1, max: 10 })),
});

export type Circumstances = Partial<Omit<Story, 'alerts' | 'at'>> & { readonly criteria: readonly Criterion[] };

/** Everything around the alerts. */
export const circumstances: fc.Arbitrary<Circumstances> = fc
  .record({
    criteria,
    guards,
    controls,
    world: mostly<Partial<Observation> | 'none'>({}, fc.oneof(world, world, fc.constant('none' as const)), 2),
    fleet: mostly({}, fleet, 4),
    probe: fc.constantFrom<Story['probe'][]>(
      undefined,
      { kind: 'unreached', why: 'timed out' },
      { kind: 'unreached', why: 'refused' },
      { kind: 'unsure', why: 'no name service' },
      { kind: 'alive', latencyMs: 3 },
    ),
    mode: mostly<'act' | 'shadow'>('act', fc.constant('shadow')),
    inFlight: mostly<string | undefined>(undefined, fc.constant('f2')),
    planImpossible: mostly<string | undefined>(undefined, fc.constant('no reader')),
    settled: mostly<Settled | undefined>(undefined, fc.record({ approved: fc.boolean(), dataLossConsented: fc.boolean() }), 3),
  })
  .map(({ mode, probe, inFlight, planImpossible, settled, ...rest }) => ({
    ...rest,
    target: { mode },
    ...(probe === undefined ? {} : { probe }),
    ...(inFlight === undefined ? {} : { inFlight }),
    ...(planImpossible === undefined ? {} : { planImpossible }),
    ...(settled === undefined ? {} : { settled }),
  }));
