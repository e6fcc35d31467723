import type { Check } from '../decide/verdict.ts';
import { duration } from '../decide/words.ts';
import type { Observation } from '../failover/provider.ts';
import type { ProbeResult } from '../ports.ts';

/** Everything that one check of a target's readiness looks at. */
export interface ReadinessInput {
  readonly observation: Observation;
  /** Why the provider can make no plan, if it cannot. */
  readonly planImpossible: string | undefined;
  /** The provider's own checks of the plan, as right before a call; empty without a plan. */
  readonly preflight: readonly Check[];
  /** `undefined`: the target has none. */
  readonly probe: ProbeResult | 'not-while-alarming' | undefined;
  /** Rule 10. */
  readonly maxLagMs: number;
  /** Since when the provider has been busy at every check. Epoch ms. */
  readonly busySinceMs: number | undefined;
  /** Parts of the target's record that cannot be understood. */
  readonly unreadable: string | undefined;
  /** Of the newest alert on record. Epoch ms. */
  readonly lastAlertAtMs: number | undefined;
  /** `undefined`: no drill is planned. */
  readonly drill: DrillAge | undefined;
  readonly nowMs: number;
}
export interface DrillAge {
  readonly lastAtMs: number | undefined;
  /** Since when this schedule is known: nothing can be overdue by an earlier one. */
  readonly plannedSinceMs: number;
  /** The last drill must not be older; `undefined`: the schedule asks for nothing yet. */
  readonly dueSinceMs: number | undefined;
}

/** `unsure`: nothing is wrong, but something that passes by itself keeps it from being known (an operation at the provider). */
export interface Assessment {
  readonly outcome: 'ready' | 'not-ready' | 'unsure';
  readonly checks: readonly Check[];
}

/** A backup or a change of size may take this long and is no loss of readiness. */
export const BUSY_MAX_MS = 2 * 3_600_000;
/** Of a value that is kept and told: a provider's words may be long. */
const VALUE_CHARS_MAX = 200;

interface Row {
  readonly name: string;
  readonly limit: (input: ReadinessInput) => string;
  /** While the provider is at work its state says little: what fails then waits. */
  readonly ofProvider?: true;
  /** `undefined`: the check says nothing about this target. */
  readonly judge: (input: ReadinessInput) => Finding | undefined;
}
type Finding = readonly [verdict: Check['verdict'] | boolean, value: string];

/** Rule 18: what must hold so that a failover would go through now. One row a check. */
const ROWS: readonly Row[] = [
  {
    name: 'own-record',
    limit: () => 'can be understood',
    judge: ({ unreadable }) => [unreadable === undefined, unreadable ?? 'understood'],
  },
  {
    name: 'provider-read',
    limit: () => 'the credential is there, and everything can be read with it',
    judge: ({ observation }) => {
      const unread = unreadIn(observation);
      return [unread === '', unread === '' ? 'read' : unread];
    },
  },
  {
    name: 'provider-free',
    limit: () => `no operation for longer than ${duration(BUSY_MAX_MS)}`,
    judge: (input) => {
      if (!isBusy(input.observation)) return [true, 'free'];
      const what = input.observation.inFlight.join(', ') || 'switching';
      const forMs = input.nowMs - (input.busySinceMs ?? input.nowMs);
      return [forMs > BUSY_MAX_MS ? 'fail' : 'wait', `${what}, for ${duration(forMs)}`];
    },
  },
  {
    name: 'standby-role',
    limit: () => 'standby',
    ofProvider: true,
    judge: ({ observation: { standbyRole } }) => [standbyRole === 'standby', standbyRole],
  },
  {
    name: 'relation',
    limit: () => 'healthy',
    ofProvider: true,
    judge: ({ observation: { relation } }) => [relation === 'healthy', relation],
  },
  {
    name: 'standby-health',
    limit: () => 'healthy',
    ofProvider: true,
    judge: ({ observation: { standbyHealthy } }) => [
      standbyHealthy === true,
      standbyHealthy === undefined ? 'unknown' : standbyHealthy ? 'healthy' : 'unhealthy',
    ],
  },
  {
    name: 'lag',
    limit: ({ maxLagMs }) => `known, at most ${duration(maxLagMs)}`,
    ofProvider: true,
    judge: ({ observation: { lagMs }, maxLagMs }) => [
      lagMs !== undefined && lagMs >= 0 && lagMs <= maxLagMs,
      lagMs === undefined ? 'unknown' : duration(lagMs),
    ],
  },
  {
    name: 'plan',
    limit: () => 'the provider can make one',
    ofProvider: true,
    judge: ({ planImpossible }) => [planImpossible === undefined, planImpossible ?? 'made'],
  },
  {
    name: 'preflight',
    limit: () => 'every check that the provider makes before a call passes',
    ofProvider: true,
    judge: ({ preflight }) => {
      if (preflight.length === 0) return ['unread', 'no plan to check'];
      const failed = preflight.filter(({ verdict, untilMs }) => verdict === 'fail' && untilMs === undefined);
      return [failed.length === 0, failed.map(({ name, value }) => `${name}: ${value}`).join(', ') || `${preflight.length} pass`];
    },
  },
  {
    name: 'probe-reaches',
    limit: () => 'reaches the living database',
    judge: ({ probe }) => {
      if (probe === undefined) return undefined;
      if (probe === 'not-while-alarming') return ['unread', 'not probed while the target alarms'];
      return probe.kind === 'alive' ? [true, `in ${duration(probe.latencyMs)}`] : [false, `${probe.kind}: ${probe.why}`];
    },
  },
  {
    // A healthy database may be silent for months, and what re-sends without news leaves no trace: silence is told, and proves nothing.
    name: 'last-alert',
    limit: () => 'informs only',
    judge: ({ lastAlertAtMs, nowMs }) => [true, lastAlertAtMs === undefined ? 'none on record' : `${duration(nowMs - lastAlertAtMs)} ago`],
  },
  {
    name: 'last-drill',
    limit: () => 'no two scheduled drills missed in a row',
    judge: ({ drill, nowMs }) => {
      if (drill === undefined) return undefined;
      const { lastAtMs, plannedSinceMs, dueSinceMs } = drill;
      const value = lastAtMs === undefined ? 'never' : `${duration(nowMs - lastAtMs)} ago`;
      return [dueSinceMs === undefined || Math.max(lastAtMs ?? 0, plannedSinceMs) >= dueSinceMs, value];
    },
  },
];

/** Whether a failover of this target would go through now, with every check that says so. Pure. */
export function assess(input: ReadinessInput): Assessment {
  const busy = isBusy(input.observation);
  const checks = ROWS.flatMap((row) => checkOf(row, input, busy) ?? []);
  const has = (verdict: Check['verdict']): boolean => checks.some((check) => check.verdict === verdict);
  return { outcome: has('fail') ? 'not-ready' : has('wait') ? 'unsure' : 'ready', checks };
}

function checkOf({ name, limit, ofProvider, judge }: Row, input: ReadinessInput, busy: boolean): Check | undefined {
  const finding = judge(input);
  if (finding === undefined) return undefined;
  const [found, value] = finding;
  const verdict = typeof found === 'string' ? found : found ? 'pass' : busy && ofProvider === true ? 'wait' : 'fail';
  return { name, rule: 18, verdict, value: value.slice(0, VALUE_CHARS_MAX), limit: limit(input) };
}

export function isBusy({ inFlight, relation }: Observation): boolean {
  return inFlight.length > 0 || relation === 'switching';
}

/** Providers say under `unread`, or `<what>Unread`, why something could not be read. */
function unreadIn({ details, standbyRole, relation }: Observation): string {
  const unread = Object.entries(details).filter(([name]) => /unread$/i.test(name));
  if (unread.length > 0) return unread.map(([name, why]) => `${name}: ${why}`).join(', ');
  return standbyRole === 'unknown' && relation === 'unknown' ? 'neither the role nor the relation is told' : '';
}
