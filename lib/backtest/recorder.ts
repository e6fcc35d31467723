import type { Outcome, OutcomeCount, Report, Span, Tally, Decided, Lane } from './report.ts';
import { OUTCOMES_MAX, SPANS_MAX } from './report.ts';

type Stretch = keyof Omit<Lane, 'targetId'>;

/** Collects what a replay comes to, within bounds: a year of alerts takes no more memory than a day. */
export class Recorder {
  readonly read: Tally = { deliveries: 0, alerts: 0, refused: 0, astray: 0, outOfOrder: 0 };
  readonly #outcomes: Outcome[] = [];
  readonly #counts = new Map<string, OutcomeCount>();
  readonly #lanes = new Map<string, Record<Stretch, Span[]>>();
  readonly #decided: Decided[] = [];
  #fromMs: number | undefined;

  /** @returns where it stands, for {@link amend}; -1 when it is only counted. */
  outcome(outcome: Outcome): number {
    const key = `${outcome.kind} ${outcome.reason}`;
    const { kind, reason } = outcome;
    this.#counts.set(key, { kind, reason, count: (this.#counts.get(key)?.count ?? 0) + 1 });
    if (this.#outcomes.length >= OUTCOMES_MAX) return -1;
    this.#outcomes.push(outcome);
    return this.#outcomes.length - 1;
  }

  /** What became of an ask. */
  amend(place: number, change: Pick<Outcome, 'ended'>): void {
    const before = this.#outcomes[place];
    if (before !== undefined) this.#outcomes[place] = { ...before, ...change };
  }

  /** A stretch that begins now; the one who began it moves its end. */
  begin(targetId: string, stretch: Stretch, fromMs: number): Span {
    const lane = this.#lanes.get(targetId) ?? { firing: [], waiting: [], acting: [] };
    this.#lanes.set(targetId, lane);
    const spans = lane[stretch];
    const last = spans.at(-1);
    if (last !== undefined && spans.length >= SPANS_MAX) return last;
    const span = { fromMs, toMs: fromMs };
    spans.push(span);
    return span;
  }

  decided(decided: Decided): void {
    if (this.#decided.length < OUTCOMES_MAX) this.#decided.push(decided);
  }

  since(atMs: number): void {
    this.#fromMs ??= atMs;
  }

  /** @param toldMs when something was told last; what came of it may lie later. */
  report(label: string, toldMs: number): Report {
    const toMs = this.#outcomes.reduce((latest, { atMs }) => Math.max(latest, atMs), toldMs);
    const counts = [...this.#counts.values()].sort((a, b) => b.count - a.count);
    const lanes = [...this.#lanes].map(([targetId, lane]) => ({ targetId, ...lane }));
    const fromMs = this.#fromMs ?? toMs;
    return { label, fromMs, toMs, read: this.read, outcomes: this.#outcomes, counts, lanes, decided: this.#decided };
  }
}
