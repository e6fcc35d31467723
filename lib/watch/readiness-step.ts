import { tell } from '../notify/tell.ts';
import { rulesFor, type Services } from '../services.ts';
import type { StoredReadiness } from '../store/readiness-store.ts';
import { lookAtReadiness } from './readiness-look.ts';
import { readinessNotice } from './readiness-notice.ts';
import { follow } from './standing.ts';

/** Reads at a time, so that a large fleet does not want every connection at once. */
const AT_ONCE = 8;
/** Checks a run: eight rounds of the longest look stay within the function's time. The next run takes the others, which are due longer. */
const TARGETS_MAX = 64;
/** A schedule may come a little early. */
const EARLY_MS = 60_000;

interface Due {
  readonly targetId: string;
  readonly stored: StoredReadiness;
}

/**
 * Rule 18: proves, target by target, that a failover would go through. Reads what a failover would read, and writes nothing at the
 * provider. A loss is told once, when checks in a row agree, and so is its end. Record first, message after: what a crash kept from being
 * told is told by the next check, under the same key.
 */
export async function checkReadiness(services: Services): Promise<{ readonly checked: number }> {
  const nowMs = services.clock.nowMs();
  const known: Due[] = [];
  await eachInGroups(services, targetsOf(services), async ({ targetId }) => {
    known.push({ targetId, stored: await services.readiness.load(targetId) });
  });
  const atMs = ({ stored }: Due): number => stored.readiness?.checkedAtMs ?? 0;
  const due = known
    .filter((one) => nowMs - atMs(one) >= services.timing.readinessEveryMs - EARLY_MS)
    .toSorted((a, b) => atMs(a) - atMs(b))
    .slice(0, TARGETS_MAX);
  let checked = 0;
  await eachInGroups(services, due, async (one) => {
    if (await checkTarget(services, one)) checked += 1;
  });
  return { checked };
}

function targetsOf(services: Services): readonly { readonly targetId: string }[] {
  return Object.keys(services.config.targets).map((targetId) => ({ targetId }));
}

/** One target's fault is its own: the others are checked all the same. */
async function eachInGroups<T extends { readonly targetId: string }>(
  services: Services,
  all: readonly T[],
  run: (one: T) => Promise<void>,
): Promise<void> {
  const guarded = async (one: T): Promise<void> => {
    try {
      await run(one);
    } catch (error) {
      services.log.event('readiness-failed', {
        targetId: one.targetId,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  };
  for (let from = 0; from < all.length; from += AT_ONCE) await Promise.all(all.slice(from, from + AT_ONCE).map(guarded));
}

async function checkTarget(services: Services, { targetId, stored }: Due): Promise<boolean> {
  const rules = rulesFor(services.config, targetId);
  if (stored.readiness?.told === false) await tell(services, readinessNotice(rules.target, stored.readiness));
  const state = await services.targets.load(targetId);
  if (state.failover !== undefined) {
    services.log.event('readiness-skipped', { targetId, failoverId: state.failover.id, why: 'a failover is in flight' });
    return false;
  }
  const readiness = follow(stored.readiness, await lookAtReadiness(services, { rules, state, before: stored.readiness }));
  if ((await services.readiness.save(readiness, stored)) === 'conflict') return false;
  const red = readiness.checks.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name);
  services.log.event('readiness', { targetId, outcome: readiness.outcome, standing: readiness.standing, red: red.join(', ') });
  if (!readiness.told) await tell(services, readinessNotice(rules.target, readiness));
  return true;
}
