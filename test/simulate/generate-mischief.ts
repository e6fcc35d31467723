import { FAULTS, type FaultName, type FaultParams, type FaultRow } from '../../local/simulators/faults.ts';
import { MEMBER } from './fleet.ts';
import type { Strike } from './invocation.ts';
import type { Random } from './random.ts';
import type { FleetMember, FunctionName, PlannedCloudFault, PlannedMisdelivery, PlannedStrike, Script } from './script.ts';

const MINUTE = 60_000;
/** A few histories are almost calm, most are rough, some are terrible. */
const TEMPERS = [0.3, 1, 1, 1, 2] as const;

export function mischiefOf(random: Random, fleet: readonly FleetMember[]): Pick<Script, 'strikes' | 'misdeliveries' | 'cloudFaults'> {
  const temper = random.pick(TEMPERS);
  const many = (mean: number): number => random.between(0, Math.round(2 * mean * temper));
  return {
    strikes: distinct(times(many(4), () => strikeOf(random))),
    misdeliveries: times(many(4), () => misdeliveryOf(random)),
    cloudFaults: times(many(2), () => cloudFaultOf(random, fleet)),
  };
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

/** About how many awaits each function passes in a history with a failover. */
const REACH: readonly (readonly [FunctionName, number, number])[] = [
  ['decider', 40, 8],
  ['failover', 26, 9],
  ['poller', 30, 4],
  ['notifier', 16, 4],
  ['watchdog', 30, 1.5],
  ['operator', 12, 0.7],
];
const STRIKES: readonly (Strike | 'slow')[] = [
  'crash-before',
  'crash-before',
  'crash-after',
  'crash-after',
  'fail-before',
  'fail-before',
  'fail-after',
  'fail-after',
  'slow',
];

function strikeOf(random: Random): PlannedStrike {
  let left = random.unit() * REACH.reduce((sum, [, , weight]) => sum + weight, 0);
  let [name, reach] = REACH[0] ?? ['decider', 1];
  for (const [candidate, awaits, weight] of REACH) {
    [name, reach] = [candidate, awaits];
    left -= weight;
    if (left < 0) break;
  }
  const strike = random.pick(STRIKES);
  const nth = random.between(0, reach);
  return strike === 'slow' ? { in: name, nth, strike, slowMs: random.pick([3, 8, 20, 45, 70]) * 1_000 } : { in: name, nth, strike };
}

/** The same await cannot be struck twice. */
function distinct(strikes: readonly PlannedStrike[]): readonly PlannedStrike[] {
  return [...new Map(strikes.map((strike) => [`${strike.in} ${strike.nth}`, strike])).values()];
}

const QUEUES = [
  ['alerts', 6],
  ['failovers', 5],
  ['polls', 5],
  ['notices', 4],
] as const;

function misdeliveryOf(random: Random): PlannedMisdelivery {
  const [queue, reach] = random.pick(QUEUES);
  const where = { queue, nth: random.between(0, reach) };
  switch (random.between(0, 3)) {
    case 0:
      return { ...where, copies: random.pick([2, 2, 3, 5]) };
    case 1:
      return { ...where, delayMs: random.pick([5, 40, 200, 900]) * 1_000 };
    case 2:
      return { ...where, delayMs: random.between(1, 3_000), copies: 2 };
    default:
      return { ...where, lostFirst: true };
  }
}

/** By vendor: what can be set on the operation that matters, and on everything. */
const MENU = {
  gaussdb: Object.entries(FAULTS).filter(([, row]: [string, FaultRow]) => row.vendors.includes('gaussdb')),
  polardb: Object.entries(FAULTS).filter(([, row]: [string, FaultRow]) => row.vendors.includes('polardb')),
} as const;

function cloudFaultOf(random: Random, fleet: readonly FleetMember[]): PlannedCloudFault {
  const target = random.pick(fleet).name;
  const { vendor, effect } = MEMBER[target];
  const [name, row] = random.pick(MENU[vendor]) as [FaultName, FaultRow];
  const direct = row.on !== 'read' && row.stage !== 'listener' && random.chance(0.8);
  const order = {
    operation: direct ? effect : '*',
    fault: name,
    params: paramsOf(random, name),
    ...(row.stage === 'listener' ? {} : { times: random.pick([1, 1, 1, 2, 4]) }),
  };
  const when = random.chance(0.7)
    ? { state: random.pick(['requested', 'requested', 'requested', 'running', 'unknown', 'verifying'] as const), afterMs: 0, target }
    : { atMs: random.between(0, 5 * MINUTE), target };
  return { vendor, when, order };
}

/** Within the bounds that the quiet time is made for: past them no client can be safe on an API without a token (rule 17). */
function paramsOf(random: Random, fault: FaultName): FaultParams {
  switch (fault) {
    case 'refuse-connection':
      return { durationMs: random.pick([5_000, 60_000, 600_000, 1_800_000]) };
    case 'effect-later':
      return { delayMs: random.pick([1_000, 15_000, 45_000, 75_000]), client: random.pick(['hang', 'drop']) };
    case 'records-lag':
    case 'state-lag':
      return { ms: random.pick([5_000, 40_000]) };
    case 'job-not-visible':
      return { ms: random.pick([3_000, 30_000]) };
    case 'slow':
      return { delayMs: random.pick([500, 5_000, 11_000, 30_000]) };
    default:
      return {};
  }
}
