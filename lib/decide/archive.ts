import type { Alert } from '../alert/alert.ts';
import type { Services } from '../services.ts';
import type { ArchiveEntry } from '../store/archive-store.ts';
import type { TargetState } from '../store/target-store.ts';
import type { Rules } from './decide.ts';
import type { Health } from './health.ts';
import { relevanceOf } from './matcher.ts';
import type { Verdict } from './verdict.ts';

/** A decision that was recorded: about this state, with these alerts. */
export interface Archiving {
  readonly rules: Rules;
  /** As it was before. */
  readonly state: TargetState;
  /** With these alerts folded in. */
  readonly health: Health;
  readonly alerts: readonly Alert[];
  readonly verdict: Verdict;
  readonly receivedAtMs: number | undefined;
}

/**
 * Keeps for the backtest what the target was told, once it has been decided on and everything that follows was sent: at most one write for
 * a batch. Re-sent alerts that change nothing cost none; alerts that this policy does not look at, but another one may, are looked up
 * first. The archive is a convenience: whatever happens to it, the decision stands.
 */
export async function archive(services: Services, archiving: Archiving): Promise<void> {
  try {
    const { rules, state, health, alerts, verdict } = archiving;
    const news = isNews(state.verdict, verdict);
    const entry = entryOf(archiving, news);
    const unlooked = alerts.some((alert) => !relevanceOf(rules.policy).concerns(alert, false));
    if (health !== state.health || news || (unlooked && !(await services.archive.has(entry)))) await services.archive.keep(entry);
  } catch (error) {
    services.log.event('archive-failed', { targetId: archiving.state.targetId, error: error instanceof Error ? error.name : 'unknown' });
  }
}

function isNews(before: Verdict | undefined, { kind, reason }: Verdict): boolean {
  // While a failover is in flight its own verdict stays on record.
  if (reason === 'in-flight') return false;
  return before === undefined ? kind !== 'clear' : before.reason !== reason;
}

function entryOf({ state, alerts, verdict, receivedAtMs }: Archiving, news: boolean): ArchiveEntry {
  const { decidedAtMs, checks: _checks, evidence: _evidence, lookAgainAtMs: _lookAgainAtMs, ...said } = verdict;
  return {
    targetId: state.targetId,
    receivedAtMs: receivedAtMs ?? decidedAtMs,
    decidedAtMs,
    alerts: alerts.map(({ resources: _resources, ...alert }) => alert),
    dropped: 0,
    ...(news ? { verdict: said } : {}),
  };
}
