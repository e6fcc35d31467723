import type { LogEntry } from './cloud-events.ts';
import type { Embedded } from './embedded.ts';
import { FLEET } from './simulators/fleet.ts';
import { createDynamoTable } from '../lib/platform/dynamodb-table.ts';
import { createRecordStore } from '../lib/store/record-store.ts';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TerminalFailover } from '../lib/failover/failover.ts';

type Cost = Readonly<Record<'reads' | 'writes' | 'sends' | 'calls', number>>;

/** What every invocation cost, and when the providers were called: from the functions' own log. */
export interface CostBook {
  log(entry: LogEntry): void;
  /** Everything spent before a target's provider was called, by the invocations that worked for it. */
  beforeCall(targetId: string): Cost;
}

interface Work {
  readonly targets: Set<string>;
  readonly atMs: number;
  cost?: Cost;
}

export function observeCosts(): CostBook {
  const work = new Map<string, Work>();
  const calledAtMs = new Map<string, number>();
  return {
    log: ({ line, requestId, atMs }) => {
      if (typeof line !== 'object' || line === null || requestId === undefined) return;
      const fields = line as Record<string, unknown>;
      const known = work.get(requestId) ?? { targets: new Set<string>(), atMs };
      work.set(requestId, known);
      if (typeof fields['targetId'] === 'string') known.targets.add(fields['targetId']);
      if (fields['event'] === 'cost') known.cost = fields as unknown as Cost;
      if (fields['event'] === 'call' && !calledAtMs.has(String(fields['targetId']))) calledAtMs.set(String(fields['targetId']), atMs);
    },
    beforeCall: (targetId) => {
      const untilMs = calledAtMs.get(targetId) ?? 0;
      const sum = { reads: 0, writes: 0, sends: 0, calls: 0 };
      for (const { targets, atMs, cost } of work.values()) {
        if (!targets.has(targetId) || atMs > untilMs || cost === undefined) continue;
        for (const name of ['reads', 'writes', 'sends', 'calls'] as const) sum[name] += cost[name];
      }
      return sum;
    },
  };
}

export interface TargetSummary {
  readonly targetId: string;
  readonly state: string;
  readonly why: string;
  readonly rtoMs: number | undefined;
  /** By the simulator's own counter. */
  readonly promotions: number;
  readonly starts: number;
  readonly noticesDelivered: number;
  readonly costBeforeCall: Cost;
}
interface SummaryInput {
  readonly embedded: Embedded;
  readonly book: CostBook;
  readonly json: boolean;
  readonly targets: readonly string[];
  readonly startedAtMs: number;
}

/** Reads the store and the simulators, prints a summary for each target. True if all were promoted exactly once and people were told. */
export async function summarise(input: SummaryInput): Promise<boolean> {
  const { embedded, targets, json, startedAtMs } = input;
  const summaries: TargetSummary[] = [];
  for (const targetId of targets) summaries.push(await summaryOf(input, targetId));
  const ok = summaries.every((one) => one.state === 'succeeded' && one.promotions === 1 && one.noticesDelivered > 0);
  const tookMs = Date.now() - startedAtMs;
  if (json) console.log(JSON.stringify({ summary: summaries, ok, tookMs, notices: embedded.receiver.received.length }));
  else console.log(rendered(summaries, ok, tookMs));
  return ok;
}

async function summaryOf({ embedded, book }: SummaryInput, targetId: string): Promise<TargetSummary> {
  const failover = await lastFailover(embedded, targetId);
  const gaussdb = embedded.config.targets[targetId]?.provider === 'gaussdb';
  const counters = (gaussdb ? embedded.gaussdb : embedded.polardb).counters();
  const promotedId = gaussdb ? FLEET.gaussdb.instanceId : FLEET.polardb.mysqlClusterId;
  return {
    targetId,
    state: failover?.state ?? 'not ended',
    why: failover?.why ?? '',
    rtoMs: failover === undefined ? undefined : failover.endedAtMs - failover.beganAtMs,
    promotions: counters.promotions[promotedId] ?? 0,
    starts: failover?.starts ?? 0,
    noticesDelivered: embedded.receiver.received.filter(({ title }) => title.startsWith(`${targetId}: promoted`)).length,
    costBeforeCall: book.beforeCall(targetId),
  };
}

/** The newest failover of a target that has ended, whichever start of this machine ended it. */
export async function lastFailover({ cloud }: Embedded, targetId: string): Promise<TerminalFailover | undefined> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: cloud.dynamodbEndpoint, region: cloud.region, credentials });
  const [newest] = await createRecordStore(createDynamoTable(client, cloud.tableName)).failovers(targetId, 1);
  client.destroy();
  return newest;
}

function rendered(summaries: readonly TargetSummary[], ok: boolean, tookMs: number): string {
  const blocks = summaries.map((one) => {
    const { reads, writes, sends, calls } = one.costBeforeCall;
    return [
      `${one.targetId}: ${one.state}${one.why === '' ? '' : ` (${one.why})`}`,
      `  RTO measured         ${one.rtoMs === undefined ? '-' : `${(one.rtoMs / 1_000).toFixed(1)} s from the first signal to the verified new primary`}`,
      `  promotions           ${one.promotions}, by the provider's own count (sent ${one.starts} times)`,
      `  people told          ${one.noticesDelivered} notices of the promotion delivered`,
      `  alert → call         ${reads} store reads, ${writes} store writes, ${sends} queue sends, ${calls} HTTP calls`,
    ].join('\n');
  });
  const end = ok ? 'Both databases were promoted exactly once, and people were told.' : 'NOT as it should be: see above.';
  return `\n${blocks.join('\n\n')}\n\n${end} (${(tookMs / 1_000).toFixed(1)} s)`;
}
