import type { SourceAuth } from '../config/config.ts';
import type { Refusal, RefusalCode } from '../alert/source.ts';
import { oneLine } from '../alert/text.ts';
import type { Services } from '../services.ts';
import type { Door } from './door.ts';
import type { WebhookRequest } from './request.ts';

type Keeper = Pick<Services, 'records' | 'log'> & { readonly door: Door };

interface Turned {
  readonly source: string;
  readonly code: RefusalCode;
  readonly why: string;
  readonly body: Buffer;
  readonly nowMs: number;
}
const EXCERPT_CHARS = 200;

/** A friend's delivery that was not passed on: recorded with its reason, as the decider records what it refuses. */
export function keepRefused(services: Keeper, { source, code, why, body, nowMs }: Turned): Promise<void> {
  const excerpt = oneLine(body.subarray(0, EXCERPT_CHARS * 4).toString('utf8'), EXCERPT_CHARS);
  return keep(services, { source, refusal: { code, path: '$', detail: why }, excerpt, atMs: nowMs, nowMs });
}

const QUIET_MS = 3_600_000;

interface Stranger {
  readonly source: string;
  readonly way: readonly SourceAuth[];
  readonly request: WebhookRequest;
  readonly nowMs: number;
}

/**
 * That a configured source's webhook was called without proof: mostly a sender with an old secret, whose alerts are being lost. One record
 * an hour, without anything of the request: whoever calls decides neither how much is written nor what.
 */
export async function keepStranger(services: Keeper, { source, way, request, nowMs }: Stranger): Promise<void> {
  const { quietUntilMs } = services.door;
  if ((quietUntilMs.get(source) ?? 0) > nowMs || isFirstOfTwo(way, request)) return;
  const hourMs = Math.floor(nowMs / QUIET_MS) * QUIET_MS;
  quietUntilMs.set(source, hourMs + QUIET_MS);
  const refusal: Refusal = { code: 'not-authenticated', path: '$', detail: 'a request proved nothing: a wrong secret, or a stranger' };
  await keep(services, { source, refusal, excerpt: '', atMs: hourMs, nowMs });
}

/** Who sends a password only when asked for it comes without one first. */
function isFirstOfTwo(way: readonly SourceAuth[], { headers }: WebhookRequest): boolean {
  return headers['authorization'] === undefined && way.some(({ kind }) => kind === 'basic');
}

interface Kept {
  readonly source: string;
  readonly refusal: Refusal;
  readonly excerpt: string;
  readonly atMs: number;
  readonly nowMs: number;
}

/** The answer does not wait for a table that is not there: the log has it too. */
async function keep({ records, log }: Keeper, { source, refusal, excerpt, atMs, nowMs }: Kept): Promise<void> {
  log.event('refused', { source, code: refusal.code, why: refusal.detail });
  await records
    .keepRefused({ source, refusals: [refusal], excerpt, receivedAtMs: atMs }, nowMs)
    .catch(() => log.event('record-unavailable', { source }));
}
