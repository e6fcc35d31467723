import type { SimulatorEvent } from './event.ts';
import type { SimulatedRequest, SimulatedResponse } from './exchange.ts';
import type { FaultName, FaultParams } from './faults.ts';

/** The faults of stage `effect` that the call meets, by name. Used up only if the operation is accepted. */
export type Effects = Readonly<Partial<Record<FaultName, FaultParams>>>;

export interface Context {
  readonly request: SimulatedRequest;
  readonly operation: string;
  readonly nowMs: number;
  readonly effects: Effects;
  /** A new identifier; the same history makes the same ones. */
  readonly newId: () => string;
}

/** What a vendor made of a request. */
export interface Handled {
  readonly response: SimulatedResponse;
  readonly ids: Readonly<Record<string, string>>;
  readonly signatureOk: boolean;
  readonly outcome: 'accepted' | 'replayed' | 'answered' | 'refused';
  readonly requestId: string;
  readonly token?: string;
  readonly code?: string;
  readonly events: readonly SimulatorEvent[];
}

/** Faults that answer in a form of the vendor's own. */
export type FormedFault = 'busy' | 'throttling' | 'expired-credentials' | 'server-error';

/** One cloud: everything the engine does not know. Its state is plain JSON, changed in place; nothing here does I/O or reads a clock. */
export interface Vendor<State> {
  readonly name: 'gaussdb' | 'polardb';
  /** Every operation, and whether it changes something. */
  readonly operations: Readonly<Record<string, 'effect' | 'read'>>;
  /** Which operation a request asks for; `unknown` if none. */
  identify(request: SimulatedRequest): string;
  handle(state: State, context: Context): Handled;
  /** Lets everything that is due by `nowMs` happen, each at its own time. */
  advance(state: State, nowMs: number): SimulatorEvent[];
  /** When something will happen next by itself. */
  nextWakeMs(state: State): number | undefined;
  /** The vendor's own HA, or another person, fails over what the request is about (or the named id). */
  failOverByItself(
    state: State,
    target: { readonly request?: SimulatedRequest; readonly id?: string },
    context: Omit<Context, 'request'>,
  ): SimulatorEvent[];
  form(fault: FormedFault, params: FaultParams, context: Omit<Context, 'effects'>): SimulatedResponse;
  /** Bends an answer: `wrong-role`, `status-outside-set`, `errCode-spelling`. `undefined`: there is nothing in it to bend. */
  bend(fault: FaultName, params: FaultParams, response: SimulatedResponse, operation: string): SimulatedResponse | undefined;
  /** The database's writer (of an instance, cluster, network's cluster or node) dies or comes back. */
  setOutage(state: State, id: string, down: boolean, nowMs: number): SimulatorEvent[];
  /** Replication lag in seconds; `undefined`: the vendor cannot tell. */
  setLag(state: State, id: string, lagSeconds: number | undefined): void;
  /** Every database that has an endpoint, and whether it takes connections now. */
  endpoints(state: State): Readonly<Record<string, boolean>>;
}
