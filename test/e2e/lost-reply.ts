import { resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TerminalFailover } from '../../lib/failover/failover.ts';
import { createDynamoTable } from '../../lib/platform/dynamodb-table.ts';
import { createRecordStore } from '../../lib/store/record-store.ts';
import { startEmbedded, type Embedded } from '../../local/embedded.ts';
import { actingConfig, OUTAGES, PROVIDER_NAMES } from '../scenarios/outage.ts';
import { alertmanagerBody } from '../scenarios/story.ts';
import { until } from './until.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
type ProviderName = (typeof PROVIDER_NAMES)[number];

/** What came of one provider in one round. */
export interface LostReply {
  readonly provider: ProviderName;
  readonly promotions: number;
  readonly state: string;
  /** The states it went through. */
  readonly path: readonly string[];
  readonly told: boolean;
  /** In the whole round, by the time this one had ended. */
  readonly workersKilled: number;
}

const OPERATIONS: Record<ProviderName, string> = {
  gaussdb: 'failover',
  polardb: 'FailoverDBCluster',
  'polardb-gdn': 'SwitchOverGlobalDatabaseNetwork',
};
const MINUTE_MS = 60_000;

/**
 * The headline: each provider accepts the call, its reply never comes, and the worker is killed with SIGKILL while it waits. Everything is
 * real: processes, queues, table, HTTP. Time runs `hurry` times faster for all of it.
 */
export async function loseReplies(hurry = 20): Promise<readonly LostReply[]> {
  let killed = 0;
  let embedded: Embedded | undefined;
  const killWorker = (): void => {
    void embedded?.cloud.killEnvironments('failover').then((count) => (killed += count));
  };
  embedded = await startEmbedded({
    root: ROOT,
    hurry,
    adjust: () => ({
      ...actingConfig('local'),
      fleet: { brake: { failovers: 9, windowMs: 3_600_000, alarmingPercent: 100, alarmingMin: 9 } },
    }),
    onSimulator: (event) => {
      if (event.kind === 'started' && event.promotion && event.by === 'request') killWorker();
    },
    onEvent: () => undefined,
  });
  const watchdog = setInterval(() => void embedded?.cloud.invoke('watchdog', {}), MINUTE_MS / hurry);
  try {
    return await round(embedded, () => killed);
  } finally {
    clearInterval(watchdog);
    await embedded.stop();
  }
}

/** All three at once: a worker that is killed may be at work for another one, too. */
async function round(embedded: Embedded, killed: () => number): Promise<readonly LostReply[]> {
  return Promise.all(PROVIDER_NAMES.map((provider) => one(embedded, provider, killed)));
}

async function one(embedded: Embedded, provider: ProviderName, killed: () => number): Promise<LostReply> {
  const simulator = provider === 'gaussdb' ? embedded.gaussdb : embedded.polardb;
  simulator.faults.set({ operation: OPERATIONS[provider], fault: 'accept-then-hang', times: 1 });
  await fire(embedded, provider);
  const { targetId } = OUTAGES[provider];
  await until(`${targetId} to end`, async () => (await ended(embedded, targetId)) !== undefined, 120_000);
  const failover = await ended(embedded, targetId);
  const told = (): boolean =>
    embedded.receiver.received.some(({ title }) => title.startsWith(`${targetId}: `) && /promoted|FAILED|refused|STUCK/.test(title));
  await until(`people to be told of ${targetId}`, told, 20_000);
  return {
    provider,
    promotions: OUTAGES[provider].promotions(embedded as never),
    state: failover?.state ?? 'none',
    path: failover?.trail.map((entry) => entry.to) ?? [],
    told: told(),
    workersKilled: killed(),
  };
}

async function fire(embedded: Embedded, provider: ProviderName): Promise<void> {
  OUTAGES[provider].kill(embedded as never);
  await Promise.all([embedded.gaussdb.tick(), embedded.polardb.tick()]);
  const startsAtMs = embedded.nowMs() - 120_000;
  const alert = { startsAtMs, instance: '', labels: OUTAGES[provider].labels, name: 'DatabaseUnreachable' };
  embedded.cloud.send(
    'alerts',
    alertmanagerBody([
      { ...alert, observer: 'eu-1' },
      { ...alert, observer: 'eu-2' },
    ]),
  );
}

/** The failover in the history: it has ended, and its target is free again. */
export async function ended({ cloud }: Embedded, targetId: string): Promise<TerminalFailover | undefined> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: cloud.dynamodbEndpoint, region: cloud.region, credentials });
  try {
    const [newest] = await createRecordStore(createDynamoTable(client, cloud.tableName)).failovers(targetId, 1);
    return newest;
  } finally {
    client.destroy();
  }
}
