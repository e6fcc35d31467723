import type { Failover } from '../../lib/failover/failover.ts';
import type { Provider } from '../../lib/failover/provider.ts';
import type { Services } from '../../lib/services.ts';
import type { TargetChange, TargetState, TargetStore } from '../../lib/store/target-store.ts';
import type { Mutant } from './mutant.ts';

type Bend = NonNullable<Mutant['bend']>;
const always =
  (change: (services: Services) => Services): Bend =>
  () =>
  (services) =>
    change(services);

/** Another store of targets than the real one, made from it. */
const withTargets = (change: (targets: TargetStore, services: Services) => Partial<TargetStore>): Bend =>
  always((services) => ({ ...services, targets: { ...services.targets, ...change(services.targets, services) } }));

const withProvider = (change: (provider: Provider, services: Services) => Partial<Provider>): Bend =>
  always((services) => ({
    ...services,
    provider: (name) => {
      const provider = services.provider(name);
      return { ...provider, ...change(provider, services) };
    },
  }));

const isSending = (change: TargetChange): boolean => change.failover?.state === 'claimed' && change.failover.sending;
const isClaim = (change: TargetChange): boolean => change.failover?.state === 'claimed' && !change.failover.sending;

/** Writes whatever anybody else wrote meanwhile. */
async function force(targets: TargetStore, before: TargetState, change: TargetChange): Promise<'written' | 'conflict'> {
  const { healthVersion, failoverVersion, controlVersion } = await targets.load(before.targetId);
  return targets.save({ ...before, healthVersion, failoverVersion, controlVersion }, change);
}

const LONG_AGO_MS = 3_600_000;

/** Bugs of claiming, calling, reconciling and following. */
export const ACTING_MUTANTS: readonly Mutant[] = [
  {
    name: 'skip-the-claim',
    breaks: 'The claim and the write before the call depend on nothing: two workers both have it.',
    bend: withTargets((targets) => ({
      save: (before, change, dependsOn) =>
        isClaim(change) || isSending(change) ? force(targets, before, change) : targets.save(before, change, dependsOn),
    })),
  },
  {
    name: 'delete-claim-on-exception',
    breaks: 'A lost answer is taken for "nothing happened": the claim is given back and the call made again.',
    bend: withProvider(({ start }) => ({
      start: async (call) => {
        const outcome = await start(call);
        if (outcome.kind !== 'unknown') return outcome;
        return { kind: 'busy', code: outcome.code, why: outcome.cause, retryAfterMs: 1_000 };
      },
    })),
  },
  {
    name: 'new-token-on-retry',
    breaks: 'Each call makes a token of its own.',
    bend: withProvider(({ start }, { entropy }) => ({ start: (call) => start({ ...call, token: `${entropy.id()}${entropy.id()}` }) })),
  },
  {
    name: 'retry-unknown-on-gaussdb',
    breaks: 'An unknown outcome is repeated as if the API had a token.',
    bend: withProvider(() => ({ honoursToken: true })),
  },
  {
    name: 'send-before-record',
    breaks: 'The call goes out before the record says that it does.',
    bend: withTargets((targets) => ({
      save: (before, change, dependsOn) => (isSending(change) ? Promise.resolve('written') : targets.save(before, change, dependsOn)),
    })),
  },
  {
    name: 'no-fence',
    breaks: 'The write before the call does not check that the claim is still its own.',
    bend: withTargets((targets) => ({
      save: (before, change, dependsOn) => (isSending(change) ? force(targets, before, change) : targets.save(before, change, dependsOn)),
    })),
  },
  {
    name: 'lease-shorter-than-call',
    breaks: 'A lease of five seconds, and who finds it over takes it for certain that nothing was sent.',
    timing: { leaseMs: 5_000, leaseMarginMs: -20_000, overdueMs: 1_000 },
    bend: withTargets((targets, { clock }) => ({
      load: async (targetId) => {
        const state = await targets.load(targetId);
        const { failover } = state;
        const over = failover?.state === 'claimed' && failover.sending && clock.nowMs() >= failover.lease.endsAtMs;
        return over ? { ...state, failover: { ...failover, sending: false } as Failover } : state;
      },
    })),
  },
  {
    name: 'reconcile-concludes-at-once',
    breaks: 'After a lost answer there is no quiet time: what does not show yet did not happen.',
    timing: { quietMs: 0 },
    bend: withProvider(({ reconcile }) => ({
      quietMs: 0,
      reconcile: (call) => reconcile({ ...call, sentAtMs: call.sentAtMs, lastSentAtMs: call.sentAtMs - LONG_AGO_MS }),
    })),
  },
  {
    name: 'unproved-is-nothing',
    breaks: 'What cannot be found out is taken for "nothing happened".',
    bend: withProvider(({ reconcile }) => ({
      reconcile: async (call) => {
        const outcome = await reconcile(call);
        return outcome.kind === 'unproved' ? { kind: 'nothing-happened', evidence: outcome.why } : outcome;
      },
    })),
  },
  {
    name: 'plan-made-anew',
    breaks: 'The call carries other parameters than the plan that was recorded (and approved).',
    bend: withProvider(({ start }) => ({
      start: (call) => start({ ...call, plan: { ...call.plan, parameters: otherParameters(call.plan.parameters) } }),
    })),
  },
  {
    name: 'poll-forgets-deadline',
    breaks: 'The deadline moves on with every look.',
    bend: withTargets((targets) => ({
      save: (before, change, dependsOn) => {
        const { failover } = change;
        const running = failover?.state === 'running' || failover?.state === 'verifying';
        const later = running ? ({ ...failover, deadlineMs: failover.deadlineMs + 24 * LONG_AGO_MS } as Failover) : failover;
        return targets.save(before, later === undefined ? change : { ...change, failover: later }, dependsOn);
      },
    })),
  },
  {
    name: 'verify-by-accepted-call',
    breaks: 'That the call was accepted is taken for success: nobody looks at the roles.',
    bend: withProvider(() => ({
      track: () => Promise.resolve({ kind: 'succeeded', detail: 'accepted' }),
      verify: ({ plan }) =>
        Promise.resolve({ kind: 'promoted', newWriter: plan.promotes ?? '', oldPrimary: 'fenced', manualSteps: [], detail: 'accepted' }),
    })),
  },
  {
    name: 'block-not-set',
    breaks: 'A failure does not block the target.',
    bend: withTargets((targets) => ({
      save: (before, change, dependsOn) => {
        const { block: _block, ...controls } = change.controls ?? before.controls;
        return targets.save(before, change.controls === undefined ? change : { ...change, controls }, dependsOn);
      },
    })),
  },
  {
    name: 'trail-forgets',
    breaks: 'The trail keeps its newest three entries.',
    bend: withTargets((targets) => ({
      save: (before, change, dependsOn) =>
        targets.save(
          before,
          change.failover ? { ...change, failover: { ...change.failover, trail: change.failover.trail.slice(-3) } } : change,
          dependsOn,
        ),
    })),
  },
  {
    name: 'forget-history',
    breaks: 'An ended failover is cleared without being kept.',
    bend: always((services) => ({ ...services, records: { ...services.records, keepFailover: () => Promise.resolve() } })),
  },
  {
    name: 'notice-never-marked',
    breaks: 'That a notice was delivered is not written down.',
    bend: always((services) => ({
      ...services,
      marks: { ...services.marks, delivered: (key, channelId) => services.marks.giveBack(key, channelId) },
    })),
  },
  {
    name: 'notice-marked-before-told',
    breaks: 'A notice is marked as delivered before it is.',
    bend: always((services) => ({
      ...services,
      marks: {
        ...services.marks,
        take: async (key, channelId, nowMs, forMs) => {
          const taken = await services.marks.take(key, channelId, nowMs, forMs);
          if (taken === 'mine') await services.marks.delivered(key, channelId, nowMs);
          return taken;
        },
        giveBack: () => Promise.resolve(),
      },
    })),
  },
  { name: 'watchdog-asleep', breaks: 'Nobody pushes what stands still.', noWatchdog: true },
];

function otherParameters(parameters: Readonly<Record<string, string | boolean>>): Record<string, string | boolean> {
  const entries = Object.entries(parameters).map(([name, value]) => [name, typeof value === 'boolean' ? !value : value] as const);
  const flipped = Object.fromEntries(entries);
  return 'is_support_restore' in flipped || 'Forced' in flipped ? flipped : { ...flipped, RollBackForDisaster: true };
}
