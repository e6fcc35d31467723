import type { ErrorAnswer } from '../choices.ts';
import type { SimulatorEvent } from '../event.ts';
import type { SimulatedResponse } from '../exchange.ts';
import { Refusal } from '../refusal.ts';
import type { Context, Handled } from '../vendor.ts';

const JSON_TYPE = 'application/json;charset=UTF-8';

export function jsonResponse(status: number, body: unknown, requestId: string): SimulatedResponse {
  const text = body === undefined ? '' : JSON.stringify(body);
  return { status, headers: { 'content-type': JSON_TYPE, 'x-request-id': requestId }, body: text };
}

/** Gateway errors carry request_id in the body, those of the service do not (§1.8). */
export function errorResponse(error: ErrorAnswer, requestId: string): SimulatedResponse {
  const gateway = error.code.startsWith('APIGW.') ? { request_id: requestId } : {};
  return jsonResponse(error.status, { error_code: error.code, error_msg: error.message, ...gateway }, requestId);
}

/** §1.8: parameter error. */
export function badParameter(what: string): Refusal {
  return new Refusal({ status: 400, code: 'DBS.200001', message: `Parameter error: ${what}` });
}

export function answered(body: unknown, ids: Record<string, string>, context: Context): Handled {
  const requestId = context.newId();
  return { response: jsonResponse(200, body, requestId), ids, signatureOk: true, outcome: 'answered', requestId, events: [] };
}

export function accepted(
  reply: { status: number; body: unknown },
  ids: Record<string, string>,
  context: Context,
  events: SimulatorEvent[],
): Handled {
  const requestId = context.newId();
  return { response: jsonResponse(reply.status, reply.body, requestId), ids, signatureOk: true, outcome: 'accepted', requestId, events };
}
