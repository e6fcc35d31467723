import type { Hook, Target } from '../config/config.ts';
import { SIGNATURE_HEADER, signatureOf } from '../notify/signature.ts';
import { NoAnswerError, NotSentError, SecretUnavailableError } from '../ports.ts';
import type { Services } from '../services.ts';
import type { Failover, HookPhase, HookRecord, Promotion } from './failover.ts';
import type { Operation } from './provider.ts';

/** Hooks block writes before a promotion and move names after it: an operation that moves no writer has none. */
const WITH_HOOKS: readonly Operation[] = ['failover', 'switchover'];
export const IDEMPOTENCY_HEADER = 'idempotency-key';

export function hooksOf(target: Target | undefined, operation: Operation, phase: HookPhase): readonly Hook[] {
  return target !== undefined && WITH_HOOKS.includes(operation) ? target.hooks[phase] : [];
}

/** The longest that hooks can take one after another, every attempt included. */
export function hooksBoundMs(hooks: readonly Pick<Hook, 'timeoutMs' | 'attempts'>[]): number {
  return hooks.reduce((sum, { timeoutMs, attempts }) => sum + timeoutMs * attempts, 0);
}

/** The one key of a hook in a failover, on every call of it: names are unique within a target. A receiver drops what it has done already. */
export function idempotencyKey(failoverId: string, hook: Pick<Hook, 'name'>): string {
  return `${failoverId}/${hook.name}`;
}

export function recordOf({ hooks = [] }: Pick<Failover, 'hooks'>, hook: Hook): HookRecord | undefined {
  return hooks.find((record) => record.name === hook.name);
}

/** The failover with what is known of a hook now; the entry keeps its place. Pure. */
export function withRecord<F extends Failover>(failover: F, record: HookRecord): F {
  const { hooks = [] } = failover;
  const known = hooks.some(({ name }) => name === record.name);
  return { ...failover, hooks: known ? hooks.map((each) => (each.name === record.name ? record : each)) : [...hooks, record] };
}

export interface HookCall {
  readonly failover: Failover;
  readonly hook: Hook;
  readonly phase: HookPhase;
  /** From 1. */
  readonly attempt: number;
  /** Of an `after` hook: who writes now. */
  readonly promotion?: Promotion;
}
export type HookOutcome = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly why: string; readonly again: boolean };

/** One call, signed as our own webhook is. An outcome never holds an address, a secret, or text of the other side. */
export async function callHook(services: Services, call: HookCall): Promise<HookOutcome> {
  const { failover, hook, phase, attempt } = call;
  const outcome = await exchange(services, call);
  services.log.event('hook', {
    targetId: failover.targetId,
    failoverId: failover.id,
    hook: hook.name,
    phase,
    attempt,
    outcome: outcome.kind,
  });
  return outcome;
}

async function exchange(services: Services, call: HookCall): Promise<HookOutcome> {
  const { hook, failover } = call;
  try {
    const secrets = await services.secrets.values(hook.secret);
    const nowMs = services.clock.nowMs();
    const body = JSON.stringify(bodyOf(call, nowMs));
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      [IDEMPOTENCY_HEADER]: idempotencyKey(failover.id, hook),
      [SIGNATURE_HEADER]: signatureOf(body, secrets, Math.floor(nowMs / 1_000)),
    };
    const { status } = await services.http.request({ method: 'POST', url: hook.url, headers, body, timeoutMs: hook.timeoutMs });
    return outcomeOf(status);
  } catch (error) {
    return { kind: 'failed', why: whyOf(error), again: true };
  }
}

/** What a receiver gets. Every field but `attempt` and `sentAtMs` is the same on every call of this hook for this failover. */
function bodyOf({ failover, hook, phase, attempt, promotion }: HookCall, sentAtMs: number): object {
  const { id, targetId, operation, plan, cause, requestedBy, reason } = failover;
  return {
    understudy: 'hook',
    version: 1,
    hook: hook.name,
    phase,
    attempt,
    idempotencyKey: idempotencyKey(id, hook),
    failover: { id, targetId, operation, plan, cause, requestedBy, reason },
    ...(promotion === undefined ? {} : { promotion: { newWriter: promotion.newWriter, oldPrimary: promotion.oldPrimary } }),
    sentAtMs,
  };
}

function outcomeOf(status: number): HookOutcome {
  if (status >= 200 && status < 300) return { kind: 'done' };
  const again = status === 408 || status === 409 || status === 425 || status === 429 || status >= 500;
  return { kind: 'failed', why: `HTTP ${String(status)}`, again };
}

function whyOf(error: unknown): string {
  if (error instanceof SecretUnavailableError) return 'its secret could not be read';
  if (error instanceof NotSentError) return 'it could not be reached';
  if (error instanceof NoAnswerError) return 'it did not answer in time';
  return 'the request could not be made';
}
