import type { Alert } from '../../lib/alert/alert.ts';
import type { Delivery, Parsed, SourceSettings } from '../../lib/alert/source.ts';
import { understand } from '../../lib/alert/understand.ts';
import { CONFIGURED, eventsOf, RECEIVED_AT_MS } from './fixtures.ts';

export type Json = Readonly<Record<string, unknown>>;

/** An event of the project, parsed, to be changed by a test. */
export function eventJson(source: string, file: string): Json {
  return JSON.parse(eventText(source, file)) as Json;
}
export function eventText(source: string, file: string): string {
  const fixture = eventsOf(source).find((candidate) => candidate.file === file);
  if (!fixture) throw new Error(`no event ${source}/${file}`);
  return fixture.delivery.body;
}

export interface Reading extends SourceSettings {
  readonly contentType?: string;
  readonly headers?: Delivery['headers'];
}

/** What a source makes of a body that came by its own path. */
export function parsedBy(
  source: string,
  body: unknown,
  { contentType = 'application/json', headers = {}, ...settings }: Reading = {},
): Parsed {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const configured = { [source]: { ...CONFIGURED[source], ...settings, kind: source, auth: [] } };
  return understand({ contentType, headers, body: text, receivedAtMs: RECEIVED_AT_MS }, configured, source).parsed;
}

export function alertBy(source: string, body: unknown, reading: Reading = {}): Alert {
  const parsed = parsedBy(source, body, reading);
  const [alert] = parsed.alerts;
  if (!alert || parsed.alerts.length !== 1) throw new Error(`not one alert: ${JSON.stringify(parsed)}`);
  return alert;
}

/** The only refusal, as `code path`. */
export function refusalBy(source: string, body: unknown, reading: Reading = {}): string {
  const { alerts, refusals } = parsedBy(source, body, reading);
  return alerts.length > 0 ? 'an alert' : refusals.map(({ code, path }) => `${code} ${path}`).join(', ');
}

export const ignoredBy = (source: string, body: unknown, reading: Reading = {}): string =>
  parsedBy(source, body, reading)
    .ignored.map(({ why }) => why)
    .join(', ');
