import type { PolardbSettings } from '../../lib/config/config.ts';
import type { PolardbWorld } from '../../local/simulators/polardb/simulator.ts';
import { createPolardbProvider, POLARDB_ERRORS } from '../../lib/failover/providers/polardb.ts';

import { createHttp } from '../../lib/platform/https.ts';
import { CLUSTER_SCENE, polardbMatrix, type PolardbUnderTest, type Scene } from './polardb-matrix.ts';
import {
  actionOf,
  attributeReply,
  CLUSTER,
  clustersReply,
  documentedErrors,
  haLogReply,
  no,
  NODES,
  polardbTarget,
  READER_1,
  SECRET,
  WRITER,
  yes,
} from './polardb-wire.ts';
import type { ProviderContract } from './provider-contract.ts';

export interface PolardbVariant {
  /** Turns what the vendor's pages leave open. */
  readonly world?: PolardbWorld;
  readonly settings?: Partial<PolardbSettings>;
  readonly scene?: Scene;
}

/** PolarDB as the contract suite and the generated docs take it. */
export function polardbContract({
  world = {},
  settings = {},
  scene = CLUSTER_SCENE,
}: PolardbVariant = {}): ProviderContract<PolardbUnderTest> {
  return {
    name: 'polardb',
    create: createPolardbProvider,
    target: (endpoint) => polardbTarget(endpoint, settings),
    secret: { value: `${SECRET.id}:${SECRET.key}:${SECRET.token}`, parts: Object.values(SECRET) },
    plan: (operation) => ({
      operation,
      parameters: { DBClusterId: CLUSTER, TargetDBNodeId: READER_1, RollBackForDisaster: false, TargetZoneType: 'Primary' },
      writerBefore: WRITER,
      promotes: READER_1,
      baseline: { lastSwitchAtMs: '0' },
    }),
    errors: documentedErrors(POLARDB_ERRORS),
    errorAnswer: no,
    acceptedAnswer: () => yes(),
    unreadableSuccess: 'unknown',
    foreignStatus(request, word) {
      // The planned node leads: nothing but the words stands between this and a success.
      const nodes = NODES.map((node) => ({ ...node, role: node.id === READER_1 ? 'Writer' : 'Reader', status: word }));
      if (actionOf(request) === 'DescribeDBClusters') return yes(clustersReply(nodes));
      if (actionOf(request) === 'DescribeHALogs') return yes(haLogReply([{ startMs: START_MS, finishMs: START_MS, cause: word }]));
      return yes(attributeReply(nodes, { DBClusterStatus: word, LockMode: word, Category: word }));
    },
    matrix: polardbMatrix(scene, world),
    http: createHttp(),
  };
}

const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
