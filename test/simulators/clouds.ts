import type { Outcome } from '../../local/simulators/exchange.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { createGaussdbEngine } from '../../local/simulators/gaussdb/simulator.ts';
import { createPolardbEngine } from '../../local/simulators/polardb/simulator.ts';
import { drPath, gaussdbRequest, parsed, polardbRequest } from './clients.ts';

export const NOW_MS = Date.UTC(2026, 10, 21, 12);
export const { instanceId, projectId, relationId } = FLEET.gaussdb;
export const { mysqlClusterId, mysqlWriterId, gdnId, gdnStandbyClusterId } = FLEET.polardb;

export type Json = Record<string, unknown>;
export interface Cloud {
  readonly engine: Pick<ReturnType<typeof createGaussdbEngine>, 'faults' | 'counters' | 'calls' | 'advance' | 'nextWakeMs' | 'setOutage'>;
  readonly effect: (nowMs?: number) => Outcome;
  readonly read: (nowMs?: number) => Outcome;
  readonly operation: string;
  readonly reading: string;
  readonly promoted: string;
  /** The node or instance that is to take over. */
  readonly heir: string;
}
export const CLOUDS: Readonly<Record<string, () => Cloud>> = {
  gaussdb: () => {
    const engine = createGaussdbEngine();
    const ask = (path: string, body: unknown, nowMs: number): Outcome =>
      engine.handle(gaussdbRequest({ path, nowMs, ...(body === undefined ? {} : { body }) }), nowMs);
    return {
      engine,
      effect: (nowMs = NOW_MS) => ask(drPath('failover'), { disaster_type: 'stream', is_support_restore: true }, nowMs),
      read: (nowMs = NOW_MS) => ask(`${drPath('monitor')}?disaster_type=stream`, undefined, nowMs),
      operation: 'failover',
      reading: 'monitor',
      promoted: instanceId,
      heir: instanceId,
    };
  },
  polardb: () => {
    const engine = createPolardbEngine();
    const ask = (action: string, nowMs: number): Outcome =>
      engine.handle(polardbRequest({ action, parameters: { DBClusterId: mysqlClusterId }, nowMs }), nowMs);
    return {
      engine,
      effect: (nowMs = NOW_MS) => ask('FailoverDBCluster', nowMs),
      read: (nowMs = NOW_MS) => ask('DescribeDBClusterAttribute', nowMs),
      operation: 'FailoverDBCluster',
      reading: 'DescribeDBClusterAttribute',
      promoted: mysqlClusterId,
      heir: FLEET.polardb.mysqlReaderIds[0],
    };
  },
  'polardb network': () => {
    const engine = createPolardbEngine();
    const ask = (action: string, parameters: Record<string, string>, nowMs: number): Outcome =>
      engine.handle(polardbRequest({ action, parameters, nowMs }), nowMs);
    return {
      engine,
      effect: (nowMs = NOW_MS) => ask('SwitchOverGlobalDatabaseNetwork', { GDNId: gdnId, DBClusterId: gdnStandbyClusterId }, nowMs),
      read: (nowMs = NOW_MS) => ask('DescribeGlobalDatabaseNetwork', { GDNId: gdnId }, nowMs),
      operation: 'SwitchOverGlobalDatabaseNetwork',
      reading: 'DescribeGlobalDatabaseNetwork',
      promoted: gdnId,
      heir: gdnStandbyClusterId,
    };
  },
};

export const responseOf = (outcome: Outcome): { status: number; body: string; headers: Readonly<Record<string, string>> } =>
  'response' in outcome ? outcome.response : { status: 0, body: outcome.kind, headers: {} };
export const seen = (outcome: Outcome): string => ('response' in outcome ? `${outcome.kind} ${outcome.response.status}` : outcome.kind);
export const codeOf = (outcome: Outcome): unknown => {
  const json = parsed(responseOf(outcome).body);
  return json['error_code'] ?? json['Code'];
};
