import * as z from 'zod';
import { TIMING } from '../../timing.ts';
import { formatDuration } from '../duration.ts';
import { count, duration, hookUrl, id, list, oneOf, refusal, secret } from './fields.ts';

const HOOK_TIMEOUT_MS = { minMs: 100, maxMs: 10_000 };
/** People wait for the notice that it is done until these are: minutes, not hours. */
const AFTER_HOOKS_MS = 300_000;

const hook = z.strictObject({
  name: id.describe('Unique within the target: with the id of the failover it is the idempotency key.'),
  url: hookUrl,
  secret: secret.describe('Signs the request.'),
  timeout: duration(HOOK_TIMEOUT_MS).prefault('5s'),
  attempts: count({ min: 1, max: 5 }).prefault(2),
  onFailure: oneOf(['stop', 'continue'])
    .prefault('stop')
    .describe('stop: a failing before hook prevents the call, a failing after hook the hooks after it. The promotion stands either way.'),
});

/** The `before` hooks lengthen the claim's lease, so what they may take together is bounded (rule 17). */
export const hooks = z
  .strictObject({
    before: list(hook).prefault([]).describe('Called after the claim and the checks, before the call: to block writes.'),
    after: list(hook).prefault([]).describe('Called when the new primary has been seen in its role: to move names.'),
  })
  .superRefine(({ before, after }, context) => {
    tooLong(context, 'before', before, TIMING.beforeHooksMs);
    tooLong(context, 'after', after, AFTER_HOOKS_MS);
    const names = [...before, ...after].map(({ name }) => name);
    for (const [index, { name }] of [...before, ...after].entries()) {
      if (names.indexOf(name) === index) continue;
      const path = index < before.length ? ['before', index, 'name'] : ['after', index - before.length, 'name'];
      const message = refusal(
        'is the name of another hook of this target',
        'Give each hook its own name: it is part of its idempotency key.',
      );
      context.addIssue({ code: 'custom', path, message });
    }
  });

function tooLong(
  context: z.core.$RefinementCtx,
  phase: 'before' | 'after',
  listed: readonly { readonly timeout: number; readonly attempts: number }[],
  maxMs: number,
): void {
  const boundMs = listed.reduce((sum, { timeout, attempts }) => sum + timeout * attempts, 0);
  if (boundMs <= maxMs) return;
  const message = `may take ${formatDuration(boundMs)} together (timeout × attempts, one after another)`;
  const remedy = `Keep them within ${formatDuration(maxMs)}: shorter time-outs, fewer attempts, or fewer hooks.`;
  context.addIssue({ code: 'custom', path: [phase], message: refusal(message, remedy) });
}
