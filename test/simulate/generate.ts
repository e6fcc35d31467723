import { incidentOf, INCIDENT_WEIGHTS } from './generate-incident.ts';
import { mischiefOf } from './generate-mischief.ts';
import { Random } from './random.ts';
import {
  DEEDS,
  MEMBERS,
  type FleetMember,
  type Incident,
  type IncidentKind,
  type MemberName,
  type PlannedAct,
  type PlannedChange,
  type PolicyScript,
  type Script,
  type When,
} from './script.ts';
import { APPROVERS } from './fleet.ts';

export const SECOND = 1_000;
export const MINUTE = 60_000;
/** Most histories are one database and one incident, false or true, with much going wrong on the way; `broad` ones have more of everything. */
export type Extent = 'alarm' | 'failover' | 'broad';
const BROAD = 0.03;
/** Everything bad happens within this. */
export const TROUBLE_MS = 40 * MINUTE;

/** The script of a seed: the same on every machine. */
export function scriptOf(seed: number): Script {
  const random = new Random(seed);
  const broad = random.chance(BROAD);
  const fleet = fleetOf(random, broad);
  const incidents = incidentsOf(random, fleet, broad);
  const last = Math.max(0, ...incidents.flatMap(({ deliveries }) => deliveries.map(({ atMs }) => atMs)));
  const outages = random.chance(0.06) ? [outageOf(random)] : [];
  const calmMs = random.chance(0.12) ? random.between(5, 40) * MINUTE : random.between(60, 300) * SECOND;
  const healAtMs = Math.max(last + calmMs, ...outages.map(({ toMs }) => toMs));
  return {
    seed,
    skewMs: random.pick([0, 2, 2, 2, 2, 300]) * SECOND,
    speed: random.pick([10, 30, 60]),
    watchdogMs: random.pick([1, 4, 4]) * MINUTE,
    fleet,
    brake: brakeOf(random),
    channels: random.chance(0.15) ? 2 : 1,
    incidents,
    acts: actsOf(random, fleet),
    changes: changesOf(random, fleet),
    ...mischiefOf(random, fleet, broad ? 'broad' : extentOf(incidents)),
    outages,
    healAtMs,
    proof: random.chance(0.02),
  };
}

function fleetOf(random: Random, broad: boolean): readonly FleetMember[] {
  const names = shuffled(random, MEMBERS).slice(0, broad ? random.pick([1, 2, 2, 3, 4]) : 1);
  return names.map((name) => ({
    name,
    mode: random.chance(0.93) ? 'act' : 'shadow',
    probed: random.chance(0.5),
    policy: policyScriptOf(random),
  }));
}

function policyScriptOf(random: Random): PolicyScript {
  const alone = random.chance(0.2);
  const policy: PolicyScript = {
    alerts: alone ? 1 : random.pick([1, 2, 2]),
    observers: 2,
    probe: alone,
    windowMs: random.pick([5, 10]) * MINUTE,
    forMs: random.pick([0, 0, 30, 60, 120]) * SECOND,
    maxAgeMs: random.pick([10, 15, 30]) * MINUTE,
    coolDownMs: random.pick([2, 4, 20, 60]) * MINUTE,
    failoversPerDay: random.pick([1, 1, 2, 3]),
    maxLagMs: random.pick([5, 10]) * SECOND,
    overLag: random.pick(['hold', 'ask']),
    graceMs: random.pick([0, 0, 60]) * SECOND,
    approvals: random.chance(0.2) ? random.pick([1, 1, 2]) : 0,
    approvalExpiresMs: random.pick([10, 20]) * MINUTE,
    freezes: random.chance(0.08) ? [windowWithin(random)] : [],
  };
  // The history starts at three in the morning.
  const minute = 180 + random.between(0, 30);
  return random.chance(0.03) ? { ...policy, maintenance: { minute, durationMs: random.between(5, 40) * MINUTE } } : policy;
}

function windowWithin(random: Random): { fromMs: number; toMs: number } {
  const fromMs = random.between(0, TROUBLE_MS);
  return { fromMs, toMs: fromMs + random.between(2, 40) * MINUTE };
}

function brakeOf(random: Random): Script['brake'] {
  return {
    failovers: random.pick([1, 2, 2, 3]),
    windowMs: random.pick([30, 60]) * MINUTE,
    alarmingPercent: random.pick([50, 60, 75]),
    alarmingMin: random.pick([2, 2, 3]),
  };
}

function incidentsOf(random: Random, fleet: readonly FleetMember[], broad: boolean): readonly Incident[] {
  if (broad && random.chance(0.4)) return twice(random, random.pick(fleet));
  const wanted = broad ? random.pick([1, 2, 2, 3]) : 1;
  const incidents: Incident[] = [];
  let fromMs = 0;
  for (let made = 0; made < wanted; made += 1) {
    const kind = kindOf(random);
    const target = random.pick(fleet).name;
    const targets = kind === 'storm' ? fleet.map(({ name }) => name) : [target];
    for (const one of targets) {
      const { policy } = fleet.find(({ name }) => name === one) ?? { policy: undefined };
      if (policy !== undefined) incidents.push(incidentOf(random, { kind, target: one, fromMs, policy }));
    }
    fromMs += random.pick([30 * SECOND, 3 * MINUTE, 12 * MINUTE]);
  }
  return incidents;
}

/** The same database dies once more when it has just been saved: cool-down, block and daily limit are what stands in between. */
function twice(random: Random, { name: target, policy }: FleetMember): readonly Incident[] {
  const againMs = random.between(8, 20) * MINUTE;
  return [0, againMs].map((fromMs) => incidentOf(random, { kind: 'outage', target, fromMs, policy, endsMs: 5 * MINUTE }));
}

/** Nothing that anybody should act on: a history of few steps. */
const FALSE_ALARMS: ReadonlySet<IncidentKind> = new Set([
  'single-observer',
  'overload',
  'resolved-then-redelivered',
  'stale',
  'drained-dead-letters',
  'partition-43s',
  'warning',
  'stranger',
  'garbage',
]);

function extentOf(incidents: readonly Incident[]): Extent {
  return incidents.every(({ kind }) => FALSE_ALARMS.has(kind)) ? 'alarm' : 'failover';
}

function kindOf(random: Random): IncidentKind {
  let left = random.unit() * INCIDENT_WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [kind, weight] of INCIDENT_WEIGHTS) {
    left -= weight;
    if (left < 0) return kind;
  }
  return 'outage';
}

/** People who approve where it is asked for, and people who do something at a bad moment. */
function actsOf(random: Random, fleet: readonly FleetMember[]): readonly PlannedAct[] {
  const acts: PlannedAct[] = [];
  for (const { name, policy } of fleet) {
    const asked = policy.approvals > 0 || policy.overLag === 'ask';
    if (!asked || random.chance(0.15)) continue;
    const deed = random.chance(0.85) ? 'approve' : 'deny';
    for (let count = 0; count < Math.max(1, policy.approvals); count += 1) {
      const afterMs = random.between(1, random.chance(0.2) ? 900 : 60) * SECOND;
      acts.push({ deed, target: name, when: { state: 'awaiting-approval', afterMs }, by: APPROVERS[count] ?? APPROVERS[0] });
    }
  }
  const meddling = random.chance(0.35) ? random.between(1, 3) : 0;
  for (let count = 0; count < meddling; count += 1) acts.push(meddle(random, fleet));
  return acts;
}

const MOMENTS = ['requested', 'claimed', 'running', 'unknown', 'verifying', 'failed', 'stuck', 'succeeded', 'refused'] as const;

function meddle(random: Random, fleet: readonly FleetMember[]): PlannedAct {
  const target = random.pick(fleet).name;
  const deed = random.pick(DEEDS);
  const when: When = random.chance(0.5)
    ? { atMs: random.between(0, TROUBLE_MS) }
    : { state: random.pick(MOMENTS), afterMs: random.pick([0, 3, 20, 500, 5_000, 60_000]) };
  return { deed, target, when, by: random.pick(APPROVERS), forMs: random.pick([2, 10, 60]) * MINUTE };
}

function changesOf(random: Random, fleet: readonly FleetMember[]): readonly PlannedChange[] {
  if (!random.chance(0.08)) return [];
  const target: MemberName = random.pick(fleet).name;
  const atMs = random.between(0, 10 * MINUTE);
  return [
    random.pick<PlannedChange>([
      { target, atMs, mode: 'shadow' },
      { target, atMs, mode: 'act' },
      { target, atMs, forMs: random.pick([0, 60, 180]) * SECOND },
      { target, atMs, approvals: random.pick([0, 1]) },
      { target, atMs, freezeForMs: random.between(1, 30) * MINUTE },
    ]),
  ];
}

function outageOf(random: Random): Script['outages'][number] {
  const fromMs = random.between(0, 8 * MINUTE);
  const forMs = random.chance(0.2) ? random.between(60, 180) * MINUTE : random.between(1, 15) * MINUTE;
  return { of: random.pick(['table', 'queues', 'channels']), fromMs, toMs: fromMs + forMs };
}

export function shuffled<T>(random: Random, list: readonly T[]): readonly T[] {
  const rest = [...list];
  const mixed: T[] = [];
  while (rest.length > 0) mixed.push(...rest.splice(random.between(0, rest.length - 1), 1));
  return mixed;
}
