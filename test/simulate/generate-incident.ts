import type { Random } from './random.ts';
import type { Delivery, Incident, IncidentKind, MemberName, PolicyScript, ScriptedAlert } from './script.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const OBSERVERS = ['eu-1', 'eu-2', 'us-1'] as const;

/** True outages make the whole machine run; false alarms are a fifth of their length, so that there can be more of both. */
export const INCIDENT_WEIGHTS: readonly (readonly [IncidentKind, number])[] = [
  ['outage', 1.4],
  ['short-outage', 0.6],
  ['storm', 0.4],
  ['single-observer', 0.8],
  ['flapping', 0.3],
  ['overload', 1],
  ['resolved-then-redelivered', 1.6],
  ['stale', 1.6],
  ['drained-dead-letters', 1.9],
  ['contradicted', 0.4],
  ['partition-43s', 1.2],
  ['warning', 0.3],
  ['stranger', 0.3],
  ['garbage', 0.4],
  ['lag', 0.45],
  ['standby-down', 0.4],
];

interface Asked {
  readonly kind: IncidentKind;
  readonly target: MemberName;
  readonly fromMs: number;
  readonly policy: PolicyScript;
  /** For an outage: it is over after this, and the observers say so. Absent: as chance will have it. */
  readonly endsMs?: number;
}
type Making = Asked & { readonly random: Random };

export function incidentOf(random: Random, asked: Asked): Incident {
  return { kind: asked.kind, target: asked.target, downs: [], ...MAKERS[asked.kind]({ ...asked, random }) };
}

type Made = Partial<Pick<Incident, 'downs' | 'lag'>> & Pick<Incident, 'deliveries'>;
const MAKERS: Readonly<Record<IncidentKind, (making: Making) => Made>> = {
  outage,
  storm: outage,
  'short-outage': shortOutage,
  'partition-43s': (making) => blip(making, 43 * SECOND, true),
  'single-observer': (making) => ({ deliveries: [firing(making, 'eu-1', making.fromMs + 20 * SECOND)] }),
  flapping,
  overload: (making) => ({
    deliveries: seenBy(making, { observers: 2 }).map((one) => withAlerts(one, { name: 'HighCpu', class: 'overload' })),
  }),
  warning: (making) => ({ deliveries: seenBy(making, { observers: 2 }).map((one) => withAlerts(one, { severity: 'warning' })) }),
  stranger: (making) => ({ deliveries: seenBy(making, { observers: 1 }).map((one) => withAlerts(one, { target: 'nobody' })) }),
  garbage: ({ random, fromMs }) => ({
    deliveries: [{ atMs: fromMs, alerts: [], garbage: random.pick(['no json', '{"what":1}', '[]', '{"understudy":"look"}']) }],
  }),
  'resolved-then-redelivered': redelivered,
  stale,
  'drained-dead-letters': drained,
  contradicted: (making) => blip(making, making.random.between(100, 400) * SECOND, false),
  lag: (making) => ({
    ...outage(making),
    lag: {
      fromMs: Math.max(0, making.fromMs - MINUTE),
      toMs: making.fromMs + making.random.between(2, 8) * MINUTE,
      seconds: making.random.pick([8, 40, 900]),
    },
  }),
  'standby-down': standbyDown,
};

function outage(making: Making): Made {
  const { random, fromMs } = making;
  const observers = random.chance(0.15) ? 3 : 2;
  const deliveries = [...seenBy(making, { observers }), ...reminders(making, observers)];
  const down = { fromMs, what: 'primary' } as const;
  if (making.endsMs === undefined && random.chance(0.55)) return { downs: [down], deliveries };
  // The service comes back, by the promotion or by itself, and the observers say so.
  const lastsMs = making.endsMs ?? (random.chance(0.2) ? random.between(6, 25) : random.between(2, 6)) * MINUTE;
  const backAtMs = fromMs + lastsMs;
  const ends = OBSERVERS.slice(0, observers).map((observer) => resolved(making, observer, { startsAtMs: fromMs, endsAtMs: backAtMs }));
  return { downs: [{ ...down, toMs: backAtMs }], deliveries: [...deliveries, ...together(random, ends)] };
}

function shortOutage(making: Making): Made {
  return blip(making, making.random.between(10, 240) * SECOND, true);
}

function blip(making: Making, forMs: number, physical: boolean): Made {
  const { fromMs } = making;
  const toMs = fromMs + forMs;
  const seen = seenBy(making, { observers: 2 });
  const ends = OBSERVERS.slice(0, 2).map((observer) => resolved(making, observer, { startsAtMs: startOf(seen, observer), endsAtMs: toMs }));
  const down = { fromMs, toMs, what: 'primary' } as const;
  return { downs: physical ? [down] : [], deliveries: [...seen, ...ends] };
}

function flapping(making: Making): Made {
  const { random, fromMs } = making;
  const deliveries: Delivery[] = [];
  let atMs = fromMs;
  for (let round = 0; round < 3; round += 1) {
    const endsAtMs = atMs + random.between(15, 50) * SECOND;
    for (const observer of OBSERVERS.slice(0, 2)) {
      deliveries.push(firing(making, observer, atMs + 2 * SECOND, atMs));
      deliveries.push(resolved(making, observer, { startsAtMs: atMs, endsAtMs }));
    }
    atMs = endsAtMs + random.between(10, 40) * SECOND;
  }
  return { deliveries };
}

/** Over before it could matter; then somebody sends the beginning once more, or the end comes before it. */
function redelivered(making: Making): Made {
  const { random } = making;
  const made = blip(making, random.between(15, 45) * SECOND, random.chance(0.5));
  const again = made.deliveries
    .filter(({ alerts }) => alerts.every(({ status }) => status === 'firing'))
    .map((one) => ({ ...one, atMs: one.atMs + random.between(60, 500) * SECOND }));
  return { ...made, deliveries: [...made.deliveries, ...again] };
}

function stale(making: Making): Made {
  const { random, policy, fromMs } = making;
  const agedMs = policy.maxAgeMs + random.between(1, 60) * MINUTE;
  const seen = seenBy(making, { observers: 2 });
  return { deliveries: seen.map((one) => withAlerts({ ...one, atMs: fromMs + random.between(1, 30) * SECOND }, { agedMs })) };
}

function drained(making: Making): Made {
  const old = stale(making).deliveries;
  return { deliveries: [...old, { atMs: making.fromMs, alerts: [], garbage: '{"version":"4","alerts":"none"}' }] };
}

function standbyDown(making: Making): Made {
  const made = outage(making);
  const { random, fromMs } = making;
  const ended = random.chance(0.8) ? { toMs: fromMs + random.between(1, 6) * MINUTE } : {};
  const standby = { fromMs: Math.max(0, fromMs - 30 * SECOND), what: 'standby', ...ended } as const;
  return { deliveries: made.deliveries, downs: [...(made.downs ?? []), standby] };
}

function seenBy(making: Making, { observers }: { observers: number }): Delivery[] {
  const { random, fromMs } = making;
  const each = OBSERVERS.slice(0, observers).map((observer) => {
    const startsAtMs = fromMs + random.between(0, 20) * SECOND;
    return firing(making, observer, startsAtMs + random.between(1, 40) * SECOND, startsAtMs);
  });
  // Two observers tell it in the same moment: two deciders at once.
  if (random.chance(0.2)) return each.map((one, index) => ({ ...one, atMs: fromMs + 30 * SECOND + index * random.between(1, 12) }));
  return together(random, each);
}

/** Often one message brings what several observers say. */
function together(random: Random, each: Delivery[]): Delivery[] {
  if (!random.chance(0.6)) return each;
  const atMs = Math.max(...each.map((one) => one.atMs));
  return [{ atMs, alerts: each.flatMap(({ alerts }) => alerts) }];
}

function reminders(making: Making, observers: number): Delivery[] {
  const { random, fromMs } = making;
  if (!random.chance(0.12)) return [];
  const startsAtMs = fromMs + 3 * MINUTE;
  return OBSERVERS.slice(0, observers).map((observer) => firing(making, observer, startsAtMs + random.between(0, 9) * SECOND, startsAtMs));
}

function firing({ random, target, fromMs }: Making, observer: string, atMs: number, startsAtMs = fromMs): Delivery {
  return { atMs, alerts: [alert({ target, observer, startsAtMs, ...kindOf(random) })] };
}

const KINDS = [
  { name: 'DatabaseUnreachable', class: 'unreachable' },
  { name: 'DatabaseUnreachable', class: 'unreachable' },
  { name: 'DatabaseDown', class: 'down' },
] as const;

function kindOf(random: Random): (typeof KINDS)[number] {
  return random.pick(KINDS);
}

function resolved(making: Making, observer: string, { startsAtMs, endsAtMs }: { startsAtMs: number; endsAtMs: number }): Delivery {
  const { random, target } = making;
  const both = [KINDS[0], KINDS[2]].map((kind) => alert({ target, observer, startsAtMs, endsAtMs, status: 'resolved', ...kind }));
  return { atMs: endsAtMs + random.between(1, 30) * SECOND, alerts: both };
}

function startOf(deliveries: readonly Delivery[], observer: string): number {
  const starts = deliveries.flatMap(({ alerts }) => alerts.filter((one) => one.observer === observer).map((one) => one.startsAtMs));
  return Math.min(...starts);
}

function alert(
  given: Pick<ScriptedAlert, 'target' | 'observer' | 'startsAtMs' | 'name' | 'class'> & Partial<ScriptedAlert>,
): ScriptedAlert {
  return { severity: 'critical', status: 'firing', ...given };
}

function withAlerts(delivery: Delivery, { agedMs = 0, ...change }: Partial<ScriptedAlert> & { agedMs?: number }): Delivery {
  return { ...delivery, alerts: delivery.alerts.map((one) => ({ ...one, ...change, startsAtMs: one.startsAtMs - agedMs })) };
}
