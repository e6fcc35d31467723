import type { Config, ConfiguredSource, SourceAuth } from '../../lib/config/config.ts';
import { SecretUnavailableError, type Http, type Item, type Key, type Secrets, type WriteResult } from '../../lib/ports.ts';
import { createRecordStore, type RecordStore } from '../../lib/store/record-store.ts';
import { createDoor, DOOR_LIMITS, type DoorLimits } from '../../lib/webhook/door.ts';
import type { WebhookAnswer, WebhookRequest } from '../../lib/webhook/request.ts';
import { receiveWebhook, type WebhookServices } from '../../lib/webhook/step.ts';
import { exampleConfig } from '../scenarios/story.ts';
import { MemoryTable } from '../simulate/memory-table.ts';

/** Certificates are made for each run, so it is now: a minute later than the start, in whole seconds. */
export const NOW_MS = Math.floor(Date.now() / 1_000) * 1_000 + 60_000;
export const SECRET = 'a-secret-that-nobody-guesses';

export function secretsOf(values: Readonly<Record<string, readonly [string, ...string[]]>>): Secrets {
  return {
    values: async (reference) => {
      const found = values[reference];
      if (found === undefined) throw new SecretUnavailableError(`${reference}: ParameterNotFound`);
      return found;
    },
  };
}

export const noHttp: Http = { request: () => Promise.reject(new Error('nothing may be fetched here')) };

export function requestWith(change: Partial<WebhookRequest> & { readonly text?: string }): WebhookRequest {
  const { text = '{}', ...rest } = change;
  const headers = Object.assign(Object.create(null), { 'content-type': 'application/json', ...rest.headers }) as Record<string, string>;
  return {
    method: 'POST',
    source: 'hook',
    pathSecret: undefined,
    rawBody: Buffer.from(text),
    address: '192.0.2.7',
    ...rest,
    headers,
  };
}

export interface WayIn {
  readonly services: WebhookServices;
  readonly records: RecordStore;
  readonly sent: { readonly queue: string; readonly body: string }[];
  readonly logged: { readonly event: string; readonly fields: Readonly<Record<string, unknown>> }[];
  readonly table: MemoryTable & { down: boolean };
  nowMs: number;
  receive(request: WebhookRequest): Promise<WebhookAnswer>;
}

/** A table that can be down. */
class MoodyTable extends MemoryTable {
  down = false;
  override get(key: Key): Promise<Item | undefined> {
    return this.down ? Promise.reject(new Error('the table is down')) : super.get(key);
  }
  override update(...args: Parameters<MemoryTable['update']>): Promise<WriteResult> {
    return this.down ? Promise.reject(new Error('the table is down')) : super.update(...args);
  }
}

export interface WayInOptions {
  readonly auth?: readonly SourceAuth[];
  readonly source?: Partial<ConfiguredSource>;
  readonly secrets?: Secrets;
  readonly http?: Http;
  readonly limits?: DoorLimits;
}

/** The real step over ports in memory, with one source called `hook`. */
export function wayIn({ auth = [], source = {}, secrets, http = noHttp, limits = DOOR_LIMITS }: WayInOptions = {}): WayIn {
  const table = new MoodyTable();
  const example = exampleConfig();
  const hook: ConfiguredSource = { kind: 'alertmanager', auth, ...source };
  const config: Config = { ...example, sources: { ...example.sources, hook } };
  const sent: WayIn['sent'] = [];
  const logged: WayIn['logged'] = [];
  const records = createRecordStore(table);
  const services: WebhookServices = {
    config,
    secrets: secrets ?? secretsOf({ 'ssm:/s': [SECRET] }),
    clock: { nowMs: () => self.nowMs },
    log: { event: (event, fields = {}) => void logged.push({ event, fields }) },
    queue: {
      send: async (queue, body) => void sent.push({ queue, body }),
      deadLetter: () => Promise.reject(new Error('the webhook lays nothing in a dead-letter queue')),
      comeAgain: () => Promise.reject(new Error('the webhook receives nothing from a queue')),
    },
    records,
    door: createDoor({ http, table }, limits),
  };
  const self: WayIn = { services, records, sent, logged, table, nowMs: NOW_MS, receive: (request) => receiveWebhook(services, request) };
  return self;
}
