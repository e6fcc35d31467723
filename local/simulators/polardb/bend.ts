import type { SimulatedResponse } from '../exchange.ts';
import type { FaultName, FaultParams } from '../faults.ts';

type Json = Record<string, unknown>;
const STATUS_FIELDS = ['DBClusterStatus', 'DBNodeStatus', 'GDNStatus', 'Status'];

/** Bends an answer as the faults of stage `reply` say; `undefined`: this answer has nothing to bend. */
export function bend(fault: FaultName, params: FaultParams, response: SimulatedResponse): SimulatedResponse | undefined {
  if (response.status !== 200 || !response.body.startsWith('{')) return undefined;
  const body = JSON.parse(response.body) as Json;
  const found = fault === 'wrong-role' ? swapRoles(body) : replaceStatus(body, params['status']);
  return found ? { ...response, body: JSON.stringify(body) } : undefined;
}

function objectsIn(value: unknown): Json[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Json, ...Object.values(value).flatMap((inner) => objectsIn(inner))];
}

function replaceStatus(body: Json, status: unknown): boolean {
  let found = false;
  for (const object of objectsIn(body)) {
    for (const name of STATUS_FIELDS.filter((field) => field in object)) [object[name], found] = [status, true];
  }
  return found;
}

/** The Writer and the first Reader of a list change places, and so do the primary and the first standby. */
function swapRoles(body: Json): boolean {
  const lists = objectsIn(body).filter((one) => Array.isArray(one)) as unknown as Json[][];
  const swapped = lists.map((list) => swapIn(list, 'DBNodeRole', ['Writer', 'Reader']) || swapIn(list, 'Role', ['primary', 'standby']));
  return swapped.includes(true);
}

function swapIn(list: readonly Json[], field: string, roles: readonly [string, string]): boolean {
  const [first, second] = roles.map((role) => list.find((one) => one[field] === role));
  if (!first || !second) return false;
  [first[field], second[field]] = [second[field], first[field]];
  return true;
}
