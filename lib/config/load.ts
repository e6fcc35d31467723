import { createHash } from 'node:crypto';
import { buildConfig } from './build.ts';
import type { Config } from './config.ts';
import type { Fault, LooseFault } from './faults.ts';
import { faultsOf, withSuggestion } from './issues.ts';
import { referenceFaults } from './references.ts';
import { keysAt, schema } from './schema.ts';
import { environmentFaults, literalSecretFaults } from './secrets-check.ts';
import { readYaml, type ReadYaml } from './source-map.ts';

export interface LoadOptions {
  /** Replaces `${stage}` in references to secrets. On `local` secrets may come from the environment too. */
  readonly stage?: string;
}
export const DEFAULT_STAGE = 'dev';
export const MAX_CONFIG_BYTES = 1_000_000;

/** @returns the position in the text that a path stands at, too, so that a linter can point at it. */
export type Loaded =
  | { readonly ok: true; readonly config: Config; readonly place: (fault: LooseFault) => Fault }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Reads understudy.yml: everything that is wrong with it at once, each by path and line, or the configuration. No fault ever repeats a
 * value of a secret's place.
 */
export function loadConfig(text: string, options: LoadOptions = {}): Loaded {
  const stage = options.stage ?? DEFAULT_STAGE;
  const refusal = sizeFault(text) ?? stageFault(stage);
  if (refusal !== undefined) return { ok: false, faults: [refusal] };
  const yaml = readYaml(text);
  if (yaml.faults.length > 0) return { ok: false, faults: yaml.faults };
  const parsed = schema.safeParse(yaml.data);
  const loose = [
    ...(parsed.success ? [] : faultsOf(parsed.error.issues, yaml.data).map((fault) => withSuggestion(fault, keysAt))),
    ...referenceFaults(yaml.data),
    ...literalSecretFaults(yaml.data),
    ...environmentFaults(yaml.data, stage),
  ];
  if (!parsed.success || loose.length > 0) return { ok: false, faults: placed(loose, yaml) };
  const config = buildConfig(parsed.data, createHash('sha256').update(text).digest('hex'));
  return { ok: true, config: expandStage(config, stage), place: (fault) => yaml.place(fault) };
}

/**
 * In the order of the text. Of two faults of one path the first stays, for the schema's word is the more precise one; what an alias repeats
 * is told where it is written.
 */
function placed(loose: readonly LooseFault[], yaml: ReadYaml): readonly Fault[] {
  const paths = new Set<string>();
  const places = new Set<string>();
  const faults = loose
    .map((one) => yaml.place(one))
    .filter((fault) => {
      const place = `${String(fault.line)}:${String(fault.column)} ${fault.path.replace(/^.*[.[]/s, '')} ${fault.message}`;
      if (paths.has(fault.path) || places.has(place)) return false;
      paths.add(fault.path);
      places.add(place);
      return true;
    });
  return faults.sort((a, b) => a.line - b.line || a.column - b.column);
}

function sizeFault(text: string): Fault | undefined {
  if (Buffer.byteLength(text) <= MAX_CONFIG_BYTES) return undefined;
  return whole(`The file is larger than ${String(MAX_CONFIG_BYTES)} bytes`, 'Split the fleet into several deployments.');
}

function stageFault(stage: string): Fault | undefined {
  return /^[a-z][a-z0-9-]{0,30}$/.test(stage)
    ? undefined
    : whole('The stage is not a usable name', 'Use lower-case letters, digits and hyphens.');
}

function whole(message: string, remedy: string): Fault {
  return { path: '', line: 1, column: 1, message, remedy };
}

const STAGE_PLACE = '${stage}';
const REFERENCE = /^(?:ssm|secretsmanager):/;

function expandStage<T>(value: T, stage: string): T {
  if (typeof value === 'string') return (REFERENCE.test(value) ? value.replaceAll(STAGE_PLACE, stage) : value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((element: unknown) => expandStage(element, stage)) as T;
  return Object.fromEntries(Object.entries(value).map(([key, element]: [string, unknown]) => [key, expandStage(element, stage)])) as T;
}
