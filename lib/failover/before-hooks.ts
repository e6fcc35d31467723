import type { Hook, Target } from '../config/config.ts';
import type { Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';
import type { Claimed, Failover, HookRecord } from './failover.ts';
import { callHook, hooksBoundMs, hooksOf, recordOf, withRecord } from './hooks.ts';
import { saveFailover } from './persist.ts';
import { hooksExtraMs, type Timing } from '../timing.ts';

/** What the target's own `before` hooks add to the lease of this failover, and to its quiet time. */
export function beforeHooksExtraMs(timing: Timing, target: Target | undefined, { operation }: Pick<Failover, 'operation'>): number {
  return hooksExtraMs(timing, hooksBoundMs(hooksOf(target, operation, 'before')));
}

/** `none`: there was nothing to call. `ran`: they took their time, so the world has to be looked at again. `lost`: no longer ours. */
export type BeforeHooks =
  | { readonly kind: 'none' | 'ran'; readonly state: TargetState; readonly claimed: Claimed }
  | { readonly kind: 'stopped'; readonly state: TargetState; readonly claimed: Claimed; readonly why: string }
  | { readonly kind: 'lost' };

/**
 * Calls the `before` hooks that are not done yet, one after another, while the claim is held and nothing has been asked of the provider.
 * That they may have been called is on record before the first of them is: whoever ends this failover tells people what to undo.
 */
export async function runBeforeHooks(services: Services, target: Target, state: TargetState, claimed: Claimed): Promise<BeforeHooks> {
  const hooks = hooksOf(target, claimed.operation, 'before').filter((hook) => recordOf(claimed, hook)?.outcome !== 'done');
  if (hooks.length === 0) return { kind: 'none', state, claimed };
  const announced = hooks.reduce((current, hook) => withRecord(current, calling(services, current, hook)), claimed);
  const saved = await saveFailover(services, state, announced);
  if (saved === undefined) return lost(services, claimed);
  const called = await callEach(services, hooks, { before: claimed, announced });
  const reported = await saveFailover(services, saved, called.claimed);
  if (reported === undefined) return lost(services, claimed);
  if (called.why !== undefined) return { kind: 'stopped', state: reported, claimed: called.claimed, why: called.why };
  return again(services, reported, called.claimed);
}

/** What came in while the hooks ran (a pause, a signal that healed) is seen by the next look. */
async function again(services: Services, reported: TargetState, claimed: Claimed): Promise<BeforeHooks> {
  const state = await services.targets.load(claimed.targetId);
  return state.failoverVersion === reported.failoverVersion ? { kind: 'ran', state, claimed } : lost(services, claimed);
}

function lost(services: Services, { targetId, id }: Claimed): BeforeHooks {
  services.log.event('fenced', { targetId, failoverId: id, why: 'the record changed while the hooks were called' });
  return { kind: 'lost' };
}

interface Called {
  readonly claimed: Claimed;
  /** Why it must not go on. */
  readonly why?: string;
}

async function callEach(
  services: Services,
  hooks: readonly Hook[],
  { before, announced }: { before: Claimed; announced: Claimed },
): Promise<Called> {
  let claimed = announced;
  for (const [index, hook] of hooks.entries()) {
    const record = await callOne(services, claimed, hook);
    claimed = withRecord(claimed, record);
    if (record.outcome === 'failed' && hook.onFailure === 'stop')
      return {
        claimed: unannounced(claimed, before, hooks.slice(index + 1)),
        why: `the before hook ${hook.name} failed: ${record.why ?? ''}`,
      };
  }
  return { claimed };
}

/** Hooks that were announced and, as is known now, not called: as they were before. */
function unannounced(claimed: Claimed, before: Claimed, rest: readonly Hook[]): Claimed {
  const hooks = (claimed.hooks ?? []).flatMap((record) => {
    const hook = rest.find(({ name }) => name === record.name);
    if (hook === undefined) return [record];
    const known = recordOf(before, hook);
    return known === undefined ? [] : [known];
  });
  return { ...claimed, hooks };
}

async function callOne(services: Services, claimed: Claimed, hook: Hook): Promise<HookRecord> {
  let record = calling(services, claimed, hook);
  for (let attempt = 1; attempt <= hook.attempts; attempt += 1) {
    if (!leaseHolds(services, claimed, hook)) return { ...record, outcome: 'failed', why: 'no time was left in the lease to call it' };
    const outcome = await callHook(services, { failover: claimed, hook, phase: 'before', attempt });
    record = { ...record, calls: record.calls + 1, atMs: services.clock.nowMs() };
    if (outcome.kind === 'done') return { ...record, outcome: 'done' };
    record = { ...record, outcome: 'failed', why: outcome.why };
    if (!outcome.again) break;
  }
  return record;
}

/** A worker that stood still too long calls nobody any more: somebody else may have gone on, and even have ended it. */
function leaseHolds({ clock, timing }: Services, { lease }: Claimed, hook: Hook): boolean {
  const { observeMs, callMs, leaseMarginMs } = timing;
  return clock.nowMs() + hook.timeoutMs + observeMs + callMs + leaseMarginMs <= lease.endsAtMs;
}

function calling(services: Services, claimed: Claimed, hook: Hook): HookRecord {
  const calls = recordOf(claimed, hook)?.calls ?? 0;
  return { name: hook.name, phase: 'before', outcome: 'calling', calls, atMs: services.clock.nowMs() };
}
