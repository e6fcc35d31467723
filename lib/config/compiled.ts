import { createHash } from 'node:crypto';
import type { Config } from './config.ts';

/** Rises whenever the shape of {@link Config} changes: a bundle and the configuration beside it are built together, or not at all. */
export const COMPILED_BY = 'understudy/1';

/** `understudy.json` beside each bundle: the configuration, checked once at build time, and a seal over its text. */
export interface CompiledConfig {
  readonly compiledBy: typeof COMPILED_BY;
  /** SHA-256 of the JSON text of `config`. */
  readonly seal: string;
  readonly config: Config;
}

export class CompiledConfigError extends Error {
  override readonly name = 'CompiledConfigError';
}

export function sealOf(config: unknown): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex');
}

/**
 * What lambdas read at cold start: cheap, because everything was checked when it was compiled; the format and the seal say that it was.
 *
 * @param json the parsed text of `understudy.json`.
 * @throws {CompiledConfigError} when it is something else, of another version, or was changed by hand. Holds no value of it.
 */
export function readCompiledConfig(json: unknown): Config {
  const { compiledBy, seal, config } = (typeof json === 'object' && json !== null ? json : {}) as Partial<
    Record<keyof CompiledConfig, unknown>
  >;
  if (typeof compiledBy !== 'string') throw new CompiledConfigError('This is not a compiled configuration: build it from understudy.yml.');
  if (compiledBy !== COMPILED_BY) {
    throw new CompiledConfigError(
      `The configuration was compiled for ${compiledBy.slice(0, 40)}, this code reads ${COMPILED_BY}: build again.`,
    );
  }
  if (typeof config !== 'object' || config === null || seal !== sealOf(config)) {
    throw new CompiledConfigError('The compiled configuration was changed after it was built: change understudy.yml and build again.');
  }
  return config as Config;
}
