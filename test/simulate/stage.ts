import { DOINGS } from './acts.ts';
import type { Auditor } from './auditor.ts';
import { MEMBER } from './fleet.ts';
import type { PlannedMischief } from './planned-mischief.ts';
import type { Down, MemberName, PlannedAct, Script } from './script.ts';
import type { Tally } from './tally.ts';
import type { World } from './world.ts';

const MINUTE = 60_000;

/** Everything that is on the stage of one history. */
export interface Stage {
  readonly script: Script;
  readonly world: World;
  readonly auditor: Auditor;
  readonly tally: Tally;
  readonly mischief: PlannedMischief;
  gates: number;
}

export function setDown({ world, auditor }: Stage, target: MemberName, what: Down['what'], down: boolean): void {
  const { vendor } = MEMBER[target];
  const cloud = vendor === 'gaussdb' ? world.gaussdb : world.polardb;
  cloud.advance(world.nowMs);
  for (const id of what === 'primary' ? [writerNode(world, auditor, target, down)] : MEMBER[target].standbyIds)
    cloud.setOutage(id, down, world.nowMs);
  const truth = auditor.targets.get(target)?.truth;
  if (truth === undefined) return;
  if (what === 'primary') Object.assign(truth, { primaryDown: down, primaryChangedMs: world.nowMs });
  else Object.assign(truth, { standbyDown: down, standbyChangedMs: world.nowMs });
}

/** Of a PolarDB cluster the node that is its writer now, and later the same node again, whoever writes then. */
function writerNode(world: World, auditor: Auditor, target: MemberName, down: boolean): string {
  const { provider, primaryId } = MEMBER[target];
  const truth = auditor.targets.get(target)?.truth;
  if (provider !== 'polardb' || truth === undefined) return primaryId;
  if (!down) return truth.deadNode ?? primaryId;
  world.polardb.change(({ clusters }) => {
    truth.deadNode = clusters[primaryId]?.nodes.find(({ role }) => role === 'Writer')?.id;
  });
  return truth.deadNode ?? primaryId;
}

export function setLag({ world, auditor }: Stage, target: MemberName, seconds: number): void {
  const { vendor, lagId } = MEMBER[target];
  if (lagId === undefined) return;
  if (vendor === 'gaussdb') world.gaussdb.setLag(lagId, seconds);
  else world.polardb.setLag(lagId, seconds);
  const truth = auditor.targets.get(target)?.truth;
  if (truth !== undefined) Object.assign(truth, { lagSeconds: seconds, lagChangedMs: world.nowMs });
}

export function doAct({ world, tally, auditor }: Stage, act: Pick<PlannedAct, 'deed' | 'target' | 'by' | 'forMs'>): void {
  tally.add(`act ${act.deed}`);
  auditor.line(`${act.by} ${act.deed} ${act.target}`);
  world.act('operator', (services) => DOINGS[act.deed](services, act));
}

/** What is left is for people: they look at what is stuck, blocked or braked, and close it. */
export async function tidyUp(stage: Stage): Promise<void> {
  const { world, auditor } = stage;
  const by = 'lead@example.com';
  for (const { name, active, blockedBy, controls } of auditor.targets.values()) {
    if (active?.state === 'stuck') doAct(stage, { deed: 'close', target: name, by });
    else if (blockedBy !== undefined) doAct(stage, { deed: 'acknowledge', target: name, by });
    if (controls?.pause !== undefined) doAct(stage, { deed: 'resume', target: name, by });
  }
  const [first] = stage.script.fleet;
  if (auditor.brakeOnSinceMs !== undefined && first !== undefined) doAct(stage, { deed: 'release', target: first.name, by });
  await world.run(30 * MINUTE, () => isOver(stage) && ![...auditor.targets.values()].some(({ active }) => active !== undefined));
}

/** Nothing runs, nothing waits, and whatever is active is stuck: for people. */
export function isOver({ world, auditor }: Stage): boolean {
  if (auditor.busy > 0 || deadByAccident(world)) return false;
  const { alerts, failovers, polls, notices } = world.queues.live;
  if (alerts.length > 0 || failovers.length > 0 || notices.length > 0) return false;
  for (const { active } of auditor.targets.values()) if (active !== undefined && active.state !== 'stuck') return false;
  return polls.length === 0 || [...auditor.targets.values()].some(({ active }) => active !== undefined);
}

/** Somebody will send it once more. */
function deadByAccident({ queues }: World): boolean {
  return Object.values(queues.dead).some((letters) => letters.some(({ reason }) => reason === 'received too often'));
}
