import type { ErrorAnswer } from '../choices.ts';
import type { SimulatorEvent } from '../event.ts';
import type { SimulatedResponse } from '../exchange.ts';
import { Refusal } from '../refusal.ts';
import type { Context, Handled } from '../vendor.ts';
import { readRpc } from './parameters.ts';
import { toXml } from './xml.ts';

export type Json = Readonly<Record<string, unknown>>;

export function requestIdFrom(context: { readonly newId: () => string }): string {
  return context.newId().toUpperCase();
}

function render(context: Pick<Context, 'request'>, status: number, given: { root: string; body: Json }): SimulatedResponse {
  const { json } = readRpc(context.request);
  const type = json ? 'application/json;charset=utf-8' : 'text/xml;charset=utf-8';
  return { status, headers: { 'content-type': type }, body: json ? JSON.stringify(given.body) : toXml(given.root, given.body) };
}

/** §2.7. */
export function errorResponse(context: Pick<Context, 'request'>, error: ErrorAnswer, requestId: string, host: string): SimulatedResponse {
  const recommend = `https://api.example.com/troubleshoot?q=${encodeURIComponent(error.code)}`;
  const body = { RequestId: requestId, HostId: host, Code: error.code, Message: error.message, Recommend: recommend };
  return render(context, error.status, { root: 'Error', body });
}

export function answered(context: Context, body: Json, ids: Record<string, string>): Handled {
  const requestId = requestIdFrom(context);
  const response = render(context, 200, { root: `${context.operation}Response`, body: { ...body, RequestId: requestId } });
  return { response, ids, signatureOk: true, outcome: 'answered', requestId, events: [] };
}

export interface Acceptance {
  readonly ids: Record<string, string>;
  readonly requestId: string;
  readonly token?: string;
  readonly events: SimulatorEvent[];
  readonly outcome: 'accepted' | 'replayed';
}

/** Both operations that change something answer with nothing but RequestId (§2.2, §2.5). */
export function accepted(context: Context, acceptance: Acceptance): Handled {
  const response = render(context, 200, { root: `${context.operation}Response`, body: { RequestId: acceptance.requestId } });
  return { ...acceptance, response, signatureOk: true };
}

export function badParameter(code: string, name: string): Refusal {
  return new Refusal({ status: 400, code, message: `The specified parameter ${name} is not valid.` });
}
