import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { PROVIDERS } from './failover/providers.ts';
import type { Provider } from './failover/provider.ts';
import { channelKindOf } from './notify/channels.ts';
import type { Channel } from './notify/channel.ts';
import { createAwsJson } from './platform/aws-json.ts';
import { createDynamoTable } from './platform/dynamodb-table.ts';
import { readEnvironment, type Environment } from './platform/environment.ts';
import { createHttp } from './platform/https.ts';
import { countedHttp, countedQueue, countedTable, newLedger, type Ledger } from './platform/ledger.ts';
import { hurriedClock, hurriedHttp, hurriedQueue, skewOf } from './platform/hurry.ts';
import { createParameterSecrets } from './platform/parameter-secrets.ts';
import { createProbe } from './platform/probe.ts';
import { createSqsQueue } from './platform/sqs-queue.ts';
import { createLog, systemClock, systemEntropy } from './platform/system.ts';
import type { Clock, Http, Queue, Table } from './ports.ts';
import type { Services } from './services.ts';
import { createArchiveStore } from './store/archive-store.ts';
import { createBrakeStore } from './store/brake-store.ts';
import { createMarkStore } from './store/mark-store.ts';
import { createReadinessStore } from './store/readiness-store.ts';
import { createRecordStore } from './store/record-store.ts';
import { createTargetStore } from './store/target-store.ts';
import { assertTiming, TIMING } from './timing.ts';

/** Everything real, built once for each execution environment. The only file that knows which adapter stands behind which port. */
export interface Wired {
  readonly services: Services;
  /** For what a single function needs beside the services. */
  readonly ports: { readonly http: Http; readonly table: Table };
  readonly ledger: Ledger;
}

/** One attempt by the SDK is not enough for a store that throttles; the provider's calls never go through it. */
const AWS_ATTEMPTS_MAX = 4;

export function wire(environment: Environment = readEnvironment()): Wired {
  const ledger = newLedger();
  const table = countedTable(createDynamoTable(new DynamoDBClient({ maxAttempts: AWS_ATTEMPTS_MAX }), environment.tableName), ledger);
  const queue = countedQueue(createSqsQueue(new SQSClient({ maxAttempts: AWS_ATTEMPTS_MAX }), environment.queues), ledger);
  const http = countedHttp(createHttp(), ledger);
  const adapters = hurried({ environment, table, queue, http, clock: systemClock });
  return { services: assemble(adapters), ports: adapters, ledger };
}

function hurried(adapters: Adapters): Adapters {
  const { hurry } = adapters.environment;
  if (hurry === undefined) return adapters;
  const { queue, http, clock } = adapters;
  return {
    ...adapters,
    queue: hurriedQueue(queue, hurry),
    http: hurriedHttp(http, hurry),
    clock: skewed(hurriedClock(clock, hurry), skewOf(hurry, systemEntropy)),
  };
}

function skewed(clock: Clock, byMs: number): Clock {
  return { nowMs: () => clock.nowMs() + byMs };
}

interface Adapters {
  readonly environment: Environment;
  readonly table: Table;
  readonly queue: Queue;
  readonly http: Http;
  readonly clock: Clock;
}

function assemble({ environment, table, queue, http, clock }: Adapters): Services {
  const entropy = systemEntropy;
  const secrets = createParameterSecrets(createAwsJson({ http: createHttp(), clock: systemClock }), systemClock);
  const providers = new Map<string, Provider>();
  const channels = new Map<string, Channel | undefined>();
  return {
    config: environment.config,
    timing: assertTiming({ ...TIMING, ...environment.timing }),
    clock,
    entropy,
    log: createLog(systemClock),
    queue,
    secrets,
    http,
    probe: createProbe(clock),
    targets: createTargetStore(table),
    brake: createBrakeStore(table),
    records: createRecordStore(table),
    archive: createArchiveStore(table),
    readiness: createReadinessStore(table),
    marks: createMarkStore(table),
    provider: (name) => remembered(providers, name, () => PROVIDERS[name]({ http, secrets, clock, entropy })),
    channel: (kind) => remembered(channels, kind, () => channelKindOf(kind)?.create({ http, secrets, clock })),
  };
}

function remembered<T>(known: Map<string, T>, name: string, make: () => T): T {
  const made = known.get(name) ?? make();
  known.set(name, made);
  return made;
}
