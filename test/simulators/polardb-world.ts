import type { Engine } from '../../local/simulators/engine.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import type { PolardbCluster, PolardbState } from '../../local/simulators/polardb/model.ts';
import { createPolardbEngine } from '../../local/simulators/polardb/simulator.ts';
import type { PolardbWorld } from '../../local/simulators/polardb/simulator.ts';
import { parsed, polardbRequest } from './clients.ts';
import type { PolardbCall } from './clients.ts';

export const NOW_MS = Date.UTC(2026, 10, 21, 12);
export const f = FLEET.polardb;
export const [firstReader, secondReader] = f.mysqlReaderIds;

export type Json = Record<string, unknown>;
export interface Got {
  readonly status: number;
  readonly json: Json;
  readonly text: string;
}
export type Ask = (action: string, parameters?: Record<string, string>, nowMs?: number, more?: Partial<PolardbCall>) => Got;

export function world(options: PolardbWorld = {}, edit?: (state: PolardbState) => void): { engine: Engine<PolardbState>; ask: Ask } {
  const engine = createPolardbEngine(options);
  if (edit) engine.change(edit);
  const ask: Ask = (action, parameters = {}, nowMs = NOW_MS, more = {}) => {
    const outcome = engine.handle(polardbRequest({ action, parameters, nowMs, ...more }), nowMs);
    if (outcome.kind !== 'respond') throw new Error(`no answer: ${outcome.kind}`);
    return { status: outcome.response.status, json: parsed(outcome.response.body), text: outcome.response.body };
  };
  return { engine, ask };
}
export const codeOf = (got: Got): string => `${got.status} ${String(got.json['Code'])}`;
export const clusterIn = (state: PolardbState, id: string = f.mysqlClusterId): PolardbCluster => state.clusters[id] as PolardbCluster;
export const mysql = { DBClusterId: f.mysqlClusterId };
export const postgres = { DBClusterId: f.postgresClusterId };
export const rolesOf = (got: Got): Record<string, unknown> =>
  Object.fromEntries((got.json['DBNodes'] as Json[]).map((node) => [String(node['DBNodeId']), node['DBNodeRole']]));
