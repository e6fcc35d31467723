import type { SimulatorEvent } from '../event.ts';
import type { Effects } from '../vendor.ts';
import { automaticCandidate } from './candidates.ts';
import { runningOn, writerAlive, writerOf } from './model.ts';
import type { PolardbCluster, PolardbRunning, PolardbState } from './model.ts';
import { finishSwitch } from './finish.ts';

/** Progress is told in steps of this many percent. */
const STEP_PERCENT = 10;
/** A step must be reached at the very millisecond that was computed for it. */
const ROUNDING = 1e-6;

export interface Start {
  readonly operation: PolardbRunning['operation'];
  readonly id: string;
  readonly requestId: string;
  readonly by: 'request' | 'vendor';
  readonly from: string;
  readonly to: string;
  readonly cause: string;
  readonly rollBack: boolean;
  readonly nowMs: number;
  readonly effects: Effects;
}

function eventOf(running: PolardbRunning, kind: SimulatorEvent['kind'], atMs: number, detail: string): SimulatorEvent {
  const { operation, id, by, toldPercent } = running;
  return { atMs, vendor: 'polardb', kind, operation, id, promotion: true, by, percent: toldPercent, detail };
}

function numberOf(effects: Effects, fault: keyof Effects, name: string): number | undefined {
  const value = effects[fault]?.[name];
  return value === undefined ? undefined : Number(value);
}

/** Takes a switch up. The reads show nothing of it until `switchAtMs`. */
export function startOperation(state: PolardbState, start: Start): SimulatorEvent[] {
  if (start.effects['accept-without-effect']) return [];
  const running = runningFrom(state, start);
  state.running.push(running);
  const cluster = state.clusters[start.id];
  if (cluster) Object.assign(cluster, { lastSwitchAtMs: start.nowMs, automaticFailoverAtMs: null });
  const taskId = `t-${start.requestId.replaceAll('-', '').slice(0, 18).toLowerCase()}`;
  state.tasks.push({
    id: taskId,
    clusterId: start.id,
    type: 'FailoverDBCluster',
    startedAtMs: start.nowMs,
    finishedAtMs: null,
    status: 'Running',
  });
  return [eventOf(running, 'started', start.nowMs, `${start.from} → ${start.to}`)];
}

function runningFrom(state: PolardbState, start: Start): PolardbRunning {
  const { operation, id, requestId, by, from, to, cause, rollBack, nowMs, effects } = start;
  const delayMs = Math.max(Math.round(state.choices.startDelayMs / state.speed), numberOf(effects, 'state-lag', 'ms') ?? 0);
  const switchAtMs = nowMs + delayMs;
  return {
    operation,
    id,
    requestId,
    by,
    from,
    to,
    cause,
    rollBack,
    switchAtMs,
    startedAtMs: nowMs,
    endsAtMs: switchAtMs + Math.round(durationMs(state, start) / state.speed),
    failure: effects['promote-fail'] ? String(effects['promote-fail']['reason']) : null,
    stuckPercent: numberOf(effects, 'stuck-running', 'percent') ?? null,
    logDelayMs: numberOf(effects, 'records-lag', 'ms') ?? state.choices.haLogVisibleAfterMs,
    switching: false,
    toldPercent: 0,
  };
}

function durationMs(state: PolardbState, start: Start): number {
  if (start.operation === 'SwitchOverGlobalDatabaseNetwork') return state.choices.gdnSwitchMs;
  const target = state.clusters[start.id]?.nodes.find((node) => node.id === start.to);
  return target?.hotReplicaMode === 'ON' ? state.choices.hotReplicaFailoverMs : state.choices.failoverMs;
}

/** Lets everything that is due happen: the vendor's own failovers, switches that begin, switches that end. */
export function advance(state: PolardbState, nowMs: number): SimulatorEvent[] {
  const events: SimulatorEvent[] = [];
  for (const cluster of Object.values(state.clusters)) {
    const dueAtMs = cluster.automaticFailoverAtMs;
    if (dueAtMs !== null && dueAtMs <= nowMs) events.push(...failOverAutomatically(state, cluster, dueAtMs));
  }
  for (const running of state.running.toSorted((a, b) => a.endsAtMs - b.endsAtMs)) events.push(...advanceOne(state, running, nowMs));
  return events;
}

/** The vendor's own HA. It has no ten-minute rule, and cannot do anything where no Reader is ready. */
export function failOverAutomatically(state: PolardbState, cluster: PolardbCluster, nowMs: number, toId?: string): SimulatorEvent[] {
  cluster.automaticFailoverAtMs = null;
  const target = toId ?? automaticCandidate(cluster)?.id;
  if (target === undefined || runningOn(state, cluster.id)) return [];
  const requestId = `AUTO-${cluster.id}-${nowMs}`;
  const start = { operation: 'FailoverDBCluster', id: cluster.id, requestId, by: 'vendor', cause: state.choices.automaticCause } as const;
  return startOperation(state, { ...start, from: writerOf(cluster)?.id ?? '', to: target, rollBack: false, nowMs, effects: {} });
}

function advanceOne(state: PolardbState, running: PolardbRunning, nowMs: number): SimulatorEvent[] {
  const events: SimulatorEvent[] = [];
  if (!running.switching && running.switchAtMs <= nowMs) events.push(beginSwitch(state, running));
  const percent = Math.floor(percentOf(running, nowMs) / STEP_PERCENT) * STEP_PERCENT;
  if (running.switching && percent > running.toldPercent) {
    running.toldPercent = percent;
    events.push(eventOf(running, 'progress', Math.min(nowMs, running.endsAtMs), `${percent}%`));
  }
  if (running.endsAtMs > nowMs || running.stuckPercent !== null) return events;
  running.failure ??= deathOf(state, running);
  finishSwitch(state, running);
  if (running.failure === null) running.toldPercent = 100;
  const ended =
    running.failure === null
      ? eventOf(running, 'finished', running.endsAtMs, `writer ${running.to}`)
      : eventOf(running, 'failed', running.endsAtMs, running.failure);
  return [...events, ended];
}

/** Whoever is dead when its time has come cannot take over. */
function deathOf(state: PolardbState, running: PolardbRunning): string | null {
  const node = state.clusters[running.id]?.nodes.find((one) => one.id === running.to);
  const alive = node ? node.alive : writerAlive(state, running.to);
  return alive ? null : `${running.to} died meanwhile.`;
}

function percentOf(running: PolardbRunning, nowMs: number): number {
  const share = (nowMs - running.switchAtMs) / Math.max(1, running.endsAtMs - running.switchAtMs);
  return Math.min(Math.max(0, Math.floor(share * 100 + ROUNDING)), running.stuckPercent ?? 99, 99);
}

/** From here on the reads say Switching, or locked; MySQL's HA log has a row. */
function beginSwitch(state: PolardbState, running: PolardbRunning): SimulatorEvent {
  running.switching = true;
  const gdn = state.gdns[running.id];
  if (gdn && state.choices.gdnLockedDuringSwitch) gdn.status = 'locked';
  const cluster = state.clusters[running.id];
  if (cluster?.dbType === 'MySQL' && running.failure === null) {
    const visibleAtMs = running.switchAtMs + running.logDelayMs;
    const switchId = `${cluster.id}-${running.switchAtMs}`;
    state.haLogs.push({
      switchId,
      clusterId: cluster.id,
      nodeId: running.from,
      startMs: running.switchAtMs,
      finishMs: null,
      cause: running.cause,
      visibleAtMs,
    });
  }
  return eventOf(running, 'progress', running.switchAtMs, 'switching');
}

export function nextWakeMs(state: PolardbState): number | undefined {
  const automatic = Object.values(state.clusters).flatMap((cluster) =>
    cluster.automaticFailoverAtMs === null ? [] : [cluster.automaticFailoverAtMs],
  );
  const times = [...automatic, ...state.running.flatMap((running) => nextOf(running))];
  return times.length === 0 ? undefined : Math.min(...times);
}

function nextOf(running: PolardbRunning): number[] {
  if (!running.switching) return [Math.ceil(running.switchAtMs)];
  const nextPercent = running.toldPercent + STEP_PERCENT;
  if (running.stuckPercent !== null && nextPercent > running.stuckPercent) return [];
  const atStep = running.switchAtMs + Math.ceil(((running.endsAtMs - running.switchAtMs) * nextPercent) / 100);
  return [nextPercent >= 100 ? Math.ceil(running.endsAtMs) : Math.min(atStep, Math.ceil(running.endsAtMs))];
}
