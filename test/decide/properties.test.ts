import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeCriteria, type CriterionInput } from '../../lib/decide/criterion.ts';
import { decide } from '../../lib/decide/decide.ts';
import { fold } from '../../lib/decide/fold.ts';
import {
  emptyHealth,
  episodeOf,
  MAX_OBSERVERS,
  MAX_REMEMBERED,
  MAX_STARTS,
  MAX_TRACKED_PER_CRITERION,
  type Health,
} from '../../lib/decide/health.ts';
import { relevanceOf } from '../../lib/decide/matcher.ts';
import { REASONS } from '../../lib/decide/reason.ts';
import { noControls, type Situation } from '../../lib/decide/state.ts';
import type { Verdict } from '../../lib/decide/verdict.ts';
import { circumstances, criteria, criterion, firing, moment, statement } from './arbitrary.ts';
import { actsAgainst } from './forbidden.ts';
import { placesIn, put } from './places.ts';
import { alertOf, DAY, ends, fires, greenLook, HOUR, MINUTE, rulesOf, SECOND, situationOf, T0, type Statement } from './stories/teller.ts';

const runs = { numRuns: 2_000 };
const now = moment(0, 5 * MINUTE);
const RANK = { failover: 0, ask: 1, wait: 2, hold: 3, clear: 4 } as const;

function foldAll(rules: ReturnType<typeof rulesOf>, statements: readonly Statement[], nowMs: number, from: Health = emptyHealth): Health {
  return fold(from, statements.map(alertOf), relevanceOf(rules.policy), nowMs);
}

describe('the fold is a join', () => {
  test('in any order, in any pieces, any number of times: the same health, and the same verdict', () => {
    fc.assert(
      fc.property(
        circumstances,
        fc.array(statement, { maxLength: 25 }),
        fc.infiniteStream(fc.nat()),
        now,
        (around, statements, random, at) => {
          const rules = rulesOf(around);
          const straight = foldAll(rules, statements, T0 + at);
          const shuffled = [...statements, ...statements.slice(0, 5)]
            .map((one) => ({ one, rank: random.next().value ?? 0 }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ one }) => one);
          const cut = (random.next().value ?? 0) % (shuffled.length + 1);
          const piecewise = foldAll(rules, shuffled.slice(cut), T0 + at, foldAll(rules, shuffled.slice(0, cut), T0 + at));
          expect(piecewise).toEqual(straight);
          expect(decide(rules, situationOf(around, piecewise), T0 + at)).toEqual(decide(rules, situationOf(around, straight), T0 + at));
        },
      ),
      runs,
    );
  });
  test('what is known changes nothing: the very same object comes back, so that nothing is written', () => {
    fc.assert(
      fc.property(criteria, fc.array(statement, { maxLength: 60 }), now, (list, statements, at) => {
        const rules = rulesOf({ criteria: list });
        const health = foldAll(rules, statements, T0 + at);
        expect(foldAll(rules, statements, T0 + at, health)).toBe(health);
        expect(foldAll(rules, statements.toReversed(), T0 + at, health)).toBe(health);
      }),
      runs,
    );
  });
  test('a record that went through the store folds on as if it had not', () => {
    fc.assert(
      fc.property(criteria, fc.array(statement, { maxLength: 20 }), fc.array(statement, { maxLength: 20 }), (list, before, after) => {
        const rules = rulesOf({ criteria: list });
        const health = foldAll(rules, before, T0);
        const stored = JSON.parse(JSON.stringify(health)) as Health;
        expect(foldAll(rules, after, T0, stored)).toEqual(foldAll(rules, after, T0, health));
      }),
      { numRuns: 300 },
    );
  });
});

describe('rule 2: what ended stays ended', () => {
  const series = fc.array(
    fc.record({ series: fc.nat(60), began: moment(-20 * MINUTE, -10 * SECOND), lasted: fc.constantFrom(SECOND, 5 * SECOND, 9 * SECOND) }),
    { minLength: 1, maxLength: 120 },
  );
  test('redelivery never revives it, even after it was forgotten in a flood', () => {
    fc.assert(
      fc.property(series, fc.infiniteStream(fc.nat()), (all, random) => {
        const rules = rulesOf({});
        const told = all.flatMap(({ series: name, began, lasted }) => [
          fires('eu-1', began, { fingerprint: `s${name}` }),
          ends('eu-1', began + lasted, { fingerprint: `s${name}`, began }),
        ]);
        // A later episode may be firing when an earlier one is told: only what has ended for good is counted here.
        const last = told.filter((one) => one.status === 'resolved');
        const health = foldAll(rules, last, T0, foldAll(rules, told, T0));
        const again = told.map((one) => ({ one, rank: random.next().value ?? 0 })).sort((a, b) => a.rank - b.rank);
        const after = foldAll(
          rules,
          again.map(({ one }) => one),
          T0,
          health,
        );
        const alive = Object.values(after.observers).flatMap(({ tracked }) =>
          Object.values(tracked).filter((one) => episodeOf(one) !== undefined),
        );
        expect(alive).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the dwell is monotonic', () => {
  const inputOf = (health: Health, nowMs: number): CriterionInput => ({
    health,
    spentUntilMs: 0,
    allowedSkewMs: 0,
    nowMs,
    ageAtMs: nowMs,
    admits: () => true,
  });
  test('more time with the same evidence never turns met into wait, nor into no, until it grows too old', () => {
    let met = 0;
    fc.assert(
      fc.property(
        criterion,
        fc.array(firing, { minLength: 1, maxLength: 12 }),
        now,
        moment(0, 20 * MINUTE),
        (one, statements, at, more) => {
          const rules = rulesOf({ criteria: [{ ...one, maxAgeMs: HOUR }] });
          const health = foldAll(rules, statements, T0 + at);
          const [before] = judgeCriteria(rules.policy, inputOf(health, T0 + at));
          const [after] = judgeCriteria(rules.policy, inputOf(health, T0 + at + more));
          if (before?.outcome !== 'met') return;
          met += 1;
          expect(after?.outcome).toBe('met');
        },
      ),
      runs,
    );
    expect(met).toBeGreaterThan(300);
  });
  test('what waits is met at the moment that it names, and not a millisecond before', () => {
    let waited = 0;
    fc.assert(
      fc.property(criterion, fc.array(firing, { minLength: 2, maxLength: 12 }), moment(-8 * MINUTE, -2 * MINUTE), (one, statements, at) => {
        const rules = rulesOf({ criteria: [{ ...one, forMs: 5 * MINUTE, maxAgeMs: HOUR }] });
        const health = foldAll(
          rules,
          statements.filter(({ began = 0 }) => began <= at),
          T0 + at,
        );
        const [before] = judgeCriteria(rules.policy, inputOf(health, T0 + at));
        if (before?.outcome !== 'wait') return;
        waited += 1;
        const endsAtMs = before.lookAgainAtMs ?? 0;
        expect(judgeCriteria(rules.policy, inputOf(health, endsAtMs - 1))[0]?.outcome).toBe('wait');
        expect(judgeCriteria(rules.policy, inputOf(health, endsAtMs))[0]?.outcome).toBe('met');
      }),
      runs,
    );
    expect(waited).toBeGreaterThan(100);
  });
  test('one alert more never makes it longer, nor turns a verdict to act into another', () => {
    let acted = 0;
    fc.assert(
      fc.property(circumstances, fc.array(firing, { minLength: 1, maxLength: 10 }), firing, now, (around, statements, extra, at) => {
        const rules = rulesOf(around);
        const health = foldAll(rules, statements, T0 + at);
        const more = foldAll(rules, [{ ...extra, fingerprint: 'one-more' }], T0 + at, health);
        const before = decide(rules, situationOf(around, health), T0 + at);
        const after = decide(rules, situationOf(around, more), T0 + at);
        if (before.kind === 'failover') acted += 1;
        if (before.kind === 'failover' || before.kind === 'ask') expect(after.kind).toBe(before.kind);
        if (before.reason !== 'dwelling') return;
        if (after.reason === 'dwelling') expect(after.lookAgainAtMs).toBeLessThanOrEqual(before.lookAgainAtMs ?? 0);
        else expect(after.kind).not.toBe('clear');
      }),
      { numRuns: 5_000 },
    );
    expect(acted).toBeGreaterThan(300);
  });
});

describe('never against a guard', () => {
  test('it acts only if every check passed; asks only if nothing forbids; says what it waits for and what holds it', () => {
    const seen = new Map<Verdict['kind'], number>();
    const kindOf = new Map<Verdict['reason'], Verdict['kind']>();
    fc.assert(
      fc.property(circumstances, fc.array(statement, { minLength: 2, maxLength: 12 }), now, (around, statements, at) => {
        const rules = rulesOf(around);
        const situation = situationOf(around, foldAll(rules, statements, T0 + at));
        const told = decide(rules, situation, T0 + at);
        seen.set(told.kind, (seen.get(told.kind) ?? 0) + 1);
        expect(kindOf.get(told.reason) ?? told.kind, `${told.reason} belongs to one kind`).toBe(told.kind);
        kindOf.set(told.reason, told.kind);
        const outcomes = new Set(told.checks.map((check) => check.verdict));
        if (told.kind === 'failover') expect([...outcomes]).toEqual(['pass']);
        if (told.kind === 'ask') expect([...outcomes].sort()).toEqual(['ask', 'pass']);
        if (told.kind === 'hold') expect(outcomes.has('fail')).toBe(true);
        if (told.kind === 'wait') expect(told.lookAgainAtMs).toBeGreaterThanOrEqual(T0 + at);
        if (told.kind === 'failover' || told.kind === 'ask') expect(actsAgainst(rules, situation, told, T0 + at)).toEqual([]);
      }),
      { numRuns: 10_000 },
    );
    for (const kind of ['failover', 'ask', 'wait', 'hold', 'clear'] as const) expect(seen.get(kind) ?? 0).toBeGreaterThan(150);
  });
  test('shadow mode changes nothing but that it does not act', () => {
    fc.assert(
      fc.property(circumstances, fc.array(statement, { minLength: 2, maxLength: 12 }), now, (around, statements, at) => {
        const acting = rulesOf({ ...around, target: { mode: 'act' } });
        const shadow = rulesOf({ ...around, target: { mode: 'shadow' } });
        const situation = situationOf(around, foldAll(acting, statements, T0 + at));
        const real = decide(acting, situation, T0 + at);
        const told = decide(shadow, situation, T0 + at);
        if (RANK[real.kind] <= RANK.ask) expect(told).toMatchObject({ kind: 'hold', reason: 'shadow-mode' });
        else expect(told).toMatchObject({ kind: real.kind, reason: real.reason });
      }),
      runs,
    );
  });
});

describe('the state is bounded', () => {
  const flood = fc.record({
    observers: fc.integer({ min: 1, max: 30 }),
    series: fc.integer({ min: 1, max: 400 }),
    status: fc.constantFrom('firing', 'resolved'),
    severity: fc.constantFrom('critical', 'warning'),
    class: fc.constantFrom('unreachable', 'down'),
    stepMs: fc.constantFrom(0, 1, SECOND, -SECOND, -DAY, DAY),
    reminders: fc.constantFrom(1, 3, 40),
  });
  const statementsOf = (f: typeof flood extends fc.Arbitrary<infer T> ? T : never): Statement[] =>
    Array.from({ length: f.series }, (_, index) =>
      Array.from({ length: Math.min(f.reminders, Math.ceil(1_000 / f.series)) }, (__, again) => ({
        observer: `flood-${index % f.observers}`,
        fingerprint: `${'f'.repeat(100)}-${index}`,
        at: index * f.stepMs + again,
        status: f.status,
        severity: f.severity,
        class: f.class,
        name: 'n'.repeat(256),
        summary: 's'.repeat(300),
        labels: { env: 'e'.repeat(256) },
      })),
    ).flat();
  test('whatever comes: observers, series, starts and bytes have their limits, and the evidence of others stays', () => {
    const one = { ...rulesOf({}).policy.criteria[0], match: [{ label: 'env', op: '!=' as const, value: 'x' }] };
    const rules = rulesOf({ criteria: [one as never] });
    fc.assert(
      fc.property(fc.array(flood, { minLength: 1, maxLength: 3 }), (floods) => {
        const real = [fires('eu-1', 0), fires('eu-2', 0)];
        const health = foldAll(rules, floods.flatMap(statementsOf), T0, foldAll(rules, real, T0));
        const observers = Object.values(health.observers);
        expect(observers.length).toBeLessThanOrEqual(MAX_OBSERVERS);
        for (const { tracked } of observers) {
          expect(Object.keys(tracked).length).toBeLessThanOrEqual(MAX_TRACKED_PER_CRITERION + MAX_REMEMBERED);
          for (const { startsMs } of Object.values(tracked)) expect(startsMs.length).toBeLessThanOrEqual(MAX_STARTS);
        }
        // The store's items end at 400 KB, and the verdict and the failover have their place in the same one.
        expect(JSON.stringify(health).length).toBeLessThan(200_000);
        expect(decide(rules, { health, controls: noControls, look: greenLook }, T0 + MINUTE).kind).toBe('failover');
      }),
      { numRuns: 60 },
    );
  });
});

describe('decide is total', () => {
  const rules = rulesOf({});
  const sound: Situation = {
    health: foldAll(rules, [fires('eu-1', 0), fires('eu-2', 0)], T0),
    controls: { ...noControls, pause: { owner: 'ann', reason: 'work', sinceMs: T0 - HOUR, untilMs: T0 - MINUTE } },
    look: { ...greenLook, probe: { kind: 'unreached', why: 'timed out' } },
    settled: { approved: false, dataLossConsented: false, consideredMs: 0 },
  };
  const junk = fc.oneof(
    fc.constantFrom(undefined, null, '', 'junk', Number.NaN, Infinity, -Infinity, true, false, -1, 0, 2 ** 60, [], {}, [null], {
      untilMs: 'x',
    }),
    fc.anything(),
  );
  const isVerdict = (told: Verdict): void => {
    expect(Object.keys(RANK)).toContain(told.kind);
    expect(Object.keys(REASONS)).toContain(told.reason);
    expect(Array.isArray(told.checks)).toBe(true);
  };
  test('anything at all gives a verdict with a reason, and never acts', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (a, b, c) => {
        const told = decide(a as never, b as never, c as never);
        isVerdict(told);
        expect(told.kind).not.toBe('failover');
      }),
      runs,
    );
  });

  test('junk of any kind in any place never throws', () => {
    const all = { rules, situation: sound };
    fc.assert(
      fc.property(fc.constantFrom(...placesIn(all)), junk, (path, what) => {
        const bent = put(all, path, what) as typeof all;
        isVerdict(decide(bent.rules, bent.situation, T0 + MINUTE));
      }),
      { numRuns: 5_000 },
    );
  });
  test('a time that is no number never acts', () => {
    for (const at of [Number.NaN, undefined, null, 'now', Infinity, -Infinity])
      expect(decide(rules, sound, at as number).kind).not.toBe('failover');
  });
});
