import { htmlAnswer, losingAnswer, seenAs, xmlAnswer } from './answering.ts';
import { countCall, countEvent } from './counters.ts';
import type { Call, Counters } from './counters.ts';
import { uuidFrom } from './encoding.ts';
import type { SimulatorEvent } from './event.ts';
import type { Outcome, SimulatedRequest, SimulatedResponse } from './exchange.ts';
import { meets, spend } from './fault-switch.ts';
import type { SetFault } from './fault-switch.ts';
import type { FaultParams, FaultRow } from './faults.ts';
import type { Context, Effects, Handled, Vendor } from './vendor.ts';

/** Everything a simulator knows, as plain JSON: what the state file holds. */
export interface Snapshot<State> {
  readonly version: 1;
  state: State;
  counters: Counters;
  calls: Call[];
  faults: SetFault[];
  /** Requests held up by `effect-later`. */
  heldUp: { readonly dueAtMs: number; readonly request: SimulatedRequest }[];
  /** Of identifiers and calls. */
  sequence: number;
}
export interface EngineOptions {
  /** Makes identifiers differ between simulators. */
  readonly seed: string;
  /** The newest this many calls are kept. */
  readonly callsMax: number;
  readonly onEvent: (event: SimulatorEvent) => void;
  readonly onCall?: (call: Call) => void;
}

export interface Machine<State> {
  readonly vendor: Vendor<State>;
  readonly snapshot: Snapshot<State>;
  readonly options: EngineOptions;
}
/** One call on its way through the stages. */
interface Passage {
  readonly request: SimulatedRequest;
  readonly operation: string;
  readonly kind: 'effect' | 'read' | undefined;
  readonly nowMs: number;
  readonly struck: string[];
}

export function tell<State>(machine: Machine<State>, events: readonly SimulatorEvent[], token?: string): void {
  for (const event of events) {
    countEvent(machine.snapshot.counters, event, token);
    machine.options.onEvent(event);
  }
}

export function context<State, T extends object>(machine: Machine<State>, given: T): T & { newId: () => string } {
  return { ...given, newId: () => uuidFrom(machine.options.seed, (machine.snapshot.sequence += 1)) };
}

/** Held-up requests and the vendor's own progress, in the order of their times. */
export function advance<State>(machine: Machine<State>, nowMs: number): void {
  const { heldUp, state } = machine.snapshot;
  for (;;) {
    const next = heldUp.filter((held) => held.dueAtMs <= nowMs).sort((a, b) => a.dueAtMs - b.dueAtMs)[0];
    if (!next) break;
    heldUp.splice(heldUp.indexOf(next), 1);
    tell(machine, machine.vendor.advance(state, next.dueAtMs));
    process(machine, { ...passage(machine, next.request, next.dueAtMs), struck: ['effect-later (arrived)'] });
  }
  tell(machine, machine.vendor.advance(state, nowMs));
}

function passage<State>(machine: Machine<State>, request: SimulatedRequest, nowMs: number): Passage {
  const operation = machine.vendor.identify(request);
  return { request, operation, kind: machine.vendor.operations[operation], nowMs, struck: [] };
}

export function receive<State>(machine: Machine<State>, request: SimulatedRequest, nowMs: number): Outcome {
  const call = passage(machine, request, nowMs);
  const before = strike(machine, call, 'before');
  if (before) return instead(machine, call, before);
  const world = strike(machine, call, 'world');
  if (world) {
    const about = context(machine, { operation: call.operation, nowMs, effects: {} });
    tell(machine, machine.vendor.failOverByItself(machine.snapshot.state, { request }, about));
  }
  return process(machine, call);
}

/** The first fault of a stage that the call meets, used up. */
function strike<State>(machine: Machine<State>, call: Passage, stage: FaultRow['stage']): SetFault | undefined {
  const [fault] = meets(machine.snapshot.faults, stage, call.operation, call.kind);
  if (!fault) return undefined;
  spend(machine.snapshot.faults, fault);
  call.struck.push(fault.fault);
  return fault;
}

/** A fault that strikes before the request is handled. */
function instead<State>(machine: Machine<State>, call: Passage, fault: SetFault): Outcome {
  const outcome = insteadOf(machine, call, fault);
  log(machine, call, outcome, { outcome: 'not-handled', ids: {} });
  return outcome;
}

function insteadOf<State>(machine: Machine<State>, call: Passage, fault: SetFault): Outcome {
  const { params } = fault;
  const status = Number(params['status']);
  const formed = (name: Parameters<Vendor<State>['form']>[0]): Outcome => ({
    kind: 'respond',
    response: form(machine, call, name, params),
  });
  switch (fault.fault) {
    case 'drop-before':
      return { kind: 'drop' };
    case 'hang-before':
      return { kind: 'hang' };
    case 'html-502-before':
      return { kind: 'respond', response: htmlAnswer(status) };
    case 'xml-error':
      return { kind: 'respond', response: xmlAnswer(status) };
    case '5xx-before':
      return formed('server-error');
    case 'effect-later':
      machine.snapshot.heldUp.push({ dueAtMs: call.nowMs + Number(params['delayMs']), request: call.request });
      return params['client'] === 'drop' ? { kind: 'drop' } : { kind: 'hang' };
    case 'busy':
    case 'throttling':
    case 'expired-credentials':
      return formed(fault.fault);
    default:
      throw new Error(`not a fault before handling: ${fault.fault}`);
  }
}

function form<State>(
  machine: Machine<State>,
  call: Passage,
  name: Parameters<Vendor<State>['form']>[0],
  params: FaultParams,
): SimulatedResponse {
  const about = context(machine, { request: call.request, operation: call.operation, nowMs: call.nowMs });
  return bent(machine, call, machine.vendor.form(name, params, about));
}

function process<State>(machine: Machine<State>, call: Passage): Outcome {
  const handled = runVendor(machine, call);
  const response = bent(machine, call, handled.response);
  const fault = strike(machine, call, 'answer');
  const serverError = (): SimulatedResponse => form(machine, call, 'server-error', fault?.params ?? {});
  const outcome: Outcome = fault ? losingAnswer(fault, response, serverError) : { kind: 'respond', response };
  log(machine, call, outcome, handled);
  return outcome;
}

function runVendor<State>(machine: Machine<State>, call: Passage): Handled {
  const met = meets(machine.snapshot.faults, 'effect', call.operation, call.kind);
  const effects: Effects = Object.fromEntries(met.map((fault) => [fault.fault, fault.params]));
  const about: Context = context(machine, { request: call.request, operation: call.operation, nowMs: call.nowMs, effects });
  const handled = machine.vendor.handle(machine.snapshot.state, about);
  if (handled.outcome === 'accepted') {
    for (const fault of met) spend(machine.snapshot.faults, fault);
    call.struck.push(...met.map((fault) => fault.fault));
  }
  tell(machine, handled.events, handled.token);
  return handled;
}

/** A fault of stage `reply` is used up only by an answer that has something to bend. */
function bent<State>(machine: Machine<State>, call: Passage, response: SimulatedResponse): SimulatedResponse {
  const [fault] = meets(machine.snapshot.faults, 'reply', call.operation, call.kind);
  const other = fault && machine.vendor.bend(fault.fault, fault.params, response, call.operation);
  if (!fault || !other) return response;
  spend(machine.snapshot.faults, fault);
  call.struck.push(fault.fault);
  return other;
}

type Noted = Pick<Handled, 'ids'> & Partial<Omit<Handled, 'outcome'>> & { readonly outcome: Call['outcome'] };

function log<State>(machine: Machine<State>, passed: Passage, outcome: Outcome, noted: Noted): void {
  const { snapshot, options } = machine;
  const { token, signatureOk, code, requestId } = noted;
  const call: Call = {
    sequence: (snapshot.sequence += 1),
    atMs: passed.nowMs,
    operation: passed.operation,
    endpoint: passed.request.endpoint ?? '',
    ids: noted.ids,
    outcome: noted.outcome,
    faults: passed.struck,
    saw: seenAs(outcome),
    ...(token === undefined ? {} : { token }),
    ...(signatureOk === undefined ? {} : { signatureOk }),
    ...(noted.response === undefined ? {} : { status: noted.response.status }),
    ...(code === undefined ? {} : { code }),
    ...(requestId === undefined ? {} : { requestId }),
  };
  countCall(snapshot.counters, call);
  options.onCall?.(call);
  snapshot.calls.push(call);
  if (snapshot.calls.length > options.callsMax) snapshot.calls.shift();
}
