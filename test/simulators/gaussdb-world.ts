import type { Engine } from '../../local/simulators/engine.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import type { GaussdbInstance, GaussdbRelation, GaussdbState } from '../../local/simulators/gaussdb/model.ts';
import { createGaussdbEngine } from '../../local/simulators/gaussdb/simulator.ts';
import type { GaussdbWorld } from '../../local/simulators/gaussdb/simulator.ts';
import { drPath, gaussdbRequest, parsed } from './clients.ts';
import type { GaussdbCall } from './clients.ts';

export const NOW_MS = Date.UTC(2026, 10, 21, 12);
export const { instanceId, projectId, primaryInstanceId, primaryProjectId, relationId } = FLEET.gaussdb;
export const STREAM = { disaster_type: 'stream' };

export interface Got {
  readonly status: number;
  readonly json: Record<string, unknown>;
  readonly headers: Readonly<Record<string, string>>;
}
export type Ask = (call: Partial<GaussdbCall> & { path: string }, nowMs?: number) => Got;

export function world(options: GaussdbWorld = {}, edit?: (state: GaussdbState) => void): { engine: Engine<GaussdbState>; ask: Ask } {
  const engine = createGaussdbEngine(options);
  if (edit) engine.change(edit);
  const ask: Ask = (call, nowMs = NOW_MS) => {
    const outcome = engine.handle(gaussdbRequest({ nowMs, ...call }), nowMs);
    if (outcome.kind !== 'respond') throw new Error(`no answer: ${outcome.kind}`);
    return { status: outcome.response.status, json: parsed(outcome.response.body), headers: outcome.response.headers };
  };
  return { engine, ask };
}
export const failover = { path: drPath('failover'), body: STREAM };
export const codeOf = (got: Got): string => `${got.status} ${String(got.json['error_code'])}`;
export const standby = (state: GaussdbState): GaussdbInstance => state.instances[instanceId] as GaussdbInstance;
export const relation = (state: GaussdbState): GaussdbRelation => state.relations[0] as GaussdbRelation;

export const monitorPath = `${drPath('monitor')}?disaster_type=stream`;
export const relationsPath = `/v3.5/${projectId}/disaster-recovery/relations`;
export const recordsPath = (entity: string = relationId): string =>
  `/v3/${projectId}/instances/${instanceId}/disaster-recovery/records?entity_id=${entity}&entity_type=dr`;
export const jobPath = (id: unknown): string => `/v3/${projectId}/jobs?id=${String(id)}`;
export const firstRelation = (got: Got): Record<string, unknown> => (got.json['relations'] as Record<string, unknown>[])[0] ?? {};
