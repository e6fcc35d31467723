import { expect, test } from 'vitest';
import type { Alert } from '../../../lib/alert/alert.ts';
import type { Criterion, Fleet, Guards, Policy, Target } from '../../../lib/config/config.ts';
import { decide, type Rules } from '../../../lib/decide/decide.ts';
import { fold } from '../../../lib/decide/fold.ts';
import { emptyHealth, type Health } from '../../../lib/decide/health.ts';
import { relevanceOf } from '../../../lib/decide/matcher.ts';
import type { ReasonCode } from '../../../lib/decide/reason.ts';
import { noControls, type Controls, type FleetView, type Look, type Settled, type Situation } from '../../../lib/decide/state.ts';
import type { Check, Verdict } from '../../../lib/decide/verdict.ts';
import type { Observation } from '../../../lib/failover/provider.ts';

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
/** Every story begins here: a Friday at noon, UTC. Times in stories are milliseconds after it. */
export const T0 = Date.UTC(2026, 10, 20, 12);

export type Statement = Partial<Omit<Alert, 'startsAtMs' | 'observedAtMs'>> & { readonly at: number; readonly began?: number };

/** An observer says: the database cannot be reached. `at` is when it began. */
export function fires(observer: string, at: number, more: Partial<Statement> = {}): Statement {
  return { observer, at, status: 'firing', ...more };
}

/** An observer says: the condition has ended. */
export function ends(observer: string, at: number, more: Partial<Statement> = {}): Statement {
  return { observer, at, status: 'resolved', ...more };
}

export function alertOf(statement: Statement): Alert {
  const { at, began, ...stated } = statement;
  const observer = stated.observer ?? 'eu-1';
  return {
    source: 'alertmanager',
    observer,
    fingerprint: `unreachable-${observer}`,
    name: 'DatabaseUnreachable',
    class: 'unreachable',
    severity: 'critical',
    status: 'firing',
    startsAtMs: T0 + (began ?? at),
    observedAtMs: T0 + at,
    resources: [{ key: 'instance', value: 'orders' }],
    labels: { env: 'prod' },
    summary: 'the database cannot be reached',
    ...stated,
  };
}

/** Two observers within ten minutes, firing for a minute, at most a quarter of an hour old. */
export const twoObservers: Criterion = {
  name: 'two-observers',
  sources: [],
  names: [],
  classes: ['unreachable', 'down'],
  severities: ['critical'],
  match: [],
  quorum: { alerts: 2, observers: 2, windowMs: 10 * MINUTE, probe: false },
  forMs: MINUTE,
  maxAgeMs: 15 * MINUTE,
};
/** One observer and our own probe. */
export const oneAndProbe: Criterion = {
  ...twoObservers,
  name: 'one-and-probe',
  quorum: { alerts: 1, observers: 2, windowMs: 10 * MINUTE, probe: true },
};
export const noApproval: Guards['approval'] = { required: false, approvers: [], count: 1, expiresMs: 30 * MINUTE };
export const askDba: Guards['approval'] = { required: true, approvers: ['dba@example.com'], count: 1, expiresMs: 30 * MINUTE };
export const calmGuards: Guards = {
  coolDownMs: HOUR,
  failoversPerDay: 2,
  maxLagMs: 10 * SECOND,
  overLag: 'ask',
  providerGraceMs: 0,
  approval: noApproval,
  maintenance: [],
  freezes: [],
  allowedSkewMs: 30 * SECOND,
};
export const acting: Target = {
  id: 'orders',
  description: '',
  provider: 'gaussdb',
  mode: 'act',
  policyName: 'story',
  identities: [{ value: 'orders' }],
  channels: [],
  hooks: { before: [], after: [] },
};
export const brakeLimits: Fleet['brake'] = { failovers: 3, windowMs: HOUR, alarmingPercent: 60, alarmingMin: 3 };
export const healthyWorld: Observation = {
  observedAtMs: T0,
  standbyRole: 'standby',
  relation: 'healthy',
  standbyHealthy: true,
  lagMs: SECOND,
  inFlight: [],
  writer: 'node-1',
  candidates: [],
  lastSwitchAtMs: undefined,
  details: {},
};
export const quiet: FleetView = { brakeOn: false, recentFailovers: 0, alarmingTargets: 1, targets: 10 };
export const greenLook: Look = { observation: healthyWorld, fleet: quiet };
export const unreached: Look['probe'] = { kind: 'unreached', why: 'connection timed out' };
export const alive: Look['probe'] = { kind: 'alive', latencyMs: 12 };
export const unsure: Look['probe'] = { kind: 'unsure', why: 'the name service does not answer' };

export interface Story {
  /** The safety rule that it shows (design §4). */
  readonly rule?: number;
  /** One sentence: what it shows. */
  readonly says: string;
  readonly alerts: readonly Statement[];
  /** When it is decided. */
  readonly at: number;
  readonly criteria?: readonly Criterion[];
  readonly guards?: Partial<Guards>;
  readonly target?: Partial<Target>;
  readonly brake?: Partial<Fleet['brake']>;
  readonly controls?: Partial<Controls>;
  /** Merged into a healthy world; `'none'`: nobody has looked yet. */
  readonly world?: Partial<Observation> | 'none';
  readonly probe?: Look['probe'];
  readonly fleet?: Partial<FleetView>;
  readonly planImpossible?: string;
  readonly inFlight?: string;
  readonly settled?: Settled;
  /** What has to come out. */
  readonly gives: readonly [kind: Verdict['kind'], reason: ReasonCode];
  /** When it is to be looked at again; `null`: not by a timer. */
  readonly lookAgain?: number | null;
  /** How a named check has to have come out. */
  readonly check?: readonly [name: string, told: Partial<Check>];
  readonly evidence?: readonly string[];
}

export function rulesOf({ criteria = [twoObservers], guards = {}, target = {}, brake = {} }: Partial<Story>): Rules {
  const policy: Policy = { name: 'story', criteria, guards: { ...calmGuards, ...guards } };
  return { target: { ...acting, ...target }, policy, fleet: { brake: { ...brakeLimits, ...brake } } };
}

export function lookOf({ world = {}, probe, fleet = {}, planImpossible }: Partial<Story>): Look | undefined {
  if (world === 'none') return undefined;
  return {
    observation: { ...healthyWorld, ...world },
    fleet: { ...quiet, ...fleet },
    ...(probe === undefined ? {} : { probe }),
    ...(planImpossible === undefined ? {} : { planImpossible }),
  };
}

/** Folds each statement on its own, at the time it was made, as messages come in one by one. */
export function healthOf(rules: Rules, statements: readonly Statement[]): Health {
  const relevance = relevanceOf(rules.policy);
  return statements.reduce((health, one) => fold(health, [alertOf(one)], relevance, T0 + one.at), emptyHealth);
}

export function situationOf(story: Partial<Story>, health: Health): Situation {
  const look = lookOf(story);
  return {
    health,
    controls: { ...noControls, ...story.controls },
    ...(look === undefined ? {} : { look }),
    ...(story.inFlight === undefined ? {} : { inFlight: story.inFlight }),
    ...(story.settled === undefined ? {} : { settled: story.settled }),
  };
}

export function verdictOf(story: Pick<Story, 'alerts' | 'at'> & Partial<Story>): Verdict {
  const rules = rulesOf(story);
  return decide(rules, situationOf(story, healthOf(rules, story.alerts)), T0 + story.at);
}

export function titleOf({ rule, says }: Pick<Story, 'rule' | 'says'>): string {
  return rule === undefined ? says : `rule ${rule}: ${says}`;
}

/** One test a story. */
export function tell(stories: readonly Story[]): void {
  test.each(stories.map((story) => [titleOf(story), story] as const))('%s', (_title, story) => {
    const verdict = verdictOf(story);
    expect(verdict).toMatchObject({ kind: story.gives[0], reason: story.gives[1], decidedAtMs: T0 + story.at });
    if (story.lookAgain === null) expect(verdict).not.toHaveProperty('lookAgainAtMs');
    else if (story.lookAgain !== undefined) expect(verdict.lookAgainAtMs).toBe(T0 + story.lookAgain);
    if (story.evidence !== undefined)
      expect(verdict.evidence).toEqual(story.evidence.map((observer) => `alertmanager/unreachable-${observer}`));
    if (story.check !== undefined) expect(verdict.checks.find(({ name }) => name === story.check?.[0])).toMatchObject(story.check[1]);
  });
}

/** The plainest outage: both observers see it from the first moment. After a minute it has dwelt. */
export const bothSee: readonly Statement[] = [fires('eu-1', 0), fires('eu-2', 0)];
