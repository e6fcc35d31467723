import { describe, expect, test } from 'vitest';
import { decide } from '../../lib/decide/decide.ts';
import { faultInRules, faultInSituation } from '../../lib/decide/readable.ts';
import { noControls, type Situation } from '../../lib/decide/state.ts';
import { placesIn, put } from './places.ts';
import { askDba, bothSee, greenLook, healthOf, HOUR, MINUTE, rulesOf, T0, twoObservers, type Story } from './stories/teller.ts';

/** With something in every place: matchers, windows, a pause and a block, a look with a probe. */
const criteria: Story['criteria'] = [
  { ...twoObservers, sources: ['alertmanager'], names: ['DatabaseUnreachable'], match: [{ label: 'env', op: '=', value: 'prod' }] },
];
const rules = rulesOf({
  criteria,
  guards: {
    approval: askDba,
    maintenance: [{ name: 'work', cron: '0 3 * * *', durationMs: HOUR, zone: 'UTC' }],
    freezes: [{ fromMs: T0 - 2 * HOUR, toMs: T0 - HOUR, reason: 'frozen' }],
  },
});
const situation: Situation = {
  health: healthOf(rules, bothSee),
  controls: {
    ...noControls,
    pause: { owner: 'ann', reason: 'work', sinceMs: T0 - HOUR, untilMs: T0 - MINUTE },
    failoversMs: [T0 - HOUR],
  },
  look: { ...greenLook, observation: { ...greenLook.observation, inFlight: [] }, probe: { kind: 'unreached', why: 'timed out' } },
  settled: { approved: true, dataLossConsented: false, consideredMs: 0 },
};
const all = { ...rules, ...situation };
type All = typeof all;

function faultIn(bent: All): string | undefined {
  const { target, policy, fleet, ...rest } = bent;
  return faultInRules({ target, policy, fleet }) ?? faultInSituation(rest);
}

/** What deciding does not read: it is for people, for the fold, or never compared as a number. */
const UNREAD: ReadonlySet<string> = new Set([
  'target',
  'policy.name',
  'policy.guards.approval.expiresMs',
  'health.floorMs',
  'health.dropped',
  'controls.pause.sinceMs',
  'controls.block.sinceMs',
  'look.observation.observedAtMs',
  'look.observation.standbyHealthy',
  'look.observation.lagMs',
  'look.observation.writer',
  'look.observation.candidates',
  'look.observation.lastSwitchAtMs',
  'look.observation.details',
]);
const isUnread = (path: readonly string[]): boolean =>
  path.some((_, index) => UNREAD.has(path.slice(0, index + 1).join('.'))) || /^(?:floorMs|summary|statedAtMs)$/.test(path.at(-1) ?? '');
/** Parts that may be left out. */
const OPTIONAL: ReadonlySet<string> = new Set(['controls.pause', 'look', 'look.probe', 'settled', 'settled.consideredMs']);

const JUNK = [undefined, null, 'junk', Number.NaN, Infinity, true, 7, [], [null], {}, { 0: 'x' }];
const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);
const at = (path: readonly string[]): unknown => path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], all);

/** Every other thing than what is there: another kind, or a number that is none. */
function othersAt(path: readonly string[]): readonly unknown[] {
  const before = at(path);
  return JUNK.filter((what) => kindOf(what) !== kindOf(before) || Number.isNaN(what) || what === Infinity);
}

const places = placesIn(all).filter((path) => !isUnread(path));
const readable = (bent: All): string => faultIn(bent) ?? 'sound';

describe('what cannot be understood', () => {
  test('a sound situation has no fault, with or without what may be left out', () => {
    expect(faultIn(all)).toBeUndefined();
    for (const path of OPTIONAL) expect(readable(put(all, path.split('.'), undefined) as All), path).toBe('sound');
    for (const probe of [
      { kind: 'alive', latencyMs: 1 },
      { kind: 'unsure', why: 'x' },
    ])
      expect(readable(put(all, ['look', 'probe'], probe) as All)).toBe('sound');
    const more = { inFlight: 'f1', controls: { ...all.controls, block: { failoverId: 'f0', why: 'failed', sinceMs: 0 } } };
    expect(readable({ ...all, ...more })).toBe('sound');
    expect(readable({ ...all, look: { ...greenLook, planImpossible: 'no reader' } })).toBe('sound');
  });

  test('there are many places to look at', () => {
    expect(places.length).toBeGreaterThan(80);
  });

  test.each(places.map((path) => [path.join('.'), path] as const))('another thing in %s is found there', (name, path) => {
    for (const what of othersAt(path)) {
      if (what === undefined && OPTIONAL.has(name)) continue;
      expect(readable(put(all, path, what) as All), JSON.stringify(what)).toBe(name);
    }
  });

  test.each([
    ['inFlight', 7],
    ['inFlight', null],
    ['controls.block', 'failed'],
    ['controls.block.failoverId', undefined],
    ['controls.block.why', 7],
    ['look.planImpossible', 7],
    ['look.observation.inFlight.0', 7],
    ['look.probe.kind', 'weird'],
    ['look.probe.kind', undefined],
    ['controls.failoversMs.0', 'yesterday'],
    ['settled.consideredMs', 'long'],
  ] as const)('%s as %j is found there', (name, what) => {
    const whole: unknown = { ...all, controls: { ...all.controls, block: { failoverId: 'f0', why: 'failed', sinceMs: 0 } } };
    expect(readable(put(whole, name.split('.'), what) as All)).toBe(name);
  });

  test('an answer of the probe needs what goes with it', () => {
    expect(readable(put(all, ['look', 'probe'], { kind: 'alive', why: 'x' }) as All)).toBe('look.probe.latencyMs');
    expect(readable(put(all, ['look', 'probe'], { kind: 'unsure', latencyMs: 1 }) as All)).toBe('look.probe.why');
    expect(readable(put(all, ['look', 'probe'], { kind: 'unreached' }) as All)).toBe('look.probe.why');
    expect(readable(put(all, ['look', 'probe'], null) as All)).toBe('look.probe');
  });

  test('nothing at all in place of everything', () => {
    for (const what of [undefined, null, 7, 'x', []]) expect(faultInSituation(what as never)).not.toBeUndefined();
  });

  test('a policy that was found sound is not looked at again, one that was not is', () => {
    const policy = { ...rules.policy, criteria: [...rules.policy.criteria] };
    expect(faultInRules({ ...rules, policy })).toBeUndefined();
    (policy.criteria as unknown[]).push('junk');
    expect(faultInRules({ ...rules, policy })).toBeUndefined();
    const bad = { ...policy };
    expect(faultInRules({ ...rules, policy: bad })).toBe('policy.criteria.1');
    (bad.criteria as unknown[]).pop();
    expect(faultInRules({ ...rules, policy: bad })).toBeUndefined();
  });
});

describe('decide', () => {
  test('holds what cannot be understood, and says where it is', () => {
    expect(decide(rules, situation, T0 + MINUTE).kind).toBe('failover');
    const bent = put(situation, ['controls', 'pause', 'untilMs'], 'soon') as Situation;
    expect(decide(rules, bent, T0 + MINUTE)).toEqual({
      kind: 'hold',
      reason: 'state-unreadable',
      checks: [{ name: 'state', rule: 9, verdict: 'fail', value: 'controls.pause.untilMs is not what it should be', limit: 'readable' }],
      evidence: [],
      decidedAtMs: T0 + MINUTE,
    });
  });
  test('does so for the rules, too', () => {
    const bent = put(rules, ['fleet', 'brake', 'failovers'], Number.NaN) as typeof rules;
    expect(decide(bent, situation, T0 + MINUTE).checks[0]?.value).toBe('fleet.brake.failovers is not what it should be');
  });
  test('does not throw for what throws inside, and cuts what it says', () => {
    const message = 'x'.repeat(300);
    const thrower = (what: unknown): typeof rules => ({
      ...rules,
      get target(): never {
        throw what;
      },
    });
    expect(decide(thrower(new Error(message)), situation, T0).checks[0]?.value).toBe('x'.repeat(200));
    expect(decide(thrower('a text'), situation, T0).checks[0]?.value).toBe('a text');
  });
  test('nothing in any place that is read makes it act', () => {
    const passed: string[] = [];
    for (const path of places) {
      for (const what of othersAt(path)) {
        const { target, policy, fleet, ...rest } = put(all, path, what) as All;
        const told = decide({ target, policy, fleet }, rest, T0 + MINUTE);
        if (told.kind === 'failover' && !(what === undefined && OPTIONAL.has(path.join('.'))))
          passed.push(`${path.join('.')} = ${JSON.stringify(what)}`);
      }
    }
    expect(passed).toEqual([]);
  });
  test.each([
    ['no role', { standbyRole: undefined }],
    ['no relation', { relation: null }],
    ['a health that is not a yes', { standbyHealthy: 'yes' }],
    ['a lag in words', { lagMs: 'none' }],
    ['an infinite lag', { lagMs: Infinity }],
  ])('%s of the standby makes it hold', (_what, observed) => {
    const look = { ...greenLook, observation: { ...greenLook.observation, ...observed } } as never;
    expect(decide(rules, { ...situation, look }, T0 + MINUTE).kind).toBe('hold');
  });
  test('a mode that is not "act" makes it hold', () => {
    for (const mode of [undefined, null, '', 'ACT', true]) {
      const bent = { ...rules, target: { ...rules.target, mode: mode as never } };
      expect(decide(bent, situation, T0 + MINUTE).reason).toBe('shadow-mode');
    }
  });
});
