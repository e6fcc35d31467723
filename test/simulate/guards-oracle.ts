import type { Config, Guards } from '../../lib/config/config.ts';
import type { Failover } from '../../lib/failover/failover.ts';
import { SETTLING_MS, type RecordLog, type TargetLog } from './journal.ts';

export interface GuardQuestion {
  readonly log: TargetLog;
  readonly record: RecordLog;
  readonly failover: Failover;
  /** As the run of the lambda that acts was given it. */
  readonly config: Config;
  readonly nowMs: number;
  readonly skewMs: number;
  readonly brakeOnSinceMs: number | undefined;
}

/** What forbids a claim, by the oracle's own log. */
export function forbidsClaim(question: GuardQuestion): string | undefined {
  const { log, config, nowMs, skewMs } = question;
  const guards = guardsOf(config, log.name);
  if (log.pausedUntilMs !== undefined && nowMs + skewMs < log.pausedUntilMs) return 'the target is paused';
  if (log.blockedBy !== undefined) return `the target is blocked by ${log.blockedBy.slice(0, 8)}, and nobody has acknowledged it`;
  if (nowMs + 2 * skewMs + SETTLING_MS < log.coolUntilMs) return `the cool-down has ${log.coolUntilMs - nowMs} ms left`;
  if (guards.freezes.some(({ fromMs, toMs }) => nowMs - skewMs - SETTLING_MS > fromMs && nowMs + skewMs < toMs)) return 'a freeze is on';
  if (guards.maintenance.some((window) => inDailyWindow(window, nowMs, skewMs))) return 'a maintenance window is open';
  return undefined;
}

/** What forbids a call besides: what the look right before it must have seen, because it was so since before the claim. */
export function forbidsCall(question: GuardQuestion): string | undefined {
  const { log, record, failover, config, brakeOnSinceMs } = question;
  const { truth } = log;
  const guards = guardsOf(config, log.name);
  if (config.targets[log.name]?.mode !== 'act') return 'the target is in shadow mode';
  if (guards.approval.required && record.approvals < guards.approval.count)
    return `it takes ${guards.approval.count} approvals and has ${record.approvals}`;
  if (brakeOnSinceMs !== undefined && brakeOnSinceMs < record.claimedMs) return 'the fleet brake is on';
  // What the first call may have done already, cannot be asked of the standby any more.
  if (failover.state === 'claimed' && failover.repeats === 'same-token') return undefined;
  // Of a global database network no API tells whether the standby's own nodes live: the vendor is the one to refuse or to fail.
  const visible = config.targets[log.name]?.provider !== 'polardb-gdn' && !truth.rolesChanged;
  if (visible && truth.standbyDown && truth.standbyChangedMs < record.claimedMs) return 'the standby is down';
  const lagged = truth.lagSeconds * 1_000 > guards.maxLagMs && truth.lagChangedMs < record.claimedMs;
  if (lagged && !failover.dataLossConsented) return `the standby lags ${truth.lagSeconds} s, and nobody consented to losing that`;
  return undefined;
}

function guardsOf(config: Config, name: string): Guards {
  const guards = config.policies[config.targets[name]?.policyName ?? '']?.guards;
  if (guards === undefined) throw new Error(`no policy for ${name}`);
  return guards;
}

const DAY_MS = 86_400_000;
function inDailyWindow({ cron, durationMs }: Guards['maintenance'][number], nowMs: number, skewMs: number): boolean {
  const [minute = 0, hour = 0] = cron.split(' ').map(Number);
  const intoDayMs = nowMs % DAY_MS;
  const fromMs = (hour * 60 + minute) * 60_000;
  return intoDayMs - skewMs - SETTLING_MS > fromMs && intoDayMs + skewMs < fromMs + durationMs;
}
