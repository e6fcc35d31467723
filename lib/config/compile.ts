import { COMPILED_BY, sealOf, type CompiledConfig } from './compiled.ts';
import type { Config, Target } from './config.ts';
import { providerSections } from './schema/providers.ts';

/** How the embedded cloud points a configuration at its simulators. */
export interface Overrides {
  /** By id of a target, or by name of a provider: the endpoint to use instead. The target's wins. */
  readonly endpoints?: Readonly<Record<string, string>>;
  /** By id of a target: where our own probe connects instead, without TLS. */
  readonly probes?: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
}

/**
 * The text of `understudy.json`, deterministic: the same configuration gives the same bytes.
 *
 * @throws {Error} when an override names no target or provider: a typing mistake would otherwise call a real cloud.
 */
export function compileConfig(config: Config, overrides: Overrides = {}): string {
  const providers = providerSections.map(({ provider }) => provider);
  demandKnown(Object.keys(overrides.endpoints ?? {}), [...Object.keys(config.targets), ...providers]);
  demandKnown(Object.keys(overrides.probes ?? {}), Object.keys(config.targets));
  const targets = Object.fromEntries(Object.entries(config.targets).map(([id, target]) => [id, overridden(target, overrides)]));
  const changed: Config = { ...config, targets };
  const compiled: CompiledConfig = { compiledBy: COMPILED_BY, seal: sealOf(changed), config: changed };
  return `${JSON.stringify(compiled)}\n`;
}

function demandKnown(keys: readonly string[], known: readonly string[]): void {
  const unknown = keys.filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Error(`An override names no target or provider: ${unknown.join(', ')}.`);
}

function overridden(target: Target, overrides: Overrides): Target {
  const endpoint = overrides.endpoints?.[target.id] ?? overrides.endpoints?.[target.provider];
  const probe = overrides.probes?.[target.id];
  return { ...target, ...(endpoint === undefined ? {} : pointed(target, endpoint)), ...(probe === undefined ? {} : probed(target, probe)) };
}

/** Only one of the sections is there: the schema saw to it. */
function pointed(target: Target, endpoint: string): Partial<Target> {
  return {
    ...(target.gaussdb === undefined ? {} : { gaussdb: { ...target.gaussdb, endpoint } }),
    ...(target.polardb === undefined ? {} : { polardb: { ...target.polardb, endpoint } }),
    ...(target.gdn === undefined ? {} : { gdn: { ...target.gdn, endpoint } }),
  };
}

function probed(target: Target, { host, port }: { readonly host: string; readonly port: number }): Partial<Target> {
  if (target.probe === undefined) throw new Error(`The target ${target.id} has no probe to override.`);
  return { probe: { ...target.probe, host, port, tls: false } };
}
