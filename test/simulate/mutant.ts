import type { Config } from '../../lib/config/config.ts';
import type { Services } from '../../lib/services.ts';
import type { Timing } from '../../lib/timing.ts';
import type { InvariantName } from './invariants.ts';
import type { Invocation } from './invocation.ts';
import type { World } from './world.ts';

/** A bug planted from outside: the product's own code is untouched. */
export interface Mutant {
  readonly name: string;
  /** What it breaks, in one sentence. */
  readonly breaks: string;
  readonly expects?: InvariantName;
  /** Made anew for each history: a planted bug may remember things within one. */
  readonly bend?: (world: () => World) => (services: Services, invocation: Invocation) => Services;
  readonly config?: (config: Config) => Config;
  readonly timing?: Partial<Timing>;
  readonly acksEarly?: boolean;
  readonly noWatchdog?: boolean;
}
export const NO_MUTANT: Mutant = { name: 'none', breaks: 'nothing' };
