import type { Target } from '../../../config/config.ts';
import type { Call, StartOutcome } from '../../provider.ts';
import { outcomeOfError } from './errors.ts';
import { object, text } from './json.ts';
import { OPERATION_ROWS } from './operations.ts';
import { settingsProblem } from './plan.ts';
import { instancePath } from './reads.ts';
import type { Reply, Wire } from './wire.ts';

const NOT_SENT_RETRY_MS = 2000;
/** A job id goes into a query and a record; the vendor's are UUIDs. */
const JOB_ID = /^[\w-]{1,64}$/;

/** One request, never repeated. The body is the plan's parameters, byte for byte the same on every retry. */
export async function startGaussdb(wire: Wire, call: Call): Promise<StartOutcome> {
  const { path } = OPERATION_ROWS[call.plan.operation];
  return await orderGaussdb(wire, call.target, { action: path, body: call.plan.parameters, deadlineMs: call.deadlineMs });
}

export interface Order {
  /** Last segment of the path. */
  readonly action: string;
  readonly body: Readonly<Record<string, string | number | boolean>>;
  readonly deadlineMs: number;
}

export async function orderGaussdb(wire: Wire, target: Target, order: Order): Promise<StartOutcome> {
  const problem = settingsProblem(target.gaussdb);
  if (problem !== undefined) {
    return { kind: 'refused', code: 'target-settings', why: problem, remedy: 'Correct the target in the configuration.' };
  }
  const sentAtMs = wire.nowMs();
  const path = `${instancePath(target, 'v3.5')}/disaster-recovery/${order.action}`;
  return outcomeOf(await wire.post(target, path, JSON.stringify(order.body), order.deadlineMs), sentAtMs);
}

function outcomeOf(reply: Reply, sentAtMs: number): StartOutcome {
  switch (reply.kind) {
    case 'not-sent':
      return { kind: 'busy', code: 'not-sent', why: reply.why, retryAfterMs: NOT_SENT_RETRY_MS };
    case 'no-answer':
      return { kind: 'unknown', code: 'no-answer', cause: reply.why };
    case 'bad-credential':
      return {
        kind: 'refused',
        code: 'bad-credential',
        why: reply.why,
        remedy: 'Store `accessKey:secretKey[:securityToken]`, or `token:<token>` for token authentication.',
      };
    case 'answer':
      return reply.status >= 200 && reply.status <= 299 ? outcomeOfSuccess(reply, sentAtMs) : outcomeOfError(reply);
  }
}

/** Any 2xx is a yes (the exact status is not documented, §1.2), but only a job id makes it one that can be followed. */
function outcomeOfSuccess(reply: Extract<Reply, { kind: 'answer' }>, sentAtMs: number): StartOutcome {
  const jobId = text(object(reply.json), 'job_id');
  const extra = reply.requestId === undefined ? {} : { requestId: reply.requestId };
  if (jobId === undefined || !JOB_ID.test(jobId)) {
    return { kind: 'unknown', code: `http-${reply.status}`, cause: `HTTP ${reply.status} without a job id.`, ...extra };
  }
  return { kind: 'accepted', handle: { jobId, sentAtMs, ...extra } };
}
