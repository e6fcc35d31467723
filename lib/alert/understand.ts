import type { ConfiguredSource } from '../config/config.ts';
import { append, ignoring, noFindings, refusal } from './compose.ts';
import { parseJson } from './read.ts';
import { openEnvelope } from './sns-envelope.ts';
import type { Delivery, Parsed, Source } from './source.ts';
import { sourceNamed } from './sources.ts';

/** What a delivery turned out to be. */
export interface Understood {
  /** Name of the source in the configuration; absent when none, or more than one, took the delivery. */
  readonly source?: string;
  readonly parsed: Parsed;
}

export type ConfiguredSources = Readonly<Record<string, ConfiguredSource>>;

/** SQS carried no more than this for most of its life, and no monitoring system sends as much. UTF-16 units, so at most that many bytes of ASCII. */
export const MAX_BODY_CHARS = 262_144;
/** An alarm in an SNS envelope in an SQS record in a Lambda event. */
const MAX_ENVELOPES = 3;

/**
 * Finds the source of a delivery and lets it parse. Total: whatever comes, it answers with alerts, refusals or reasons to ignore.
 *
 * @param named the source's name when the way the delivery came says it (the webhook's path). Otherwise exactly one of the configured
 *   sources must recognise the body.
 * @param parsed the body as JSON, where it has been parsed already.
 */
export function understand(delivery: Delivery, configured: ConfiguredSources, named?: string, parsed?: unknown): Understood {
  if (delivery.body.length > MAX_BODY_CHARS) {
    return { parsed: refusal('too-large', '$', `${delivery.body.length} characters, of which ${MAX_BODY_CHARS} are allowed`) };
  }
  return open(delivery, candidatesOf(configured, named), MAX_ENVELOPES, parsed ?? parseJson(delivery.body));
}

interface Candidate {
  readonly name: string;
  readonly source: Source;
  readonly settings: ConfiguredSource;
  /** The path named it: it is asked to parse even what it does not recognise, and says what is wrong. */
  readonly certain: boolean;
}

function candidatesOf(configured: ConfiguredSources, named: string | undefined): readonly Candidate[] {
  const names = named === undefined ? Object.keys(configured) : [named].filter((name) => Object.hasOwn(configured, name));
  return names.flatMap((name) => {
    const settings = configured[name];
    const source = settings && sourceNamed(settings.kind);
    return source ? [{ name, source, settings: { ...settings, name }, certain: named !== undefined }] : [];
  });
}

function open(delivery: Delivery, candidates: readonly Candidate[], envelopesLeft: number, json: unknown): Understood {
  const taking = candidates.filter(({ source }) => source.recognises(delivery, json));
  if (taking.length > 1) return { parsed: refusal('ambiguous-source', '$', `taken by ${taking.map(({ name }) => name).join(', ')}`) };
  const [taker] = taking;
  if (taker) return parseAs(taker, delivery, json);
  const opened = envelopesLeft > 0 ? openEnvelope(delivery, json) : undefined;
  if (opened?.kind === 'handshake') return { parsed: ignoring(opened.why) };
  if (opened) return joined(opened.deliveries.map((inner) => open(inner, candidates, envelopesLeft - 1, parseJson(inner.body))));
  const [sure] = candidates;
  if (sure?.certain) return parseAs(sure, delivery, json);
  return { parsed: json === undefined ? NOT_JSON : UNKNOWN };
}

const NOT_JSON = refusal('not-json', '$', 'the body is not JSON, and no configured source reads it otherwise');
const UNKNOWN = refusal('unknown-source', '$', 'no configured source knows this body');

const parseAs = ({ name, source, settings }: Candidate, delivery: Delivery, json: unknown): Understood => ({
  source: name,
  parsed: source.parse(delivery, json, settings),
});

function joined(parts: readonly Understood[]): Understood {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const findings = noFindings();
  for (const { parsed } of parts) append(findings, parsed);
  const source = parts.find((part) => part.source !== undefined)?.source;
  return source === undefined ? { parsed: findings } : { source, parsed: findings };
}
