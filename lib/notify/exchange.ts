import { NoAnswerError, NotSentError, SecretUnavailableError, type Clock, type Http, type HttpResponse, type Secrets } from '../ports.ts';
import type { Channel, ChannelSettings, DeliverOutcome } from './channel.ts';
import type { Notice } from './notice.ts';

export interface ChannelPorts {
  readonly http: Http;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/** What a channel is handed to make its request from. */
export interface Material {
  readonly notice: Notice;
  readonly settings: ChannelSettings;
  /** The resolved URL, newest value; `''` when none is configured. */
  readonly url: string;
  /** Every value of the secret that is valid now, newest first; empty when none is configured. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
}
export interface Outgoing {
  readonly url: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}
export interface Exchange {
  readonly kind: string;
  compose(material: Material): Outgoing;
  /** Reads an answer with a 2xx status: several services report failure in the body. */
  read(response: HttpResponse): DeliverOutcome;
}

export const DELIVER_TIMEOUT_MS = 10_000;
const MAX_RETRY_AFTER_MS = 3_600_000;

export const delivered: DeliverOutcome = { kind: 'delivered' };
export const again = (why: string, retryAfterMs?: number): DeliverOutcome =>
  retryAfterMs === undefined ? { kind: 'again', why } : { kind: 'again', why, retryAfterMs };
export const refused = (why: string): DeliverOutcome => ({ kind: 'refused', why });

/**
 * One POST for one notice, the same way for every channel. No outcome ever holds a URL, a secret, or text that the other side chose: only
 * statuses, and codes that the channel's own file knows.
 */
export function channelOf(ports: ChannelPorts, exchange: Exchange): Channel {
  return {
    kind: exchange.kind,
    async deliver(notice, settings) {
      try {
        const [url = ''] = settings.url === undefined ? [] : await ports.secrets.values(settings.url);
        const secrets = settings.secret === undefined ? [] : await ports.secrets.values(settings.secret);
        const outgoing = exchange.compose({ notice, settings, url, secrets, nowMs: ports.clock.nowMs() });
        return await post(ports, exchange, outgoing);
      } catch (error) {
        return failure(error);
      }
    },
  };
}

async function post(ports: ChannelPorts, exchange: Exchange, outgoing: Outgoing): Promise<DeliverOutcome> {
  if (!isSafeUrl(outgoing.url)) return refused('the configured URL is not an https URL');
  const response = await ports.http.request({
    method: 'POST',
    url: outgoing.url,
    headers: { 'content-type': 'application/json; charset=utf-8', ...outgoing.headers },
    body: outgoing.body,
    timeoutMs: DELIVER_TIMEOUT_MS,
  });
  return response.status >= 200 && response.status < 300 ? exchange.read(response) : byStatus(response, ports.clock.nowMs());
}

/** Plain http only to this very machine, where the embedded cloud listens. */
function isSafeUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1');
}

function byStatus(response: HttpResponse, nowMs: number): DeliverOutcome {
  const { status } = response;
  const why = `HTTP ${String(status)}`;
  const canHelp = status === 408 || status === 425 || status === 429 || status >= 500;
  return canHelp ? again(why, retryAfterMs(response.headers['retry-after'], nowMs)) : refused(why);
}

/** `Retry-After` in seconds or as a date, bounded, in milliseconds. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const waitMs = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(waitMs) ? Math.min(MAX_RETRY_AFTER_MS, Math.max(0, waitMs)) : undefined;
}

/** A notice that arrives twice is better than one that never does: a lost answer is sent again. */
function failure(error: unknown): DeliverOutcome {
  if (error instanceof SecretUnavailableError) return again("the channel's secret could not be read");
  if (error instanceof NotSentError) return again('the service could not be reached');
  if (error instanceof NoAnswerError) return again('the service did not answer');
  return again('the request could not be made');
}

/** The fields of a JSON object, or none when the text is something else. */
export function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** What a service's numeric code in the body means. A code not listed may be anything: trying again is bounded by the queue. */
export interface BodyCodes {
  readonly name: string;
  readonly ok: number;
  readonly refused: Readonly<Record<number, string>>;
  readonly busy: Readonly<Record<number, number>>;
}
export function byCode(code: unknown, codes: BodyCodes): DeliverOutcome {
  if (typeof code !== 'number' || !Number.isSafeInteger(code)) return again(`the answer carries no ${codes.name}`);
  if (code === codes.ok) return delivered;
  const meaning = Object.hasOwn(codes.refused, code) ? codes.refused[code] : undefined;
  if (meaning !== undefined) return refused(`${codes.name} ${String(code)}: ${meaning}`);
  return again(`${codes.name} ${String(code)}`, Object.hasOwn(codes.busy, code) ? codes.busy[code] : undefined);
}
