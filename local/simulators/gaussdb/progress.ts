import type { SimulatorEvent } from '../event.ts';
import type { Effects } from '../vendor.ts';
import { percentOf } from './model.ts';
import type { GaussdbRecord, GaussdbRelation, GaussdbRunning, GaussdbState } from './model.ts';
import { OPERATION_ROWS } from './operations.ts';

/** Progress is told in steps of this many percent. */
const STEP_PERCENT = 10;

export interface Start {
  readonly operation: string;
  readonly relation: GaussdbRelation;
  readonly instanceId: string;
  readonly by: 'request' | 'vendor';
  readonly nowMs: number;
  readonly effects: Effects;
  readonly newId: () => string;
  readonly supportsRestore: boolean;
}

function eventOf(running: GaussdbRunning, kind: SimulatorEvent['kind'], atMs: number, detail: string): SimulatorEvent {
  const { operation, instanceId, by, toldPercent } = running;
  const promotion = OPERATION_ROWS[operation]?.promotes ?? false;
  return { atMs, vendor: 'gaussdb', kind, operation, id: instanceId, promotion, by, percent: toldPercent, detail };
}

function numberOf(effects: Effects, fault: keyof Effects, name: string): number | undefined {
  const value = effects[fault]?.[name];
  return value === undefined ? undefined : Number(value);
}

/** Takes an operation up: its job, its first record, its end in the future. Returns the job's id and what happened. */
export function startOperation(state: GaussdbState, start: Start): { jobId: string; events: SimulatorEvent[] } {
  const jobId = start.newId();
  if (start.effects['accept-without-effect']) return { jobId, events: [] };
  const running = runningFrom(state, start, jobId);
  state.running.push(running);
  addJob(state, start, jobId);
  addRecord(state, running, {
    id: start.newId(),
    action: actionOf(start.operation),
    status: state.choices.recordStatus.started,
    atMs: start.nowMs,
  });
  start.relation.promoteFailed = false;
  start.relation.updatedAtMs = start.nowMs;
  return { jobId, events: [eventOf(running, 'started', start.nowMs, `job ${jobId}`)] };
}

function runningFrom(state: GaussdbState, start: Start, jobId: string): GaussdbRunning {
  const { operation, effects, nowMs, relation, instanceId, by, supportsRestore } = start;
  const durationMs = Math.round((OPERATION_ROWS[operation]?.durationMs(state.choices) ?? 0) / state.speed);
  const visibleAtMs = nowMs + (numberOf(effects, 'state-lag', 'ms') ?? 0);
  return {
    operation,
    relationId: relation.id,
    instanceId,
    jobId,
    by,
    supportsRestore,
    visibleAtMs,
    startedAtMs: nowMs,
    endsAtMs: Math.max(nowMs + durationMs, visibleAtMs),
    recordsDelayMs: numberOf(effects, 'records-lag', 'ms') ?? state.choices.recordsVisibleAfterMs,
    failure: effects['promote-fail'] ? String(effects['promote-fail']['reason']) : null,
    stuckPercent: numberOf(effects, 'stuck-running', 'percent') ?? null,
    toldPercent: 0,
  };
}

function addJob(state: GaussdbState, start: Start, jobId: string): void {
  const { instanceId, nowMs, operation } = start;
  const visibleAtMs = nowMs + (numberOf(start.effects, 'job-not-visible', 'ms') ?? state.choices.jobVisibleAfterMs);
  const name = state.choices.jobNames[operation] ?? operation;
  const projectId = state.instances[instanceId]?.projectId ?? '';
  state.jobs.push({
    id: jobId,
    name,
    projectId,
    instanceId,
    status: 'Running',
    createdAtMs: nowMs,
    endedAtMs: null,
    failReason: '',
    visibleAtMs,
  });
}

/** §1.6 names those of failover and switchover; the others are made up in the same style. */
function actionOf(operation: string): string {
  return `dr_stream_${operation.replaceAll('-', '_')}`;
}

function addRecord(
  state: GaussdbState,
  running: GaussdbRunning,
  given: { id: string; action: string; status: string; atMs: number },
): void {
  const { id, action, status, atMs } = given;
  const { relationId, jobId, instanceId } = running;
  const visibleAtMs = atMs + running.recordsDelayMs;
  const record: GaussdbRecord = {
    id,
    action,
    status,
    message: '',
    relationId,
    jobId,
    instanceId,
    createdAtMs: atMs,
    updatedAtMs: atMs,
    visibleAtMs,
  };
  state.records.push(record);
}

/** Lets everything that is due happen, the earliest first. */
export function advance(state: GaussdbState, nowMs: number): SimulatorEvent[] {
  const events: SimulatorEvent[] = [];
  for (const running of state.running.toSorted((a, b) => a.endsAtMs - b.endsAtMs)) {
    events.push(...progressOf(running, nowMs));
    if (running.endsAtMs <= nowMs && running.stuckPercent === null) events.push(endOf(state, running));
  }
  return events;
}

function progressOf(running: GaussdbRunning, nowMs: number): SimulatorEvent[] {
  const percent = Math.floor(percentOf(running, nowMs) / STEP_PERCENT) * STEP_PERCENT;
  if (percent <= running.toldPercent) return [];
  running.toldPercent = percent;
  return [eventOf(running, 'progress', Math.min(nowMs, running.endsAtMs), `${percent}%`)];
}

function endOf(state: GaussdbState, running: GaussdbRunning): SimulatorEvent {
  const atMs = running.endsAtMs;
  running.failure ??= deathOf(state, running);
  state.running.splice(state.running.indexOf(running), 1);
  carryThrough(state, running);
  settle(state, running);
  if (running.failure !== null) return eventOf(running, 'failed', atMs, running.failure);
  running.toldPercent = 100;
  return eventOf(running, 'finished', atMs, 'completed');
}

/** Whoever is dead when its time has come cannot take over. */
function deathOf(state: GaussdbState, running: GaussdbRunning): string | null {
  const dead = OPERATION_ROWS[running.operation]?.promotes === true && state.instances[running.instanceId]?.status === 'FAILED';
  return dead ? 'The DR instance died meanwhile.' : null;
}

function carryThrough(state: GaussdbState, running: GaussdbRunning): void {
  const relation = state.relations.find((one) => one.id === running.relationId);
  const row = OPERATION_ROWS[running.operation];
  if (!relation || !row) return;
  if (running.failure === null) row.end(relation, running);
  else row.fail?.(relation);
  relation.updatedAtMs = running.endsAtMs;
}

/** The job's and the records' last word. */
function settle(state: GaussdbState, running: GaussdbRunning): void {
  const { started: _started, finished, failed } = state.choices.recordStatus;
  const status = running.failure === null ? finished : failed;
  const job = state.jobs.find((one) => one.id === running.jobId);
  if (job)
    Object.assign(job, {
      status: running.failure === null ? 'Completed' : 'Failed',
      endedAtMs: running.endsAtMs,
      failReason: running.failure ?? '',
    });
  const first = state.records.find((record) => record.jobId === running.jobId);
  if (first) Object.assign(first, { status, updatedAtMs: running.endsAtMs });
  const id = `${running.jobId.slice(0, -1)}${running.jobId.endsWith('r') ? 's' : 'r'}`;
  addRecord(state, running, { id, action: `${actionOf(running.operation)}_result`, status, atMs: running.endsAtMs });
}

export function nextWakeMs(state: GaussdbState): number | undefined {
  const times = state.running.flatMap((running) => nextOf(running));
  return times.length === 0 ? undefined : Math.min(...times);
}

function nextOf(running: GaussdbRunning): number[] {
  const nextPercent = running.toldPercent + STEP_PERCENT;
  if (running.stuckPercent !== null && nextPercent > running.stuckPercent) return [];
  const atStep = running.startedAtMs + Math.ceil(((running.endsAtMs - running.startedAtMs) * nextPercent) / 100);
  return [nextPercent >= 100 ? Math.ceil(running.endsAtMs) : Math.min(atStep, Math.ceil(running.endsAtMs))];
}
