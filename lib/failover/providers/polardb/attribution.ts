import type { SentCall } from '../../provider.ts';
import type { HaLog, HaSwitch } from './ha-log.ts';

/** Our clock may be ahead by this much, or no request would have been accepted at all (§2.8). */
const SKEW_MAX_MS = 15 * 60_000;
/** For a plan without a baseline: an error of our clock that is under the ten minutes in which there cannot be another switch. */
const SKEW_MS = 5 * 60_000;

/** Who switched the cluster, in the words of its own log: ours is manual, the provider's own failover is not (§2.4). */
export function attribution(call: SentCall, log: HaLog): string {
  if (log.kind !== 'read') return `Who switched it cannot be told: ${log.why}`;
  const fresh = freshSwitches(call, log);
  if (fresh.length === 0) return 'Its HA log has no row of a switch since the request.';
  return `HA log: ${fresh.map(describe).join('; ')}.`;
}

function describe(row: HaSwitch): string {
  const own = row.by === 'the provider itself' ? ', its own automatic failover and not our request' : '';
  const time = (atMs: number): string => new Date(atMs).toISOString();
  const finished = row.finishedAtMs === undefined ? 'not finished' : `finished ${time(row.finishedAtMs)}`;
  return `switch ${row.id} by ${row.by} (${row.cause})${own}, started ${time(row.startedAtMs)}, ${finished}`;
}

/** The switches that the plan could not know of. Pure. */
export function freshSwitches(call: SentCall, log: HaLog): readonly HaSwitch[] {
  if (log.kind !== 'read') return [];
  const known = Number(call.plan.baseline?.['lastSwitchAtMs'] ?? Number.NaN);
  const sinceMs = Number.isFinite(known) ? Math.max(known, call.sentAtMs - SKEW_MAX_MS) : call.sentAtMs - SKEW_MS;
  return log.switches.filter((row) => row.startedAtMs > sinceMs);
}
