import { bodyOf } from './bodies.ts';
import { APPROVERS, MEMBER } from './fleet.ts';
import type { TargetLog } from './journal.ts';
import { doAct, isOver, setDown, tidyUp, type Stage } from './stage.ts';
import type { Delivery, FleetMember, MemberName, ScriptedAlert } from './script.ts';

const MINUTE = 60_000;
/** Until what was spent, cooled down, skewed and counted by the brake is over. */
const REST_MS = 130 * MINUTE;
/** From the moment that dwell and grace are over until the call: two queues, two looks at the provider. */
export const LIVENESS_BOUND_MS = 30_000;

/** One more true outage, of a target that nothing forbids to act: it must act, in time. */
export async function proveLiveness(stage: Stage): Promise<void> {
  const { world, auditor, script } = stage;
  if (auditor.violations.length > 0) return;
  await world.run(REST_MS);
  const member = script.fleet.find((one) => mayBeAsked(stage, one));
  if (member === undefined) return;
  stage.tally.add('liveness proved');
  auditor.line(`proof: ${member.name} dies`);
  const log = auditor.targets.get(member.name);
  const before = log?.order.length ?? 0;
  const startMs = world.nowMs;
  setDown(stage, member.name, 'primary', true);
  const body = bodyOf(deathSeen(member.name), startMs);
  auditor.deliveries.set(body, deathSeen(member.name, startMs - auditor.startMs));
  world.alert(body);
  auditor.onState = (target, state) => {
    if (state !== 'awaiting-approval') return;
    const { count = 1 } = world.config.policies[member.name]?.guards.approval ?? {};
    for (const by of APPROVERS.slice(0, count)) doAct(stage, { deed: 'approve', target, by });
  };
  const policy = world.config.policies[member.name];
  const forMs = policy?.criteria[0]?.forMs ?? 0;
  const boundMs = Math.max(forMs, policy?.guards.providerGraceMs ?? 0) + LIVENESS_BOUND_MS;
  await world.run(boundMs, () => sent(log, before));
  if (!sent(log, before)) {
    const { verdict } = await world.aside().targets.load(member.name);
    auditor.violate(
      'liveness',
      member.name,
      `nothing was sent within ${boundMs} ms: ${verdict?.kind ?? 'no verdict'} ${verdict?.reason ?? ''}`,
    );
  }
  await world.run(60 * MINUTE, () => isOver(stage));
  await tidyUp(stage);
}

function sent(log: TargetLog | undefined, before: number): boolean {
  return log !== undefined && log.order.slice(before).some(({ sends }) => sends > 0);
}

/** Acting, not exhausted by the day's limit, and its standby is still one. */
function mayBeAsked({ world, auditor }: Stage, { name }: FleetMember): boolean {
  const log = auditor.targets.get(name);
  const target = world.config.targets[name];
  const guards = world.config.policies[name]?.guards;
  if (log === undefined || target?.mode !== 'act' || guards === undefined) return false;
  if (guards.maintenance.length > 0 || guards.freezes.some(({ toMs }) => toMs > world.nowMs)) return false;
  return log.order.length < guards.failoversPerDay && log.active === undefined && standbyReady(world, name);
}

function standbyReady(world: Stage['world'], name: MemberName): boolean {
  const { provider, promotionId, standbyIds } = MEMBER[name];
  let ready = false;
  if (provider === 'gaussdb')
    world.gaussdb.change(({ relations, running }) => {
      ready = running.length === 0 && relations.every(({ status, promoteFailed }) => status === 'normal' && !promoteFailed);
    });
  else
    world.polardb.change(({ clusters, gdns, running }) => {
      const writer = clusters[promotionId]?.nodes.find(({ role }) => role === 'Writer')?.id;
      const standby = gdns[promotionId]?.members.find(({ clusterId }) => clusterId === standbyIds[0]);
      ready =
        running.length === 0 && (writer === undefined ? standby?.role === 'standby' : writer !== standbyIds[0] || name === 'payments');
    });
  return ready;
}

function deathSeen(target: MemberName, offsetMs = 0): Delivery {
  const alert = (observer: string, name: string): ScriptedAlert => ({
    target,
    name,
    class: 'unreachable',
    severity: 'critical',
    observer,
    status: 'firing',
    startsAtMs: offsetMs,
  });
  const alerts = ['eu-1', 'eu-2'].map((observer) => alert(observer, 'DatabaseUnreachable'));
  return { atMs: offsetMs, alerts };
}
