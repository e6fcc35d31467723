import type { PolardbSettings, Target } from '../../config/config.ts';
import type { Observation, Provider, ProviderPorts, SentCall, StartOutcome, VerifyOutcome } from '../provider.ts';
import { startOutcome } from './alibaba/answer.ts';
import { createRpc, type Rpc } from './alibaba/rpc.ts';
import { readCluster, readNodeRoles } from './polardb/cluster.ts';
import { attribution } from './polardb/attribution.ts';
import { reconcileOf, sightOf, trackOf, verifyOf, type Evidence, type Sight } from './polardb/completion.ts';
import { POLARDB_ERRORS } from './polardb/errors.ts';
import { readHaLog } from './polardb/ha-log.ts';
import { observePolardb } from './polardb/observe.ts';
import { planPolardb, POLARDB_OPERATIONS } from './polardb/plan.ts';
import { preflightPolardb } from './polardb/preflight.ts';

export { POLARDB_ERRORS };

/** The documented ceiling of an interruption is three minutes (provider contracts §2.2); one more for the lists to show it. */
const QUIET_MS = 4 * 60_000;
/** No duration is documented for the whole operation; three times the ceiling of the interruption, and the grace fits in twice. */
const LONGEST_OPERATION_MS = 10 * 60_000;
/** Provider contracts §2.2: at most 64 ASCII characters. */
const TOKEN = /^[\x21-\x7e]{1,64}$/;

/**
 * Alibaba Cloud PolarDB: FailoverDBCluster promotes a read-only node within one cluster (provider contracts §2.2–§2.4).
 *
 * - **Token**: every request of one failover carries the same ClientToken and byte-identical parameters. How long the provider remembers a
 *   token is not documented (§2.6), so `reconcile` looks at the roles first all the same.
 * - **Completion**: there is no job. Done is a running cluster with exactly one running writer that is not the one of before, and is the
 *   planned one; MySQL's HA log then says who switched it.
 * - **Loss of data**: none within one shared storage; unknown towards a hot-standby storage cluster (`observe.ts` says why).
 * - **Fencing**: the provider itself turns the old writer into a reader of the same storage.
 * - `RollBackForDisaster` makes the provider switch back by itself once the zone is back: configured, never chosen here (rule 16).
 */
export function createPolardbProvider(ports: ProviderPorts): Provider {
  const rpc = createRpc(ports);
  return {
    name: 'polardb',
    operations: POLARDB_OPERATIONS,
    honoursToken: true,
    longestOperationMs: LONGEST_OPERATION_MS,
    quietMs: QUIET_MS,
    observe: (target, deadlineMs) => observe(ports, rpc, target, deadlineMs),
    plan: (target, operation, observation) => planPolardb(settingsOf(target), operation, observation),
    preflight: (_target, plan, observation, limits) => preflightPolardb(plan, observation, limits),
    start: (call) => start(ports, rpc, call),
    track: async (call) => trackOf(call, await look(ports, rpc, call)),
    reconcile: async (call) => reconcileOf(call, await look(ports, rpc, call)),
    async verify(call) {
      const evidence = await look(ports, rpc, call);
      return verifyOf(call, evidence, (sight) => promoted(call, sight, evidence));
    },
  };
}

async function observe(ports: ProviderPorts, rpc: Rpc, target: Target, deadlineMs: number): Promise<Observation> {
  const settings = settingsOf(target);
  const [cluster, roles] = await Promise.all([readCluster(rpc, settings, deadlineMs), readNodeRoles(rpc, settings, deadlineMs)]);
  const nowMs = ports.clock.nowMs();
  const engine = 'unread' in cluster ? '' : cluster.engine;
  const log = await readHaLog(rpc, settings, { engine, nowMs, deadlineMs });
  return observePolardb(settings, { cluster, roles, log, observedAtMs: ports.clock.nowMs() });
}

async function start(ports: ProviderPorts, rpc: Rpc, call: Parameters<Provider['start']>[0]): Promise<StartOutcome> {
  if (!TOKEN.test(call.token)) {
    const why = 'The token is not of 1 to 64 ASCII characters, so nothing was sent.';
    return { kind: 'refused', code: 'invalid-token', why, remedy: 'This is a fault of Understudy: report it.' };
  }
  const sentAtMs = ports.clock.nowMs();
  const given = Object.entries(call.plan.parameters).map(([name, value]) => [name, String(value)] as const);
  const parameters = { ...Object.fromEntries(given), ClientToken: call.token };
  const answer = await rpc.send({ target: settingsOf(call.target), action: 'FailoverDBCluster', parameters, deadlineMs: call.deadlineMs });
  return startOutcome(answer, POLARDB_ERRORS, sentAtMs);
}

/** The roles, and, once they are at rest, the log that says whose doing they are. */
async function look(ports: ProviderPorts, rpc: Rpc, call: SentCall): Promise<Evidence> {
  const settings = settingsOf(call.target);
  const cluster = await readCluster(rpc, settings, call.deadlineMs);
  const sight = sightOf(cluster, call.plan);
  const nowMs = ports.clock.nowMs();
  const atRest = !('unread' in cluster) && (sight.kind === 'switched' || sight.kind === 'unchanged');
  const engine = atRest ? cluster.engine : '';
  const log = await readHaLog(rpc, settings, { engine, nowMs, deadlineMs: call.deadlineMs });
  return { sight, log, nowMs, graceMs: QUIET_MS };
}

function promoted(call: SentCall, sight: Extract<Sight, { kind: 'switched' }>, evidence: Evidence): VerifyOutcome {
  const { old } = sight;
  const manualSteps = sight.oldIsReader
    ? []
    : [`Look at ${old} in the console: it is not listed as a reader of the cluster, so nothing shows that it cannot write.`];
  const back = call.plan.parameters['RollBackForDisaster'] === true ? ' The provider switches back by itself when the zone is back.' : '';
  return {
    kind: 'promoted',
    newWriter: sight.writer.id,
    oldPrimary: sight.oldIsReader ? 'fenced' : 'not-fenced',
    manualSteps,
    detail: `${sight.writer.id} is the writer, ${old} was. ${attribution(call, evidence.log)}${back}`,
  };
}

/** The configuration's own check guarantees the settings of the provider that a target names. */
function settingsOf(target: Target): PolardbSettings {
  if (target.polardb === undefined) throw new TypeError(`${target.id} has no polardb settings`);
  return target.polardb;
}
