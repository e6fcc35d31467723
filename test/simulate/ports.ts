import type { Engine } from '../../local/simulators/engine.ts';
import type { Outcome } from '../../local/simulators/exchange.ts';
import {
  NoAnswerError,
  NotSentError,
  SecretUnavailableError,
  StoreUnavailableError,
  type Http,
  type HttpRequest,
  type HttpResponse,
  type Probe,
  type ProbeResult,
  type Queue,
  type Secrets,
  type Table,
  type WriteResult,
} from '../../lib/ports.ts';
import type { Invocation } from './invocation.ts';
import type { MemoryQueues } from './memory-queue.ts';
import type { MemoryTable } from './memory-table.ts';

/** The ports of one invocation: every call is a gate at which it can be delayed, failed or killed. */
export function gatedTable(table: MemoryTable, invocation: Invocation, wrote: (by: Invocation) => void = () => {}): Table {
  const failure = (): Error => new StoreUnavailableError('the table did not answer: simulated');
  const write = (effect: () => Promise<WriteResult>): Promise<WriteResult> =>
    invocation.pass(
      'write',
      () => {
        wrote(invocation);
        return effect();
      },
      failure,
    );
  return {
    get: (key) => invocation.pass('read', () => table.get(key), failure),
    update: (key, change, expected) => write(() => table.update(key, change, expected)),
    delete: (key, expected) => write(() => table.delete(key, expected)),
    queryPartition: (pk, options) => invocation.pass('read', () => table.queryPartition(pk, options), failure),
    queryIndex: (index, pk, options) => invocation.pass('read', () => table.queryIndex(index, pk, options), failure),
  };
}

export function gatedQueue(queues: MemoryQueues, invocation: Invocation): Queue {
  const failure = (): Error => new Error('the queue did not answer: simulated');
  return {
    send: (queue, body, { delayMs = 0 } = {}) => invocation.pass('send', async () => void queues.put(queue, body, delayMs), failure),
    deadLetter: (queue, body, reason) => invocation.pass('send', async () => queues.bury(queue, body, reason), failure),
    comeAgain: (queue, receipt, afterMs) => invocation.pass('send', async () => queues.comeAgain(queue, receipt, afterMs), failure),
  };
}

/** Everything that HTTP reaches: the clouds by their hosts, and people's channels. */
export interface Network {
  cloud(host: string): Engine<unknown> | undefined;
  channel(request: HttpRequest): HttpResponse | 'no-answer';
  /** A request is made: it leaves now, and may arrive. */
  leaving?(request: HttpRequest, invocation: Invocation): void;
  /** A request to a cloud is about to arrive. */
  arriving?(request: HttpRequest, invocation: Invocation): void;
}

export function gatedHttp(network: Network, invocation: Invocation): Http {
  const failure = (): Error => new NoAnswerError('no answer: simulated');
  return {
    request: (request) => {
      network.leaving?.(request, invocation);
      return invocation.pass('http', () => exchange(network, invocation, request), failure, request.timeoutMs);
    },
  };
}

async function exchange(network: Network, invocation: Invocation, request: HttpRequest): Promise<HttpResponse> {
  const cloud = network.cloud(new URL(request.url).host);
  if (cloud !== undefined) {
    network.arriving?.(request, invocation);
    const { method, url, headers, body = '' } = request;
    return answered(cloud.handle({ method, url, headers, body }, invocation.kernel.nowMs), invocation, request.timeoutMs);
  }
  const response = network.channel(request);
  if (response !== 'no-answer') return response;
  await invocation.kernel.delay(request.timeoutMs);
  throw new NoAnswerError('no answer in time');
}

async function answered(outcome: Outcome, { kernel }: Invocation, timeoutMs: number): Promise<HttpResponse> {
  switch (outcome.kind) {
    case 'respond':
      return outcome.response;
    case 'respond-after':
      await kernel.delay(Math.min(outcome.delayMs, timeoutMs));
      if (outcome.delayMs >= timeoutMs) throw new NoAnswerError('no answer in time');
      return outcome.response;
    case 'refuse':
      throw new NotSentError('connection refused');
    case 'hang':
      await kernel.delay(timeoutMs);
      throw new NoAnswerError('no answer in time');
    case 'drop':
    case 'partial':
      throw new NoAnswerError('connection cut');
  }
}

export function gatedSecrets(values: (reference: string) => string, invocation: Invocation): Secrets {
  const failure = (): Error => new SecretUnavailableError('secret not available: simulated');
  return { values: (reference) => invocation.pass('secret', async () => [values(reference)], failure) };
}

/** A probe never throws: what fails on our own side makes it unsure. */
export function gatedProbe(alive: (host: string) => boolean | undefined, invocation: Invocation): Probe {
  const find = async (host: string): Promise<ProbeResult> => {
    const state = alive(host);
    if (state === undefined) return { kind: 'unsure', why: 'ENOTFOUND' };
    return state ? { kind: 'alive', latencyMs: 3 } : { kind: 'unreached', why: 'ECONNREFUSED' };
  };
  return {
    connect: async ({ host }) => {
      try {
        return await invocation.pass(
          'probe',
          () => find(host),
          () => new Error('no network: simulated'),
        );
      } catch {
        return { kind: 'unsure', why: 'no network: simulated' };
      }
    },
  };
}
