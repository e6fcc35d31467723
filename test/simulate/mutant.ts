import type { Config } from '../../lib/config/config.ts';
import type { Services } from '../../lib/services.ts';
import type { Timing } from '../../lib/timing.ts';
import type { Invocation } from './invocation.ts';
import type { World } from './world.ts';

/** A bug planted from outside: the product's own code is untouched. */
export interface Mutant {
  readonly name: string;
  /** What it breaks, in one sentence. */
  readonly breaks: string;
  /** Made anew for each history: a planted bug may remember things within one. */
  readonly bend?: (world: () => World) => (services: Services, invocation: Invocation) => Services;
  /** The configuration as the steps see it; the oracle sees the true one. */
  readonly seen?: (config: Config) => Config;
  /** A delivery as the decider reads it. */
  readonly misreads?: (body: string, sentAtMs: number) => string;
  readonly timing?: Partial<Timing>;
  readonly acksEarly?: boolean;
  readonly noWatchdog?: boolean;
}
export const NO_MUTANT: Mutant = { name: 'none', breaks: 'nothing' };
