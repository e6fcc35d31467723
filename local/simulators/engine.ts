import { zeroCounters } from './counters.ts';
import type { Call, Counters } from './counters.ts';
import type { Outcome, SimulatedRequest } from './exchange.ts';
import { checkOrder, paramsOf, refuses, refusesUntilMs } from './fault-switch.ts';
import type { Faults } from './fault-switch.ts';
import { advance, context, receive, tell } from './passage.ts';
import type { EngineOptions, Machine, Snapshot } from './passage.ts';
import type { Vendor } from './vendor.ts';

export type { EngineOptions, Snapshot } from './passage.ts';

/** A simulated cloud on a clock that is handed in: no I/O, no timer, no randomness. */
export interface Engine<State> {
  /** Takes one request at `nowMs`. Whatever was due before happens first. */
  handle(request: SimulatedRequest, nowMs: number): Outcome;
  /** Lets everything happen that is due by `nowMs`. */
  advance(nowMs: number): void;
  /** When something will happen by itself; `undefined` if nothing will. */
  nextWakeMs(): number | undefined;
  /** Whether connections are refused now. */
  refusing(nowMs: number): boolean;
  faults(nowMs: number): Faults;
  counters(): Counters;
  calls(): readonly Call[];
  snapshot(): Snapshot<State>;
  /** Lets a test arrange the world: roles, node statuses, versions. */
  change(edit: (state: State) => void): void;
  failOverByItself(id: string, nowMs: number): void;
  setOutage(id: string, down: boolean, nowMs: number): void;
  setLag(id: string, lagSeconds: number | undefined): void;
  endpoints(): Readonly<Record<string, boolean>>;
}

export function newSnapshot<State>(state: State): Snapshot<State> {
  return { version: 1, state, counters: zeroCounters(), calls: [], faults: [], heldUp: [], sequence: 0 };
}

export function createEngine<State>(vendor: Vendor<State>, snapshot: Snapshot<State>, options: EngineOptions): Engine<State> {
  const machine: Machine<State> = { vendor, snapshot, options };
  const { state } = snapshot;
  return {
    handle: (request, nowMs) => {
      advance(machine, nowMs);
      return refuses(snapshot.faults, nowMs) ? { kind: 'refuse' } : receive(machine, request, nowMs);
    },
    advance: (nowMs) => advance(machine, nowMs),
    nextWakeMs: () => soonest([vendor.nextWakeMs(state), refusesUntilMs(snapshot.faults), ...snapshot.heldUp.map((held) => held.dueAtMs)]),
    refusing: (nowMs) => refuses(snapshot.faults, nowMs),
    faults: (nowMs) => faultSwitch(machine, nowMs),
    counters: () => structuredClone(snapshot.counters),
    calls: () => structuredClone(snapshot.calls),
    snapshot: () => structuredClone(snapshot),
    change: (edit) => edit(state),
    failOverByItself: (id, nowMs) =>
      tell(machine, vendor.failOverByItself(state, { id }, context(machine, { operation: 'admin', nowMs, effects: {} }))),
    setOutage: (id, down, nowMs) => tell(machine, vendor.setOutage(state, id, down, nowMs)),
    setLag: (id, lagSeconds) => vendor.setLag(state, id, lagSeconds),
    endpoints: () => vendor.endpoints(state),
  };
}

function soonest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function faultSwitch<State>(machine: Machine<State>, nowMs: number): Faults {
  const { faults } = machine.snapshot;
  return {
    set: (order) => {
      checkOrder(order, machine.vendor.name, machine.vendor.operations);
      const timesLeft = order.times === 'always' ? null : (order.times ?? 1);
      faults.push({
        operation: order.operation,
        fault: order.fault,
        params: paramsOf(order.fault, order.params),
        timesLeft,
        setAtMs: nowMs,
      });
    },
    clear: (filter = {}) => {
      const keeps = faults.filter(
        (set) => !((filter.operation ?? set.operation) === set.operation && (filter.fault ?? set.fault) === set.fault),
      );
      faults.splice(0, faults.length, ...keeps);
    },
    list: () => structuredClone(faults),
  };
}
