import type { SimulatedResponse } from '../exchange.ts';
import type { FaultName, FaultParams } from '../faults.ts';

type Json = Record<string, unknown>;

/** Bends an answer as the faults of stage `reply` say; `undefined`: this answer has nothing to bend. */
export function bend(fault: FaultName, params: FaultParams, response: SimulatedResponse): SimulatedResponse | undefined {
  if (response.body === '') return undefined;
  const body = JSON.parse(response.body) as Json;
  const other = bentBody(fault, params, body);
  return other && { ...response, body: JSON.stringify(other) };
}

function bentBody(fault: FaultName, params: FaultParams, body: Json): Json | undefined {
  if (fault === 'errCode-spelling') return 'error_code' in body ? respelled(body, String(params['spelling'])) : undefined;
  if ('error_code' in body) return undefined;
  const key = fault === 'wrong-role' ? 'disaster_role' : 'status';
  const swap = (value: unknown): unknown => (fault === 'wrong-role' ? otherRole(value) : params['status']);
  const copy = structuredClone(body);
  return replaceDeep(copy, key, swap) ? copy : undefined;
}

function otherRole(value: unknown): string {
  return value === 'master' ? 'disaster' : 'master';
}

/** §1.8: other clients of this very API read `errCode`, or a nested `error`. */
function respelled(body: Json, spelling: string): Json {
  const { error_code: code, error_msg: message, ...rest } = body;
  return spelling === 'error' ? { ...rest, error: { code, message } } : { ...rest, errCode: code, errMsg: message };
}

function replaceDeep(value: unknown, key: string, swap: (value: unknown) => unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const object = value as Json;
  let found = false;
  for (const [name, inner] of Object.entries(object)) {
    if (name === key) [object[name], found] = [swap(inner), true];
    else found = replaceDeep(inner, key, swap) || found;
  }
  return found;
}
