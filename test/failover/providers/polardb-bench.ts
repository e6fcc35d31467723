import type { PolardbSettings } from '../../../lib/config/config.ts';
import type { Observation, Operation, Plan } from '../../../lib/failover/provider.ts';
import { createPolardbProvider } from '../../../lib/failover/providers/polardb.ts';
import type { HttpRequest, HttpResponse } from '../../../lib/ports.ts';
import { createTestClock, type TestClock } from '../../contract/drive.ts';
import {
  actionOf,
  attributeReply,
  clustersReply,
  haLogReply,
  no,
  NODES,
  polardbTarget,
  SECRET,
  yes,
  type NodeReply,
} from '../../contract/polardb-wire.ts';

export const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
export const MINUTE_MS = 60_000;

export interface World {
  attribute: HttpResponse;
  clusters: HttpResponse;
  haLog: HttpResponse;
}

/** A provider on a wire that answers the three reads; the vendor's shapes are the only thing that is made up here. */
export function bench(given: Partial<World> = {}, settings: Partial<PolardbSettings> = {}) {
  const world: World = { attribute: yes(attributeReply()), clusters: yes(clustersReply()), haLog: yes(haLogReply()), ...given };
  const requests: HttpRequest[] = [];
  const clock: TestClock = createTestClock(START_MS);
  const answers: Readonly<Record<string, () => HttpResponse>> = {
    DescribeDBClusterAttribute: () => world.attribute,
    DescribeDBClusters: () => world.clusters,
    DescribeHALogs: () => world.haLog,
    FailoverDBCluster: () => yes(),
  };
  const http = {
    async request(request: HttpRequest): Promise<HttpResponse> {
      requests.push(request);
      return answers[actionOf(request)]?.() ?? no({ status: 404, code: 'InvalidApi.NotFound' });
    },
  };
  let ids = 0;
  const provider = createPolardbProvider({
    http,
    clock,
    entropy: { id: () => String(++ids).padStart(32, '0') },
    secrets: { values: async () => [`${SECRET.id}:${SECRET.key}`] },
  });
  const target = polardbTarget('https://polardb.aliyuncs.com', settings);
  const observe = async (): Promise<Observation> => await provider.observe(target, clock.nowMs() + 5000);
  const plan = async (operation: Operation = 'failover') => provider.plan(target, operation, await observe());
  const checks = async (operation: Operation = 'failover', limits = { maxLagMs: 0, dataLossConsented: false }) => {
    const seen = await observe();
    const made = provider.plan(target, operation, seen);
    if ('impossible' in made) throw new Error(made.impossible);
    return provider.preflight(target, made, seen, limits);
  };
  const sent = (made: Plan, sentAtMs = START_MS) => ({
    target,
    plan: made,
    token: 'fo-1',
    deadlineMs: clock.nowMs() + 5000,
    sentAtMs,
    handle: { sentAtMs },
  });
  return { provider, target, world, clock, requests, observe, plan, checks, sent };
}

export function nodes(...changes: readonly Partial<NodeReply>[]): readonly NodeReply[] {
  return NODES.map((node, index) => ({ ...node, ...changes[index] }));
}

export function reads(list: readonly NodeReply[], overrides: Readonly<Record<string, unknown>> = {}): Partial<World> {
  return { attribute: yes(attributeReply(list, overrides)), clusters: yes(clustersReply(list)) };
}
