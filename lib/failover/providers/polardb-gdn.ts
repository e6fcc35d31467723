import type { GdnSettings, Target } from '../../config/config.ts';
import type { Provider, ProviderPorts, SentCall, StartOutcome } from '../provider.ts';
import { startOutcome } from './alibaba/answer.ts';
import { createRpc, type Rpc } from './alibaba/rpc.ts';
import { reconcileOf, sightOf, trackOf, verifyOf, type Evidence } from './polardb-gdn/completion.ts';
import { GDN_ERRORS } from './polardb-gdn/errors.ts';
import { readNetwork } from './polardb-gdn/network.ts';
import { observeGdn } from './polardb-gdn/observe.ts';
import { GDN_OPERATIONS, planGdn, preflightGdn } from './polardb-gdn/plan.ts';

export { GDN_ERRORS };

/**
 * The vendor says a switch takes at most ten minutes (provider contracts §2.5). Whether the network is locked meanwhile is not documented,
 * so until that time is over, and two minutes more, unchanged roles prove nothing.
 */
const QUIET_MS = 12 * 60_000;
const LONGEST_OPERATION_MS = 20 * 60_000;

/**
 * A PolarDB global database network: SwitchOverGlobalDatabaseNetwork makes the standby cluster of another region the primary (provider
 * contracts §2.5). A `failover` is `Forced`, a `switchover` is not.
 *
 * - **No token**: the claim is the only guard, and a lost answer is settled by the roles alone, after the quiet time.
 * - **Completion**: the network is active and the target's role is `primary`.
 * - **Loss of data**: `ReplicaLag` of the target, in seconds as text; no number is unknown, which rule 10 refuses.
 * - **Addresses are not swapped**: `verify` says what people, or the `after` hooks, have to move.
 */
export function createPolardbGdnProvider(ports: ProviderPorts): Provider {
  const rpc = createRpc(ports);
  return {
    name: 'polardb-gdn',
    operations: GDN_OPERATIONS,
    honoursToken: false,
    longestOperationMs: LONGEST_OPERATION_MS,
    quietMs: QUIET_MS,
    async observe(target, deadlineMs) {
      const settings = settingsOf(target);
      const network = await readNetwork(rpc, settings, deadlineMs);
      return observeGdn(settings, network, ports.clock.nowMs());
    },
    plan: (target, operation, observation) => planGdn(settingsOf(target), operation, observation),
    preflight: (_target, plan, observation, limits) => preflightGdn(plan, observation, limits),
    start: (call) => start(ports, rpc, call),
    track: async (call) => trackOf(call, await look(ports, rpc, call)),
    reconcile: async (call) => reconcileOf(call, await look(ports, rpc, call)),
    verify: async (call) => verifyOf(call, await look(ports, rpc, call)),
  };
}

async function start(ports: ProviderPorts, rpc: Rpc, call: Parameters<Provider['start']>[0]): Promise<StartOutcome> {
  const sentAtMs = ports.clock.nowMs();
  const parameters = Object.fromEntries(Object.entries(call.plan.parameters).map(([name, value]) => [name, String(value)]));
  const action = 'SwitchOverGlobalDatabaseNetwork';
  const answer = await rpc.send({ target: settingsOf(call.target), action, parameters, deadlineMs: call.deadlineMs });
  return startOutcome(answer, GDN_ERRORS, sentAtMs);
}

async function look(ports: ProviderPorts, rpc: Rpc, call: SentCall): Promise<Evidence> {
  const network = await readNetwork(rpc, settingsOf(call.target), call.deadlineMs);
  return { sight: sightOf(network, call.plan), nowMs: ports.clock.nowMs(), graceMs: QUIET_MS };
}

/** The configuration's own check guarantees the settings of the provider that a target names. */
function settingsOf(target: Target): GdnSettings {
  if (target.gdn === undefined) throw new TypeError(`${target.id} has no gdn settings`);
  return target.gdn;
}
