import type { Config } from './config.ts';
import type { Path } from './faults.ts';
import { criterionLints } from './lints/criteria.ts';
import { guardLints } from './lints/guards.ts';
import { sourceLints } from './lints/sources.ts';
import { targetLints } from './lints/targets.ts';

/**
 * Something that is lawful and yet not what was meant. `error`: it cannot work as written. `warning`: it is less safe or less useful than
 * it looks. `info`: worth knowing.
 */
export interface Finding {
  readonly level: 'error' | 'warning' | 'info';
  readonly code: string;
  readonly path: Path;
  readonly message: string;
  readonly remedy: string;
}

const RANK = { error: 0, warning: 1, info: 2 } as const;

/** Reads a configuration over, the worst finding first. Pure: the same configuration gives the same findings. */
export function lint(config: Config): readonly Finding[] {
  const findings = [...criterionLints(config), ...guardLints(config), ...sourceLints(config), ...targetLints(config)];
  return findings.sort((a, b) => RANK[a.level] - RANK[b.level]);
}
