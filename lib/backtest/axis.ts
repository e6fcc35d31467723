/** Where a moment lies in a picture. */
export interface Scale {
  readonly fromMs: number;
  readonly toMs: number;
  readonly left: number;
  readonly right: number;
  x(atMs: number): number;
}
export interface Tick {
  readonly atMs: number;
  readonly label: string;
}

export function scaleOf(fromMs: number, toMs: number, left: number, right: number): Scale {
  const spanMs = Math.max(1, toMs - fromMs);
  const x = (atMs: number): number => left + ((Math.min(Math.max(atMs, fromMs), toMs) - fromMs) / spanMs) * (right - left);
  return { fromMs, toMs, left, right, x };
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 4, 7, 14, 28, 91, 182, 364].map((days) => days * DAY_MS),
];

/** Round moments (UTC), about `wanted` of them. */
export function ticksOf({ fromMs, toMs }: Scale, wanted: number): readonly Tick[] {
  const spanMs = toMs - fromMs;
  const stepMs = STEPS_MS.find((step) => spanMs / step <= wanted) ?? spanMs;
  const ticks: Tick[] = [];
  for (let atMs = Math.ceil(fromMs / stepMs) * stepMs; atMs <= toMs && ticks.length < wanted * 2; atMs += stepMs)
    ticks.push({ atMs, label: labelOf(atMs, stepMs) });
  return ticks;
}

/** Steps as long as this go over a year's end. */
const YEARS_STEP_MS = 91 * DAY_MS;

function labelOf(atMs: number, stepMs: number): string {
  const at = new Date(atMs);
  if (stepMs >= YEARS_STEP_MS) return at.toISOString().slice(0, 10);
  if (stepMs >= DAY_MS) return `${at.getUTCDate()} ${at.toUTCString().slice(8, 11)}`;
  const clock = at.toISOString();
  return stepMs >= MINUTE_MS ? clock.slice(11, 16) : clock.slice(11, 19);
}
