import { SOURCES } from '../alert/sources.ts';
import type { Delivery } from '../alert/source.ts';
import { understand, type ConfiguredSources, type Understood } from '../alert/understand.ts';

export interface ReadBody {
  readonly understood: Understood;
  /** The source that took it stands in the configuration, so the decider would take it too. */
  readonly configured: boolean;
}

/** Every source that there is, with nothing set. */
const UNCONFIGURED: ConfiguredSources = Object.fromEntries(SOURCES.map(({ name }) => [name, { kind: name, auth: [] }]));

/**
 * Reads a delivery as the decider would. What no configured source takes is read by whichever known source takes it, so that a pasted
 * body can be explained before anything is configured; it is told that the decider would refuse it.
 */
export function readBody(delivery: Delivery, sources: ConfiguredSources, named?: string): ReadBody {
  const understood = understand(delivery, sources, named);
  const unknown = understood.parsed.refusals.some(({ code }) => code === 'unknown-source' || code === 'not-json');
  if (named !== undefined || !unknown) return { understood, configured: true };
  const otherwise = understand(delivery, UNCONFIGURED);
  return otherwise.source === undefined ? { understood, configured: true } : { understood: otherwise, configured: false };
}
