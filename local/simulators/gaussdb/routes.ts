import { partsOf } from '../exchange.ts';
import type { SimulatedRequest } from '../exchange.ts';

/** Every operation of provider contracts §1, and whether it changes something. */
export const GAUSSDB_OPERATIONS = {
  failover: 'effect',
  switchover: 'effect',
  release: 'effect',
  restore: 'effect',
  construct: 'effect',
  'simulation-start': 'effect',
  'simulation-stop': 'effect',
  'keep-log-start': 'effect',
  'keep-log-stop': 'effect',
  'reset-dr-config': 'effect',
  'delete-record': 'effect',
  relations: 'read',
  monitor: 'read',
  records: 'read',
  job: 'read',
  tasks: 'read',
  instances: 'read',
  token: 'read',
} as const satisfies Record<string, 'effect' | 'read'>;
export type GaussdbOperation = keyof typeof GAUSSDB_OPERATIONS;

export interface Route {
  readonly operation: GaussdbOperation;
  readonly projectId: string;
  /** Empty where the path has none. */
  readonly instanceId: string;
  /** `v3`, `v3.2`, `v3.5`, … */
  readonly version: string;
}

const PATHS: readonly (readonly [GaussdbOperation | 'dr', string, RegExp])[] = [
  ['dr', 'POST', /^\/(?<version>v3\.5)\/(?<project>[^/]+)\/instances\/(?<instance>[^/]+)\/disaster-recovery\/(?<action>[a-z-]+)$/],
  ['reset-dr-config', 'POST', /^\/(?<version>v3\.5)\/(?<project>[^/]+)\/instances\/(?<instance>[^/]+)\/reset-dr-config$/],
  ['delete-record', 'DELETE', /^\/(?<version>v3)\/(?<project>[^/]+)\/instances\/disaster\/record\/delete$/],
  ['relations', 'GET', /^\/(?<version>v3\.5)\/(?<project>[^/]+)\/disaster-recovery\/relations$/],
  ['monitor', 'GET', /^\/(?<version>v3\.5)\/(?<project>[^/]+)\/instances\/(?<instance>[^/]+)\/disaster-recovery\/monitor$/],
  ['records', 'GET', /^\/(?<version>v3)\/(?<project>[^/]+)\/instances\/(?<instance>[^/]+)\/disaster-recovery\/records$/],
  ['job', 'GET', /^\/(?<version>v3)\/(?<project>[^/]+)\/jobs$/],
  ['tasks', 'GET', /^\/(?<version>v3)\/(?<project>[^/]+)\/tasks$/],
  ['instances', 'GET', /^\/(?<version>v3(?:\.[123])?)\/(?<project>[^/]+)\/instances$/],
  ['token', 'POST', /^\/(?<version>v3)\/auth\/tokens$/],
];
const DR_ACTIONS: readonly GaussdbOperation[] = [
  'failover',
  'switchover',
  'release',
  'restore',
  'construct',
  'simulation-start',
  'simulation-stop',
  'keep-log-start',
  'keep-log-stop',
];

/** Method and path together, as the gateway does: anything else is no API (404 APIGW.0101). */
export function routeOf(request: SimulatedRequest): Route | undefined {
  const { path } = partsOf(request);
  for (const [name, method, pattern] of PATHS) {
    const groups = method === request.method ? pattern.exec(path)?.groups : undefined;
    if (!groups) continue;
    const operation = name === 'dr' ? DR_ACTIONS.find((action) => action === groups['action']) : name;
    if (!operation) return undefined;
    return { operation, projectId: groups['project'] ?? '', instanceId: groups['instance'] ?? '', version: groups['version'] ?? '' };
  }
  return undefined;
}
