import { duration } from '../decide/words.ts';
import type { Outcome, Report } from './report.ts';

/** A stretch in which something fired on one target, with the furthest that each policy would have gone. */
export interface Incident {
  readonly targetId: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly outcome?: Outcome | undefined;
  /** Of the policy compared with. */
  readonly against?: Outcome | undefined;
  /** In what the two differ; absent when they do not, or when there is only one. */
  readonly difference?: string;
}

const RANK: Readonly<Record<Outcome['kind'], number>> = { failover: 4, ask: 3, brake: 2, hold: 1, 'near-miss': 0 };
/** Two policies that act within this of each other act alike. */
const ALIKE_MS = 1_000;

/** Every incident in the order of time. Without `against` there are no differences. */
export function incidentsOf(report: Report, against?: Report): readonly Incident[] {
  const reports = against === undefined ? [report] : [report, against];
  return stretches(reports).map((stretch) => {
    const outcome = furthest(report, stretch);
    const other = against === undefined ? undefined : furthest(against, stretch);
    const difference = against === undefined ? undefined : differenceOf(outcome, other);
    return { ...stretch, outcome, against: other, ...(difference === undefined ? {} : { difference }) };
  });
}

type Stretch = Pick<Incident, 'targetId' | 'fromMs' | 'toMs'>;

/** What fired, waited, was done or came out of it on one target, joined where it touches. */
function stretches(reports: readonly Report[]): readonly Stretch[] {
  const all = reports.flatMap(({ lanes, outcomes }) => [
    ...lanes.flatMap(({ targetId, firing, waiting, acting }) =>
      [...firing, ...waiting, ...acting].map(({ fromMs, toMs }) => ({ targetId, fromMs, toMs })),
    ),
    ...outcomes.map(({ targetId, beganMs, atMs, shortMs = 0 }) => ({ targetId, fromMs: Math.min(beganMs, atMs), toMs: atMs + shortMs })),
  ]);
  all.sort((a, b) => (a.targetId < b.targetId ? -1 : a.targetId > b.targetId ? 1 : a.fromMs - b.fromMs));
  const joined: Stretch[] = [];
  for (const one of all) {
    const last = joined.at(-1);
    if (last?.targetId === one.targetId && one.fromMs <= last.toMs)
      joined[joined.length - 1] = { ...last, toMs: Math.max(last.toMs, one.toMs) };
    else joined.push(one);
  }
  return joined.sort((a, b) => a.fromMs - b.fromMs);
}

function furthest({ outcomes }: Report, { targetId, fromMs, toMs }: Stretch): Outcome | undefined {
  const within = outcomes.filter((one) => one.targetId === targetId && one.atMs >= fromMs && one.atMs <= toMs);
  return within.reduce<Outcome | undefined>(
    (best, one) => (best === undefined || RANK[one.kind] > RANK[best.kind] ? one : best),
    undefined,
  );
}

function differenceOf(a: Outcome | undefined, b: Outcome | undefined): string | undefined {
  if (a?.kind !== b?.kind) return `${wordsFor(b)} → ${wordsFor(a)}`;
  if (a === undefined || b === undefined) return undefined;
  if (a.kind === 'hold') return a.reason === b.reason ? undefined : `${wordsFor(b)} → ${wordsFor(a)}`;
  const laterMs = a.atMs - b.atMs;
  if (a.kind === 'near-miss' || a.kind === 'brake' || Math.abs(laterMs) <= ALIKE_MS) return undefined;
  return `${a.kind} ${duration(Math.abs(laterMs))} ${laterMs > 0 ? 'later' : 'earlier'}`;
}

/** The least that names an outcome. */
export function wordsFor(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'nothing';
  return outcome.kind === 'hold' ? `hold (${outcome.reason})` : outcome.kind;
}
