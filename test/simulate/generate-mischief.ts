import { FAULTS, type FaultName, type FaultParams, type FaultRow } from '../../local/simulators/faults.ts';
import { MEMBER } from './fleet.ts';
import type { Strike } from './invocation.ts';
import type { QueueName } from '../../lib/ports.ts';
import type { Extent } from './generate.ts';
import type { Random } from './random.ts';
import type { FleetMember, FunctionName, PlannedCloudFault, PlannedMisdelivery, PlannedStrike, Script } from './script.ts';

const MINUTE = 60_000;
/** A few histories are almost calm, most are rough, some are terrible. */
const TEMPERS = [0.3, 1, 1, 1, 2] as const;

export function mischiefOf(
  random: Random,
  fleet: readonly FleetMember[],
  extent: Extent,
): Pick<Script, 'strikes' | 'misdeliveries' | 'cloudFaults'> {
  const temper = random.pick(TEMPERS);
  const many = (mean: number): number => random.between(0, Math.round(2 * mean * temper));
  const { strikes, awaits, misdeliveries, queues, cloudFaults } = REACH[extent];
  return {
    strikes: distinct(times(many(strikes), () => strikeOf(random, awaits))),
    misdeliveries: times(many(misdeliveries), () => misdeliveryOf(random, queues)),
    cloudFaults: [
      ...times(many(cloudFaults), () => cloudFaultOf(random, fleet)).flatMap((fault) => [fault, ...needed(random, fault)]),
      ...times(extent === 'broad' && random.chance(0.4) ? 1 : 0, () => failureOf(random.pick(fleet))),
    ],
  };
}

/** The first failover of a database fails: what comes after it stands before a block. */
function failureOf({ name: target }: FleetMember): PlannedCloudFault {
  const { vendor, effect } = MEMBER[target];
  return { vendor, when: { state: 'requested', afterMs: 0, target }, order: { operation: effect, fault: 'promote-fail', times: 1 } };
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

/**
 * About how many awaits each function passes, and how many messages each queue takes: what is planned beyond that strikes nothing. The
 * third number of an await says how often that function is struck.
 */
const REACH: Readonly<Record<Extent, Reach>> = {
  alarm: {
    strikes: 6.5,
    misdeliveries: 5.5,
    cloudFaults: 1,
    awaits: [
      ['decider', 14, 8],
      ['notifier', 4, 1],
      ['watchdog', 8, 1.5],
      ['operator', 4, 0.5],
    ],
    queues: [
      ['alerts', 3],
      ['alerts', 3],
      ['alerts', 3],
      ['notices', 1],
    ],
  },
  failover: {
    strikes: 4.5,
    misdeliveries: 4,
    cloudFaults: 2.2,
    awaits: [
      ['decider', 20, 8],
      ['failover', 15, 9],
      ['poller', 13, 4],
      ['notifier', 8, 4],
      ['watchdog', 12, 1.5],
      ['operator', 6, 0.7],
    ],
    queues: [
      ['alerts', 3],
      ['failovers', 2],
      ['polls', 2],
      ['notices', 2],
    ],
  },
  broad: {
    strikes: 5,
    misdeliveries: 4,
    cloudFaults: 2.5,
    awaits: [
      ['decider', 40, 8],
      ['failover', 26, 9],
      ['poller', 30, 4],
      ['notifier', 16, 4],
      ['watchdog', 30, 1.5],
      ['operator', 12, 0.7],
    ],
    queues: [
      ['alerts', 6],
      ['failovers', 5],
      ['polls', 5],
      ['notices', 4],
    ],
  },
};
interface Reach {
  /** How many of each kind, on average. */
  readonly strikes: number;
  readonly misdeliveries: number;
  readonly cloudFaults: number;
  readonly awaits: readonly (readonly [FunctionName, number, number])[];
  readonly queues: readonly (readonly [QueueName, number])[];
}
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
  'slow',
  'slow',
];

function strikeOf(random: Random, awaits: Reach['awaits']): PlannedStrike {
  let left = random.unit() * awaits.reduce((sum, [, , weight]) => sum + weight, 0);
  let [name, reach] = awaits[0] ?? ['decider', 1];
  for (const [candidate, count, weight] of awaits) {
    [name, reach] = [candidate, count];
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

const MISDELIVERIES = ['duplicated', 'duplicated', 'delayed', 'delayed', 'delayed', 'reordered', 'lost'] as const;

function misdeliveryOf(random: Random, queues: Reach['queues']): PlannedMisdelivery {
  const [queue, reach] = random.pick(queues);
  const where = { queue, nth: random.between(0, reach) };
  switch (random.pick(MISDELIVERIES)) {
    case 'duplicated':
      return { ...where, copies: random.pick([2, 2, 3, 5]) };
    case 'delayed':
      return { ...where, delayMs: random.pick([5, 40, 200, 900]) * 1_000 };
    case 'reordered':
      return { ...where, delayMs: random.between(1, 3_000), copies: 2 };
    case 'lost':
      return { ...where, lostFirst: true };
  }
}

/** By vendor: what can be set on the operation that matters, and on everything. */
const MENU = { gaussdb: menuOf('gaussdb'), polardb: menuOf('polardb') } as const;

/** A request that takes effect when nobody expects it any more is what the quiet time is for: it comes more often than its turn. */
function menuOf(vendor: 'gaussdb' | 'polardb'): readonly (readonly [FaultName, FaultRow])[] {
  const faults = Object.entries(FAULTS).filter(([, row]: [string, FaultRow]) => row.vendors.includes(vendor)) as [FaultName, FaultRow][];
  return [...faults, ...faults.filter(([name]) => name === 'effect-later')];
}

function cloudFaultOf(random: Random, fleet: readonly FleetMember[]): PlannedCloudFault {
  const target = random.pick(fleet).name;
  const { vendor, effect } = MEMBER[target];
  const [name, row] = random.pick(MENU[vendor]);
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

/** An error is spelt otherwise only where there is one. */
function needed(random: Random, { order, ...fault }: PlannedCloudFault): readonly PlannedCloudFault[] {
  if (order.fault !== 'errCode-spelling') return [];
  return [{ ...fault, order: { ...order, fault: random.pick(['throttling', '5xx-before', 'expired-credentials']), params: {} } }];
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
