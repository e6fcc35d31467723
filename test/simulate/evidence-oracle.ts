import type { Criterion } from '../../lib/config/config.ts';
import { seriesOf, SETTLING_MS, type DeliveredAlert, type TargetLog } from './journal.ts';

export interface EvidenceQuestion {
  readonly log: TargetLog;
  readonly criterion: Criterion;
  readonly nowMs: number;
  /** When its alerts' age counts: no later than this. */
  readonly requestedMs: number;
  readonly skewMs: number;
}

/**
 * Whether what was delivered could meet a criterion at all: written anew, and generous wherever the oracle cannot know (an alert that was
 * received counts though it may not be folded yet, a clock may be off by the skew). A `no` is therefore certain.
 */
export function couldBeMet(question: EvidenceQuestion): boolean {
  const { criterion, nowMs, skewMs } = question;
  const { quorum, forMs } = criterion;
  const starts = countingStarts(question).sort((a, b) => a.startMs - b.startMs);
  const needed = Math.max(1, quorum.probe ? quorum.observers - 1 : quorum.observers);
  return starts.some((last) => {
    const within = starts.filter(({ startMs }) => startMs <= last.startMs && last.startMs - startMs <= quorum.windowMs);
    const series = new Set(within.map(({ alert }) => seriesOf(alert)));
    const observers = new Set(within.map(({ alert }) => alert.observer));
    const dwelt = last.startMs + forMs <= nowMs + skewMs;
    return dwelt && series.size >= quorum.alerts && observers.size >= needed;
  });
}

function countingStarts({ log, nowMs, requestedMs, skewMs, criterion }: EvidenceQuestion): DeliveredAlert[] {
  const ageAtMs = Math.min(nowMs, requestedMs);
  const serving = log.delivered.filter(
    ({ alert }) => alert.status === 'firing' && alert.severity === 'critical' && alert.class !== 'overload',
  );
  const newest = new Map<string, number>();
  for (const { alert, startMs } of serving) {
    const series = seriesOf(alert);
    newest.set(series, Math.max(newest.get(series) ?? 0, startMs));
  }
  return serving.filter(({ alert, startMs }) => {
    const series = seriesOf(alert);
    const fires = startMs > (log.resolvedMs.get(series) ?? 0);
    const unspent = startMs > log.spentMs - 2 * skewMs - SETTLING_MS;
    const young = ageAtMs - (newest.get(series) ?? 0) <= criterion.maxAgeMs + 2 * skewMs + SETTLING_MS;
    return fires && unspent && young;
  });
}
