import type { SentCall, TrackOutcome } from '../../provider.ts';
import { OPERATION_ROWS } from './operations.ts';
import { found } from './read.ts';
import { readJob, type Job } from './reads.ts';
import { describe, isDone, readSituation, saysAny, type Situation } from './situation.ts';
import type { Wire } from './wire.ts';

/** A new job may be invisible for some seconds (provider contracts §1.7). */
const INVISIBLE_MS = 30_000;

/**
 * Follows the job where there is one, and the words of relation and monitor where there is none or it cannot be found. `succeeded` only
 * says that the vendor calls it finished: `verify` looks at the roles.
 */
export async function trackGaussdb(wire: Wire, call: SentCall): Promise<TrackOutcome> {
  const { jobId, sentAtMs } = call.handle ?? { sentAtMs: call.sentAtMs };
  const [job, situation] = await Promise.all([
    jobId === undefined ? undefined : readJob(wire, call.target, jobId, call.deadlineMs),
    readSituation(wire, call.target, call.deadlineMs),
  ]);
  if (job === undefined) return bySituation(call, situation, 'no job id');
  if ('unread' in job) return bySituation(call, situation, `job unread: ${job.unread}`);
  if (job.known !== 'absent') return byJob(job.known, situation);
  if (wire.nowMs() - sentAtMs < INVISIBLE_MS) return { kind: 'running', detail: `job not visible yet; ${describe(situation)}` };
  return bySituation(call, situation, 'the job is gone');
}

/** Words outside the documented three are neither an end nor a failure (provider contracts §0.7). */
function byJob(job: Job, situation: Situation): TrackOutcome {
  const now = describe(situation);
  if (job.status === 'Completed') return { kind: 'succeeded', detail: `job Completed; ${now}` };
  if (job.status === 'Failed') return { kind: 'failed', why: `job Failed: ${job.failReason ?? 'no reason given'}; ${now}` };
  const percent = job.percent ?? percentOf(situation);
  const progress = percent === undefined ? {} : { progressPercent: percent };
  const word = job.status === 'Running' ? 'job Running' : `job in an undocumented status (${job.status ?? 'none'})`;
  return { kind: 'running', ...progress, detail: `${word}; ${now}` };
}

/** A job that is missing or unreadable does not hide a state that says plainly how it went. */
function bySituation({ plan }: SentCall, situation: Situation, why: string): TrackOutcome {
  const row = OPERATION_ROWS[plan.operation];
  const now = describe(situation);
  if (isDone(row, situation)) return { kind: 'succeeded', detail: `${why}; ${now}` };
  if (saysAny(row.failed, situation)) return { kind: 'failed', why: `${why}; ${now}` };
  if (!saysAny(row.during, situation)) return { kind: 'unknown', why: `${why}; ${now}` };
  const percent = percentOf(situation);
  return { kind: 'running', ...(percent === undefined ? {} : { progressPercent: percent }), detail: `${why}; ${now}` };
}

function percentOf({ monitor }: Situation): number | undefined {
  return found(monitor)?.failoverPercent ?? found(monitor)?.switchoverPercent;
}
