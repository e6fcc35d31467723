import type { Hook } from '../config/config.ts';
import type { Confirmed, Failover, HookRecord, Promotion } from '../failover/failover.ts';
import { callHook, hooksOf, recordOf, withRecord, type HookOutcome } from '../failover/hooks.ts';
import { lookLater, saveFailover } from '../failover/persist.ts';
import { end } from '../failover/retire.ts';
import { sendLook } from '../failover/send-look.ts';
import type { Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';

export function isConfirmed(failover: Failover): failover is Confirmed {
  return 'verified' in failover && failover.verified !== undefined;
}

/** The roles were seen: a success, which no hook can undo. It is put on record first, so that only the hooks are repeated after a crash. */
export async function succeed(
  services: Services,
  state: TargetState,
  failover: Extract<Failover, { state: 'verifying' | 'stuck' }>,
  { newWriter, oldPrimary, manualSteps, detail }: Promotion & { readonly detail: string },
): Promise<void> {
  const verified = { newWriter, oldPrimary, manualSteps, why: detail, atMs: services.clock.nowMs() };
  const confirmed: Confirmed = { ...failover, verified };
  if (pending(services, confirmed) === undefined) return finish(services, state, confirmed);
  const saved = await saveFailover(services, state, confirmed);
  if (saved !== undefined) await callNext(services, saved, confirmed);
}

/**
 * One call of one hook a look, so that a hook that fails is tried again after a pause, and a poller that dies repeats at most that call,
 * with the same key. Every hook is called at least once unless one before it failed and says `stop`.
 */
export async function callNext(services: Services, state: TargetState, failover: Confirmed): Promise<void> {
  const hook = pending(services, failover);
  if (hook === undefined) return finish(services, state, failover);
  const attempt = (recordOf(failover, hook)?.calls ?? 0) + 1;
  const outcome = await callHook(services, { failover, hook, phase: 'after', attempt, promotion: failover.verified });
  const nowMs = services.clock.nowMs();
  const noted = note(services, failover, hook, recorded(hook, attempt, outcome, nowMs));
  const more = pending(services, noted) !== undefined;
  const later = more ? { ...noted, ...lookLater(noted, nowMs + (outcome.kind === 'done' ? 0 : services.timing.pollFirstMs)) } : noted;
  const saved = await saveFailover(services, state, later);
  if (saved === undefined) return;
  if (more) await sendLook(services, later);
  else await finish(services, saved, noted);
}

function recorded(hook: Hook, calls: number, outcome: HookOutcome, atMs: number): HookRecord {
  const { name } = hook;
  if (outcome.kind === 'done') return { name, phase: 'after', outcome: 'done', calls, atMs };
  const over = !outcome.again || calls >= hook.attempts;
  return { name, phase: 'after', outcome: over ? 'failed' : 'calling', calls, atMs, why: outcome.why };
}

/** After one that failed and says `stop` the rest is left to people. */
function note(services: Services, failover: Confirmed, hook: Hook, record: HookRecord): Confirmed {
  const noted = withRecord(failover, record);
  if (record.outcome !== 'failed' || hook.onFailure !== 'stop') return noted;
  const skipped = { phase: 'after', outcome: 'skipped', calls: 0, atMs: record.atMs } as const;
  return afterHooks(services, noted)
    .filter((each) => recordOf(noted, each) === undefined)
    .reduce((current, { name }) => withRecord(current, { name, ...skipped }), noted);
}

/** The hook whose turn it is. */
function pending(services: Services, failover: Confirmed): Hook | undefined {
  return afterHooks(services, failover).find((hook) => (recordOf(failover, hook)?.outcome ?? 'calling') === 'calling');
}

function afterHooks({ config }: Services, { targetId, operation }: Confirmed): readonly Hook[] {
  return hooksOf(config.targets[targetId], operation, 'after');
}

async function finish(services: Services, state: TargetState, { verified }: Confirmed): Promise<void> {
  const { newWriter, oldPrimary, manualSteps, why } = verified;
  const ending = { event: 'verified', by: 'poller', why } as const;
  await end(services, state, ending, (endedAtMs) => ({ state: 'succeeded', endedAtMs, why, newWriter, oldPrimary, manualSteps }));
}
