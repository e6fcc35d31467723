import { FAULTS } from './faults.ts';
import type { FaultName, FaultParams, FaultRow } from './faults.ts';

export interface FaultOrder {
  /** The vendor's operation, or `*` for any that the fault makes sense for. */
  readonly operation: string;
  readonly fault: FaultName;
  /** How many calls it strikes. Default 1. */
  readonly times?: number | 'always';
  readonly params?: FaultParams;
}
/** As kept in the snapshot: plain JSON. */
export interface SetFault {
  readonly operation: string;
  readonly fault: FaultName;
  readonly params: FaultParams;
  /** `null`: always. */
  timesLeft: number | null;
  readonly setAtMs: number;
}
export interface Faults {
  /** @throws {Error} on an unknown operation, fault or parameter, or one that makes no sense together: a typo must not test nothing. */
  set(order: FaultOrder): void;
  clear(filter?: { readonly operation?: string; readonly fault?: FaultName }): void;
  list(): readonly SetFault[];
}

export type Operations = Readonly<Record<string, 'effect' | 'read'>>;

export function checkOrder(order: FaultOrder, vendor: 'gaussdb' | 'polardb', operations: Operations): void {
  const row: FaultRow | undefined = FAULTS[order.fault];
  if (!row) throw new Error(`no such fault: ${order.fault}`);
  if (!row.vendors.includes(vendor)) throw new Error(`${order.fault} is no fault of ${vendor}`);
  checkOperation(order, row, operations);
  for (const name of Object.keys(order.params ?? {})) {
    if (!(name in row.params)) throw new Error(`${order.fault} has no parameter ${name}`);
  }
  if (typeof order.times === 'number' && !(Number.isSafeInteger(order.times) && order.times > 0))
    throw new Error('times must be a positive integer');
}

function checkOperation(order: FaultOrder, row: FaultRow, operations: Operations): void {
  if (order.operation === '*') return;
  const kind = operations[order.operation];
  if (kind === undefined) throw new Error(`no such operation: ${order.operation}`);
  if (row.stage === 'listener') throw new Error(`${order.fault} strikes the whole listener: its operation is *`);
  if (row.on !== 'any' && row.on !== kind) throw new Error(`${order.fault} is not for ${order.operation}, which is of kind ${kind}`);
}

export function paramsOf(fault: FaultName, params: FaultParams = {}): FaultParams {
  const row: FaultRow = FAULTS[fault];
  return { ...row.params, ...params };
}

function strikes(set: SetFault, stage: FaultRow['stage'], operation: string, kind: 'effect' | 'read' | undefined): boolean {
  const row: FaultRow = FAULTS[set.fault];
  if (row.stage !== stage) return false;
  if (set.operation !== '*') return set.operation === operation;
  return row.on === 'any' || row.on === kind;
}

/** The faults of one stage that the next call of this operation meets, first set first, each fault once. Nothing is used up. */
export function meets(
  list: readonly SetFault[],
  stage: FaultRow['stage'],
  operation: string,
  kind: 'effect' | 'read' | undefined,
): SetFault[] {
  const met = new Map<FaultName, SetFault>();
  for (const set of list) if (strikes(set, stage, operation, kind) && !met.has(set.fault)) met.set(set.fault, set);
  return [...met.values()];
}

/** Uses one strike up; a used-up fault leaves the list. */
export function spend(list: SetFault[], set: SetFault): void {
  if (set.timesLeft === null) return;
  set.timesLeft -= 1;
  if (set.timesLeft <= 0) list.splice(list.indexOf(set), 1);
}

/** Whether connections are refused now; drops the fault when its time is over. */
export function refuses(list: SetFault[], nowMs: number): boolean {
  const set = list.find((one) => FAULTS[one.fault].stage === 'listener');
  if (!set) return false;
  const durationMs = Number(set.params['durationMs']);
  if (durationMs === 0 || nowMs < set.setAtMs + durationMs) return true;
  list.splice(list.indexOf(set), 1);
  return refuses(list, nowMs);
}

/** When connections are taken again by themselves; `undefined`: they are taken, or refused until it is cleared. */
export function refusesUntilMs(list: readonly SetFault[]): number | undefined {
  const set = list.find((one) => FAULTS[one.fault].stage === 'listener');
  const durationMs = Number(set?.params['durationMs'] ?? 0);
  return set && durationMs > 0 ? set.setAtMs + durationMs : undefined;
}
