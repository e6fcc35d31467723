import { CONFLICTS_MAX, ContendedError, type Services } from '../services.ts';
import type { Dependency, TargetState } from '../store/target-store.ts';
import { isTerminal, type Failover } from './failover.ts';

/** Writes a failover's next state under its version. `undefined`: somebody else moved it meanwhile. */
export async function saveFailover(
  services: Services,
  state: TargetState,
  failover: Failover,
  dependsOn: readonly Dependency[] = [],
): Promise<TargetState | undefined> {
  const written = await services.targets.save(state, { failover }, dependsOn);
  if (written === 'conflict') return undefined;
  const last = failover.trail.at(-1);
  if (last !== undefined && failover.trail.length !== state.failover?.trail.length) {
    services.log.event('transition', {
      targetId: failover.targetId,
      failoverId: failover.id,
      from: last.from,
      to: last.to,
      cause: last.event,
      why: last.why,
      terminal: isTerminal(failover),
    });
  }
  return { ...state, failover, failoverVersion: state.failoverVersion + 1 };
}

/**
 * Records what is certain to have happened (an answer that was seen), whatever others wrote meanwhile: loads again and applies it to
 * what is there.
 *
 * @param next the failover after the answer, or `undefined` when the record already knows as much.
 */
export async function insist(
  services: Services,
  state: TargetState,
  next: (failover: Failover) => Failover | undefined,
): Promise<TargetState | undefined> {
  let current = state;
  const id = state.failover?.id;
  for (let tries = 0; tries < CONFLICTS_MAX; tries += 1) {
    const { failover } = current;
    if (failover === undefined || failover.id !== id) return undefined;
    const moved = next(failover);
    if (moved === undefined) return undefined;
    const saved = await saveFailover(services, current, moved);
    if (saved !== undefined) return saved;
    current = await services.targets.load(current.targetId);
  }
  throw new ContendedError(`failover ${id ?? ''}: lost ${CONFLICTS_MAX} races for its record`);
}

/** The same state, but looked at again later: raises the look number, so that earlier messages are stale. No entry in the trail. */
export function lookLater(failover: Failover, atMs: number): Failover {
  return { ...failover, look: { number: failover.look.number + 1, atMs } };
}
