import { hash } from 'node:crypto';
import type { Config } from '../../lib/config/config.ts';
import type { StateName } from '../../lib/failover/failover.ts';
import type { QueueName } from '../../lib/ports.ts';
import { seriesOf, type TargetLog } from './journal.ts';
import type { Credential } from '../../local/simulators/credential.ts';
import { gaussdbCredentials, polardbCredentials } from '../../local/simulators/fleet.ts';
import { judgeAftermath } from './aftermath.ts';
import { Auditor } from './auditor.ts';
import { bodyOf } from './bodies.ts';
import { configOf } from './fleet.ts';
import type { Violation } from './invariants.ts';
import type { Invocation, Strike } from './invocation.ts';
import { NO_MUTANT, type Mutant } from './mutant.ts';
import { PlannedMischief } from './planned-mischief.ts';
import { proveLiveness } from './liveness.ts';
import { Random } from './random.ts';
import type { Incident, MemberName, PlannedAct, PlannedChange, PlannedCloudFault, Script } from './script.ts';
import { Tally } from './tally.ts';
import { doAct, isOver, setDown, setLag, tidyUp, type Stage } from './stage.ts';
import { World, type LoggedEvent, type WorldOptions } from './world.ts';
import type { Services } from '../../lib/services.ts';
import type { Timing } from '../../lib/timing.ts';

const MINUTE = 60_000;
/** A quarter past three in the morning of a Friday, at the start of every history. */
const START_MS = Date.UTC(2026, 10, 20, 3, 0, 0);
/** After healing: an hour for the longest documented operation, and what may come before and after it. */
const END_BOUND_MS = 150 * MINUTE;

/** Fewer looks at what runs long: the order of the limits is that of the real ones. */
const TIMING: Partial<Timing> = {
  pollFirstMs: 3_000,
  pollFastForMs: 12_000,
  pollSlowMs: 180_000,
  stuckPollMs: 300_000,
  verifyBoundMs: 300_000,
  reconcileEveryMs: 180_000,
};

export interface Played {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly hash: string;
  readonly events: number;
  readonly faults: number;
  readonly tally: Tally;
  readonly simulatedMs: number;
  readonly lines: readonly string[];
  readonly log: readonly LoggedEvent[];
  readonly startMs: number;
}

/** Plays one history to its end. The same script, the same history, on every machine. */
export async function play(script: Script, mutant: Mutant = NO_MUTANT): Promise<Played> {
  const tally = new Tally();
  const auditor = new Auditor(script, START_MS, tally);
  const stage = stageOf(script, mutant, auditor);
  schedule(stage);
  await stage.world.run(script.healAtMs);
  await healAndEnd(stage);
  judgeAftermath(auditor, stage.world);
  if (script.proof) await proveLiveness(stage);
  return outcomeOf(stage);
}

function stageOf(script: Script, mutant: Mutant, auditor: Auditor): Stage {
  const { tally } = auditor;
  const counts = { gates: 0 };
  const random = new Random(script.seed ^ 0x5bd1e995);
  const mischief = new PlannedMischief(script, {
    tally,
    random,
    nowMs: () => auditor.nowMs - START_MS,
    passed: (gate, invocation, strike) => {
      if (strike !== 'slow') counts.gates += 1;
      note(auditor, gate, invocation, strike);
    },
  });
  const world: World = new World({
    config: configOf(script, START_MS),
    startMs: START_MS,
    seed: script.seed,
    mischief,
    timing: { ...TIMING, ...mutant.timing },
    skewMs: (chance) => (mischief.calm || script.skewMs === 0 ? 0 : chance.between(-script.skewMs, script.skewMs)),
    clouds: cloudsOf(script),
    watchdogMs: script.watchdogMs,
    watchdogRests: true,
    watcher: auditor,
    ...bentBy(mutant, () => world),
    acksEarly: mutant.acksEarly === true,
  });
  auditor.world = world;
  world.watchdogOn = mutant.noWatchdog !== true;
  planMisdeliveries(script, world, tally, mischief);
  const stage: Stage = {
    script,
    world,
    auditor,
    tally,
    mischief,
    get gates() {
      return counts.gates;
    },
    set gates(_value) {},
  };
  return stage;
}

/** Signatures are made in every history, and computed again by the clouds in every sixteenth: they do not depend on what goes wrong. */
const CHECKED_EVERY = 16;

function cloudsOf({ seed, speed }: Script): NonNullable<WorldOptions['clouds']> {
  const trusted = seed % CHECKED_EVERY !== 0;
  const known = (credentials: readonly Credential[]): readonly Credential[] => credentials.map((one) => ({ ...one, trusted }));
  return {
    gaussdb: { speed, credentials: known(gaussdbCredentials()) },
    polardb: { speed, credentials: known(polardbCredentials()) },
  };
}

/** Services as a planted bug makes them. A changed configuration is made once for each that there is. */
function bentBy(mutant: Mutant, world: () => World): Pick<WorldOptions, 'bend' | 'misreads'> {
  const { bend, seen, misreads } = mutant;
  if (bend === undefined && seen === undefined && misreads === undefined) return {};
  const configs = new Map<Config, Config>();
  const configAs = (config: Config): Config => {
    const known = configs.get(config) ?? seen?.(config) ?? config;
    configs.set(config, known);
    return known;
  };
  const bent = bend?.(world) ?? ((services: Services) => services);
  return {
    bend: (services, invocation) => bent({ ...services, config: configAs(services.config) }, invocation),
    ...(misreads === undefined ? {} : { misreads }),
  };
}

function note(auditor: Auditor, gate: string, invocation: Invocation, strike: Strike | 'slow'): void {
  if (strike !== 'none') {
    auditor.excused.add(invocation);
    if (invocation.name === 'decider') auditor.decidersStruckMs.set(invocation, auditor.nowMs);
    if (gate === 'probe') auditor.blind.add(invocation);
    auditor.line(`${invocation.name} ${gate} ${strike}`);
  }
}

function planMisdeliveries({ misdeliveries }: Script, world: World, tally: Tally, mischief: PlannedMischief): void {
  if (misdeliveries.length === 0) return;
  world.queues.misdelivery = (queue, nth) => {
    if (mischief.calm) return undefined;
    const found = misdeliveries.find((one) => one.queue === queue && one.nth === nth);
    if (found?.copies !== undefined) tally.add('fault queue duplicated', found.copies - 1);
    if (found?.delayMs !== undefined) tally.add('fault queue delayed');
    if (found?.lostFirst === true) tally.add('fault queue lost-then-redelivered');
    return found;
  };
}

function schedule(stage: Stage): void {
  const { script, world, tally } = stage;
  if (script.skewMs > 0) tally.add('fault clock skewed');
  for (const incident of script.incidents) scheduleIncident(stage, incident);
  for (const change of script.changes) world.kernel.at(START_MS + change.atMs, () => makeChange(stage, change));
  for (const outage of script.outages) scheduleOutage(stage, outage);
  for (const act of script.acts) scheduleAct(stage, act);
  for (const fault of script.cloudFaults) scheduleFault(stage, fault);
  const waiting = [...script.acts, ...script.cloudFaults];
  if (waiting.some(({ when }) => 'state' in when)) stage.auditor.onState = (target, state) => react(stage, target, state);
}

function scheduleIncident(stage: Stage, { kind, target, downs, lag, deliveries }: Incident): void {
  const { world, tally } = stage;
  tally.add(`incident ${kind}`);
  for (const down of downs) {
    world.kernel.at(START_MS + down.fromMs, () => setDown(stage, target, down.what, true));
    if (down.toMs !== undefined) world.kernel.at(START_MS + down.toMs, () => setDown(stage, target, down.what, false));
  }
  if (lag !== undefined) {
    world.kernel.at(START_MS + lag.fromMs, () => setLag(stage, target, lag.seconds));
    if (lag.toMs !== undefined) world.kernel.at(START_MS + lag.toMs, () => setLag(stage, target, 1));
  }
  for (const delivery of deliveries) {
    world.kernel.at(START_MS + delivery.atMs, () => {
      stage.auditor.line(`alert ${kind} ${target}`);
      world.alert(bodyOf(delivery, START_MS));
    });
  }
}

function makeChange({ world, tally, auditor }: Stage, { target: name, mode, forMs, approvals, freezeForMs }: PlannedChange): void {
  const { config } = world;
  const target = config.targets[name];
  const policy = config.policies[name];
  if (target === undefined || policy === undefined) return;
  tally.add('fault policy changed');
  auditor.line(`policy of ${name} changed`);
  const { guards, criteria } = policy;
  const approval = approvals === undefined ? guards.approval : { ...guards.approval, required: approvals > 0, approvers: APPROVING };
  const nowMs = world.nowMs;
  const freezes = freezeForMs === undefined ? guards.freezes : [{ fromMs: nowMs, toMs: nowMs + freezeForMs, reason: 'sudden freeze' }];
  const changed = {
    ...policy,
    criteria: criteria.map((criterion) => (forMs === undefined ? criterion : { ...criterion, forMs })),
    guards: { ...guards, approval, freezes },
  };
  const next: Config = {
    ...config,
    targets: { ...config.targets, [name]: mode === undefined ? target : { ...target, mode } },
    policies: { ...config.policies, [name]: changed },
  };
  world.config = next;
}
const APPROVING = ['lead@example.com', 'oncall@example.com', 'dba@example.com'] as const;

function scheduleOutage({ world, tally, auditor }: Stage, { of, fromMs, toMs }: Script['outages'][number]): void {
  world.kernel.at(START_MS + fromMs, () => {
    tally.add(`fault outage of ${of}`);
    auditor.line(`outage of ${of}`);
    if (of === 'channels') for (const id of ['ops', 'team']) world.deafChannels.add(`${id}.example.com`);
  });
  if (of === 'channels') world.kernel.at(START_MS + toMs, () => world.deafChannels.clear());
}

function scheduleAct(stage: Stage, act: PlannedAct): void {
  if ('atMs' in act.when) stage.world.kernel.at(START_MS + act.when.atMs, () => doAct(stage, act));
}

function scheduleFault(stage: Stage, fault: PlannedCloudFault): void {
  if ('atMs' in fault.when) stage.world.kernel.at(START_MS + fault.when.atMs, () => setFault(stage, fault));
}

function setFault({ world, auditor, mischief, tally }: Stage, { vendor, order }: PlannedCloudFault): void {
  if (mischief.calm) return;
  const cloud = vendor === 'gaussdb' ? world.gaussdb : world.polardb;
  cloud.faults(world.nowMs).set(order);
  auditor.line(`cloud fault ${order.fault} on ${order.operation}`);
  if (order.fault === 'refuse-connection') tally.add('fault cloud refuse-connection');
}

/** What waits for a failover to reach a state; a deed of a person not more than twice. */
function react(stage: Stage, target: MemberName, state: StateName): void {
  if (stage.mischief.calm) return;
  const { script, world } = stage;
  for (const act of script.acts) {
    if (!('state' in act.when) || act.when.state !== state || act.target !== target) continue;
    world.kernel.after(act.when.afterMs, () => doAct(stage, act));
  }
  for (const fault of script.cloudFaults) {
    if ('state' in fault.when && fault.when.state === state && fault.when.target === target) setFault(stage, fault);
  }
}

/** No more faults, everything is up again, dead letters are sent once more. Then everything has to end. */
async function healAndEnd(stage: Stage): Promise<void> {
  const { world, mischief, auditor, script } = stage;
  auditor.line('heal');
  mischief.calm = true;
  world.deafChannels.clear();
  for (const vendor of new Set(script.cloudFaults.map((fault) => fault.vendor)))
    (vendor === 'gaussdb' ? world.gaussdb : world.polardb).faults(world.nowMs).clear();
  for (const { name, truth } of auditor.targets.values()) {
    if (truth.primaryDown) setDown(stage, name, 'primary', false);
    if (truth.standbyDown) setDown(stage, name, 'standby', false);
    if (truth.lagSeconds !== 1) setLag(stage, name, 1);
  }
  redrive(stage);
  for (const log of auditor.targets.values()) allClear(stage, log);
  world.queues.onDead = (queue, body, reason) => {
    if (reason === 'received too often') world.kernel.after(MINUTE, () => redriveOne(stage, queue, body));
  };
  await world.run(END_BOUND_MS, () => isOver(stage));
  await tidyUp(stage);
}

/** The monitoring sees that everything is well again, and says so of each series that it has not taken back yet. */
function allClear({ world, auditor, script }: Stage, { name }: TargetLog): void {
  const atMs = world.nowMs - START_MS;
  const said = script.incidents.flatMap(({ deliveries }) => deliveries.flatMap(({ alerts }) => alerts));
  const series = new Map(said.filter(({ target }) => target === name).map((alert) => [seriesOf(alert), alert]));
  const open = [...series.values()].filter(({ status }) => status === 'firing');
  if (open.length === 0) return;
  const alerts = open.map((alert) => ({
    ...alert,
    status: 'resolved' as const,
    endsAtMs: Math.max(atMs, alert.startsAtMs),
  }));
  const delivery = { atMs, alerts };
  const body = bodyOf(delivery, START_MS);
  auditor.deliveries.set(body, delivery);
  world.alert(body);
}

function redrive(stage: Stage): void {
  const { world, tally } = stage;
  for (const queue of Object.keys(world.queues.dead) as QueueName[]) {
    const letters = world.queues.dead[queue].splice(0);
    for (const { body, reason } of letters) {
      tally.add('fault queue redriven');
      if (reason === 'received too often') world.queues.put(queue, body);
      else world.queues.dead[queue].push({ body, reason });
    }
  }
}

function redriveOne({ world }: Stage, queue: QueueName, body: string): void {
  const letters = world.queues.dead[queue];
  const index = letters.findIndex((letter) => letter.body === body);
  if (index < 0) return;
  letters.splice(index, 1);
  world.queues.put(queue, body);
}

function outcomeOf({ script, world, auditor, tally, gates }: Stage): Played {
  const faults = tally.sum('fault ');
  tally.add('histories');
  const text = auditor.lines.join('\n');
  return {
    seed: script.seed,
    violations: auditor.violations,
    hash: hash('sha256', text, 'hex'),
    events: gates + tally.sum('incident ') + world.cloudEvents.length + world.told.length,
    faults,
    tally,
    simulatedMs: world.nowMs - START_MS,
    lines: auditor.lines,
    log: world.log,
    startMs: START_MS,
  };
}
