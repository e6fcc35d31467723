import type { Rules } from './decide.ts';
import type { Situation } from './state.ts';

/** Where a value is not what it should be, as a path (`controls.pause.untilMs`); `undefined` when nothing is wrong. */
type Shape = (value: unknown) => string | undefined;

const ok = (good: boolean): string | undefined => (good ? undefined : '');
const number: Shape = (value) => ok(Number.isFinite(value));
const text: Shape = (value) => ok(typeof value === 'string');
const flag: Shape = (value) => ok(typeof value === 'boolean');
const maybe =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined ? undefined : shape(value);
/** These three run for every verdict, so they make nothing: no lists, no pairs. */
const object = (fields: Readonly<Record<string, Shape>>): Shape => {
  const shapes = Object.entries(fields);
  return (value) => {
    if (!isObject(value)) return '';
    for (const [name, shape] of shapes) {
      const inside = shape(value[name]);
      if (inside !== undefined) return below(name, inside);
    }
    return undefined;
  };
};
const each =
  (shape: Shape): Shape =>
  (value) => {
    if (!isObject(value)) return '';
    for (const name of Object.keys(value)) {
      const inside = shape(value[name]);
      if (inside !== undefined) return below(name, inside);
    }
    return undefined;
  };
const list =
  (shape: Shape): Shape =>
  (value) => {
    if (!Array.isArray(value)) return '';
    for (let index = 0; index < value.length; index += 1) {
      const inside = shape(value[index]);
      if (inside !== undefined) return below(String(index), inside);
    }
    return undefined;
  };

/** Parts that stay as they are from verdict to verdict (they never change under our feet) are looked at once. */
const remembered = (shape: Shape): Shape => {
  const sound = new WeakSet();
  return (value) => {
    const part = value as object;
    if (sound.has(part)) return undefined;
    const inside = shape(part);
    if (inside === undefined) sound.add(part);
    return inside;
  };
};

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function below(name: string, inside: string): string {
  return inside === '' ? name : `${name}.${inside}`;
}

const tracked = object({
  source: text,
  name: text,
  class: text,
  severity: text,
  labels: each(text),
  startsMs: list(number),
  resolvedAtMs: number,
});
const situationShape = object({
  health: object({ observers: each(remembered(object({ tracked: each(remembered(tracked)) }))) }),
  controls: object({
    pause: maybe(object({ owner: text, reason: text, untilMs: number })),
    block: maybe(object({ failoverId: text, why: text })),
    coolDownUntilMs: number,
    spentUntilMs: number,
    pausedUntilMs: number,
    failoversMs: list(number),
  }),
  inFlight: maybe(text),
  look: maybe(
    object({
      observation: object({ inFlight: list(text), relation: text, standbyRole: text }),
      probe: maybe(probe),
      fleet: object({ brakeOn: flag, recentFailovers: number, alarmingTargets: number, targets: number }),
      planImpossible: maybe(text),
    }),
  ),
  settled: maybe(object({ approved: flag, dataLossConsented: flag, consideredMs: maybe(number) })),
});

/** A kind of answer that nobody knows must not pass for "unreached". */
function probe(value: unknown): string | undefined {
  if (!isObject(value)) return '';
  const { kind } = value;
  if (kind === 'alive') return object({ latencyMs: number })(value);
  return kind === 'unreached' || kind === 'unsure' ? object({ why: text })(value) : 'kind';
}

const criterion = object({
  name: text,
  sources: list(text),
  names: list(text),
  classes: list(text),
  severities: list(text),
  match: list(object({ label: text, op: text, value: text })),
  quorum: object({ alerts: number, observers: number, windowMs: number, probe: flag }),
  forMs: number,
  maxAgeMs: number,
});
const policyShape = object({
  criteria: list(criterion),
  guards: object({
    coolDownMs: number,
    failoversPerDay: number,
    maxLagMs: number,
    overLag: text,
    providerGraceMs: number,
    approval: object({ required: flag, count: number, approvers: list(text) }),
    maintenance: list(object({ name: text, cron: text, durationMs: number, zone: text })),
    freezes: list(object({ fromMs: number, toMs: number, reason: text })),
    allowedSkewMs: number,
  }),
});
const fleetShape = object({
  brake: object({ failovers: number, windowMs: number, alarmingPercent: number, alarmingMin: number }),
});

const rulesShape = object({ policy: remembered(policyShape), fleet: remembered(fleetShape) });

/** What of a situation cannot be understood, if anything: junk compares as false, and so would pass for "not paused" or "brake off". */
export function faultInSituation(situation: Situation): string | undefined {
  return situationShape(situation);
}

/** The same for the rules. */
export function faultInRules(rules: Rules): string | undefined {
  return rulesShape(rules);
}
