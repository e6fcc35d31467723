import type { PolardbSettings } from '../../../config/config.ts';
import type { Candidate } from '../../provider.ts';

/**
 * The node to promote: the one that is configured, or else the best by health, wished zone, and the provider's own priority (higher
 * first); the id makes the choice the same every time. A configured node that is no candidate is no choice at all: nobody asked for
 * another one. Pure.
 */
export function chooseCandidate(settings: PolardbSettings, candidates: readonly Candidate[]): Candidate | undefined {
  if (settings.targetNodeId !== undefined) return candidates.find((candidate) => candidate.id === settings.targetNodeId);
  const rank = (candidate: Candidate): number =>
    (candidate.healthy ? 1000 : 0) + (candidate.zone === settings.preferredZone ? 100 : 0) + Math.min(candidate.priority, 99);
  return candidates.toSorted((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1))[0];
}
