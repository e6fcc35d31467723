import type { Config } from '../../lib/config/config.ts';
import type { Controls } from '../../lib/decide/state.ts';
import { MAX_OBSERVERS, MAX_TRACKED_PER_CRITERION, type Health } from '../../lib/decide/health.ts';
import { isTerminal, type Failover, type StateName } from '../../lib/failover/failover.ts';
import { LIFECYCLE } from '../../lib/failover/lifecycle.ts';
import type { HttpRequest, QueueName } from '../../lib/ports.ts';
import type { Call } from '../../local/simulators/counters.ts';
import type { SimulatorEvent } from '../../local/simulators/event.ts';
import { bodyOf } from './bodies.ts';
import { couldBeMet } from './evidence-oracle.ts';
import { MEMBER, probeHostOf } from './fleet.ts';
import { forbidsCall, forbidsClaim, type GuardQuestion } from './guards-oracle.ts';
import type { InvariantName, Violation } from './invariants.ts';
import type { Invocation } from './invocation.ts';
import { seriesOf, SETTLING_MS, targetLog, type RecordLog, type TargetLog } from './journal.ts';
import type { QueuedMessage } from './memory-queue.ts';
import type { Delivery, MemberName, Script } from './script.ts';
import type { Tally } from './tally.ts';
import type { Consequence, TableWrite, ToldNotice, Watcher, World } from './world.ts';

const DAY_MS = 86_400_000;
/** One item of the table may have 400 KB; a target stays far below. */
const ITEM_CHARS_MAX = 100_000;
const TRAIL_MAX = 60;

/** Something that people have to be told. What was over before a lost word could come again does not count. */
export interface Telling {
  readonly target: string;
  readonly prefix: string;
  readonly atMs: number;
  overMs?: number;
}

/** Sees everything that happens in a history, keeps its own log, and checks what can be checked at once. */
export class Auditor implements Watcher {
  readonly violations: Violation[] = [];
  readonly targets = new Map<string, TargetLog>();
  /** Alerts of each body that was put on the queue. */
  readonly deliveries = new Map<string, Delivery>();
  readonly acked: string[] = [];
  readonly tolds: { readonly key: string; readonly channel: string; readonly by: Invocation | undefined }[] = [];
  readonly mustTell: Telling[] = [];
  readonly excused = new Set<Invocation>();
  /** When a run of the decider was last struck. */
  readonly decidersStruckMs = new Map<Invocation, number>();
  /** Runs whose own probe failed: two observers may suffice without it. */
  readonly blind = new Set<Invocation>();
  readonly lines: string[] = [];
  busy = 0;
  onState: (target: MemberName, state: StateName) => void = () => {};
  brakeOnSinceMs: number | undefined;
  slotsClearedMs = -1;
  world!: World;
  readonly script: Script;
  readonly startMs: number;
  readonly tally: Tally;
  readonly #liesMs: number[] = [];
  readonly #configs = new WeakMap<Invocation, Config>();
  readonly #begunMs = new WeakMap<Invocation, number>();

  constructor(script: Script, startMs: number, tally: Tally) {
    this.script = script;
    this.startMs = startMs;
    this.tally = tally;
    for (const { name } of script.fleet) this.targets.set(name, targetLog(name));
    for (const { deliveries } of script.incidents)
      for (const delivery of deliveries) this.deliveries.set(bodyOf(delivery, startMs), delivery);
  }

  get nowMs(): number {
    return this.world.kernel.nowMs;
  }

  violate(invariant: InvariantName, target: string, what: string): void {
    this.line(`VIOLATION ${invariant} ${target}: ${what}`);
    this.violations.push({ invariant, atMs: this.nowMs - this.startMs, target, what });
  }

  line(text: string): void {
    this.lines.push(`${this.nowMs - this.startMs} ${text}`);
  }

  begun(invocation: Invocation): void {
    this.busy += 1;
    this.#configs.set(invocation, this.world.config);
    this.#begunMs.set(invocation, this.nowMs);
  }

  ended(invocation: Invocation, how: 'done' | 'died' | 'failed'): void {
    this.busy -= 1;
    if (how !== 'done') this.excused.add(invocation);
    this.line(`${invocation.name} ${how}`);
  }

  met(what: Consequence): void {
    this.tally.add(`met ${what}`);
  }

  received(queue: QueueName, messages: readonly QueuedMessage[], invocation: Invocation): void {
    for (const { id, body, receiveCount } of messages) {
      this.line(`${invocation.name} receives ${queue} ${id} (${receiveCount})`);
      if (queue === 'alerts') this.#heard(this.deliveries.get(body));
    }
  }

  #heard(delivery: Delivery | undefined): void {
    for (const alert of delivery?.alerts ?? [])
      this.targets.get(alert.target)?.delivered.push({ alert, startMs: this.startMs + alert.startsAtMs });
  }

  acknowledged(queue: QueueName, { id, body }: QueuedMessage): void {
    this.line(`acknowledged ${queue} ${id}`);
    if (queue !== 'alerts') return;
    this.acked.push(body);
    for (const alert of this.deliveries.get(body)?.alerts ?? []) {
      const log = this.targets.get(alert.target);
      if (log === undefined || alert.status !== 'resolved') continue;
      const series = seriesOf(alert);
      const endMs = this.startMs + (alert.endsAtMs ?? alert.startsAtMs);
      log.resolvedMs.set(series, Math.max(log.resolvedMs.get(series) ?? 0, endMs));
    }
  }

  told({ channel, body, by }: ToldNotice): void {
    const key = /"key":"([^"]+)"/.exec(body)?.[1] ?? '';
    this.line(`told ${channel} ${key}`);
    this.tolds.push({ key, channel, by });
  }

  wrote(write: TableWrite): void {
    const { key, before, after, by } = write;
    this.line(`wrote ${key.pk} ${key.sk} by ${by?.name ?? 'aside'}`);
    if (key.pk === 'fleet') return this.#brakeWritten(write);
    if (key.pk.startsWith('history#')) return this.#kept(key.sk);
    if (!key.pk.startsWith('target#') || after === undefined) return;
    const log = this.targets.get(key.pk.slice('target#'.length));
    if (log === undefined) return;
    if (before?.['controls'] !== after['controls'] && after['controls'] !== undefined)
      this.#controlsWritten(log, JSON.parse(String(after['controls'])) as Controls, write);
    if (before?.['failover'] !== after['failover']) this.#failoverWritten(log, parsed(after['failover']), write);
    if (before?.['verdict'] !== after['verdict']) this.#verdictWritten(log, write);
    if (before?.['health'] !== after['health']) this.#healthWritten(log, String(after['health']));
  }

  #kept(sk: string): void {
    const id = sk.startsWith('failover#') ? sk.split('#')[2] : undefined;
    for (const log of this.targets.values()) {
      const record = log.records.get(id ?? '');
      if (record !== undefined) record.kept = true;
    }
  }

  #brakeWritten({ before, after, by }: TableWrite): void {
    const [was, is] = [before?.['on'] === true, after?.['on'] === true];
    if (!was && is) {
      this.brakeOnSinceMs = this.nowMs;
      this.tally.add('brake tripped');
      this.mustTell.push({ target: '*', prefix: 'fleet/brake/', atMs: this.nowMs });
    }
    if (was && !is) {
      if (by !== undefined && by.name !== 'operator') this.violate('brake-holds', '*', `the brake was released by the ${by.name}`);
      this.#heldIsOver('fleet/brake/');
      this.brakeOnSinceMs = undefined;
      this.slotsClearedMs = this.nowMs;
      this.tally.add('brake released');
    }
    const slots = JSON.parse(String(after?.['slots'] ?? '[]')) as unknown[];
    if (slots.length > this.script.brake.failovers) this.violate('state-bounded', '*', `the brake holds ${slots.length} slots`);
  }

  #controlsWritten(log: TargetLog, controls: Controls, { by }: TableWrite): void {
    const before = log.controls;
    log.controls = controls;
    if (by?.name === 'operator') {
      if (controls.pause !== undefined) log.pausedUntilMs = controls.pause.untilMs;
      else if (before?.pause !== undefined) log.pausedUntilMs = undefined;
      const acknowledged = (before?.block !== undefined && controls.block === undefined) || controls.coolDownUntilMs === 0;
      if (acknowledged && (before?.block !== undefined || (before?.coolDownUntilMs ?? 0) > 0)) {
        log.blockedBy = undefined;
        log.coolUntilMs = 0;
      }
    }
    if (controls.failoversMs.length > 20) this.violate('state-bounded', log.name, `${controls.failoversMs.length} times remembered`);
  }

  #verdictWritten(log: TargetLog, { before, after }: TableWrite): void {
    const verdict = spoken(after?.['verdict']);
    if (verdict === undefined) return;
    this.tally.add(`verdict ${verdict}`);
    const old = spoken(before?.['verdict']);
    if (old === verdict) return;
    if (old?.startsWith('hold ') === true) this.#heldIsOver(`${log.name}/held/${old.slice(5)}/`);
    if (verdict.startsWith('hold ') && verdict !== 'hold in-flight')
      this.mustTell.push({ target: log.name, prefix: `${log.name}/held/${verdict.slice(5)}/`, atMs: this.nowMs });
  }

  #heldIsOver(prefix: string): void {
    for (const telling of this.mustTell) if (telling.prefix === prefix) telling.overMs ??= this.nowMs;
  }

  #healthWritten(log: TargetLog, text: string): void {
    if (text.length > ITEM_CHARS_MAX) this.violate('state-bounded', log.name, `its health has ${text.length} characters`);
    if (text.length < 4_000) return;
    const { observers } = JSON.parse(text) as Health;
    const most = Math.max(0, ...Object.values(observers).map(({ tracked }) => Object.keys(tracked).length));
    if (Object.keys(observers).length > MAX_OBSERVERS || most > MAX_TRACKED_PER_CRITERION)
      this.violate('state-bounded', log.name, `${Object.keys(observers).length} observers, ${most} alerts of one`);
  }

  #failoverWritten(log: TargetLog, after: Failover | undefined, write: TableWrite): void {
    const before = log.active;
    log.active = after;
    if (before === undefined && after !== undefined) return this.#created(log, after, write);
    if (before === undefined) return;
    const record = log.records.get(before.id);
    if (record === undefined) return;
    if (after === undefined) return this.#cleared(log, record, before);
    if (after.id !== before.id) {
      this.violate('one-active', log.name, `${before.id.slice(0, 8)} (${before.state}) was replaced by ${after.id.slice(0, 8)}`);
      return this.#created(log, after, write);
    }
    this.#moved(log, record, { before, after, write });
  }

  #created(log: TargetLog, failover: Failover, write: TableWrite): void {
    const { id, state, trail } = failover;
    const record: RecordLog = {
      id,
      target: log.name,
      createdMs: this.nowMs,
      createdBy: log.order.length,
      state,
      claimedMs: 0,
      sendingMs: 0,
      sends: 0,
      effects: [],
      heldUp: false,
      approvals: 0,
      wasUnknown: false,
      wasStuck: false,
      kept: false,
      lastTrailHash: trail.at(-1)?.hash ?? '',
      planText: JSON.stringify(failover.plan),
      probeAliveAtClaim: false,
      fencedBy: undefined,
    };
    this.#judgeCreation(log, record, failover, write);
    log.records.set(id, record);
    log.order.push(record);
    this.tally.add(`transition none created ${state}`);
    this.line(`failover ${log.name} ${id.slice(0, 8)} created as ${state}`);
    if (state === 'awaiting-approval') this.mustTell.push({ target: log.name, prefix: `${id}/approval-needed`, atMs: this.nowMs });
    this.onState(log.name, state);
  }

  #judgeCreation(log: TargetLog, record: RecordLog, failover: Failover, { by }: TableWrite): void {
    const { nowMs } = this;
    if (trailFault(failover, undefined)) this.violate('life-cycle', log.name, `created in ${failover.state}`);
    const config = this.#configOf(by);
    const { failoversPerDay } = this.#guardsOf(config, log.name);
    const today = log.order.filter(({ createdMs }) => nowMs - createdMs < DAY_MS - 2 * this.script.skewMs - SETTLING_MS).length;
    if (today >= failoversPerDay)
      this.violate('brake-holds', log.name, `failover number ${today + 1} of a day, ${failoversPerDay} allowed`);
    this.#judgeSlots(log, by);
    this.#judgeEvidence(log, record, by, 'requested');
  }

  #judgeSlots(log: TargetLog, by: Invocation | undefined): void {
    const { brake } = this.script;
    const begunMs = by === undefined ? this.nowMs : (this.#begunMs.get(by) ?? this.nowMs);
    if (this.brakeOnSinceMs !== undefined && this.brakeOnSinceMs < begunMs)
      this.violate('brake-holds', log.name, 'a failover was requested while the brake was on');
    const windowMs = brake.windowMs - 2 * this.script.skewMs - SETTLING_MS;
    const recent = [...this.targets.values()]
      .flatMap(({ order }) => order)
      .filter(
        ({ createdMs, slotGivenBackMs }) =>
          createdMs > this.slotsClearedMs && this.nowMs - createdMs < windowMs && slotGivenBackMs === undefined,
      );
    if (recent.length >= brake.failovers)
      this.violate('brake-holds', log.name, `failover number ${recent.length + 1} in ${brake.windowMs} ms, ${brake.failovers} allowed`);
  }

  #cleared(log: TargetLog, record: RecordLog, before: Failover): void {
    if (!isTerminal(before)) this.violate('one-active', log.name, `${record.id.slice(0, 8)} was cleared as ${before.state}`);
    if (!record.kept) this.violate('ends-and-is-told', log.name, `${record.id.slice(0, 8)} was cleared and is in no history`);
    this.line(`failover ${log.name} ${record.id.slice(0, 8)} cleared`);
  }

  #moved(log: TargetLog, record: RecordLog, { before, after, write }: { before: Failover; after: Failover; write: TableWrite }): void {
    if (before.token !== after.token || before.planHash !== after.planHash || JSON.stringify(after.plan) !== record.planText)
      this.violate('plan-is-kept', log.name, `${record.id.slice(0, 8)}: its plan or token was changed`);
    const fault = trailFault(after, before);
    if (fault !== undefined) this.violate(fault.invariant, log.name, `${record.id.slice(0, 8)}: ${fault.what}`);
    if (after.trail.length > TRAIL_MAX) this.violate('state-bounded', log.name, `a trail of ${after.trail.length} entries`);
    if (after.state === 'awaiting-approval' || (before.state === 'awaiting-approval' && after.state === 'requested')) {
      if (write.by?.name === 'operator') record.approvals += 1;
    }
    const sends = after.state === 'claimed' && after.sending && !(before.state === 'claimed' && before.sending);
    if (after.state !== before.state || after.trail.length !== before.trail.length) this.#transition(log, record, before, after, write);
    if (sends) this.#judgeCall(log, record, after, write);
  }

  #transition(log: TargetLog, record: RecordLog, before: Failover, after: Failover, write: TableWrite): void {
    const event = after.trail.at(-1)?.event ?? '';
    record.state = after.state;
    if (before.state === 'awaiting-approval') this.#heldIsOver(`${record.id}/approval-needed`);
    if (before.state === 'stuck') this.#heldIsOver(`${record.id}/stuck`);
    this.tally.add(`transition ${before.state} ${event} ${after.state}`);
    this.line(`failover ${log.name} ${record.id.slice(0, 8)} ${before.state} ${event} ${after.state}`);
    if (after.state === 'claimed') this.#judgeClaim(log, record, after, write);
    if (after.state === 'unknown') record.wasUnknown = true;
    if (after.state === 'stuck') {
      record.wasStuck = true;
      this.mustTell.push({ target: log.name, prefix: `${record.id}/stuck`, atMs: this.nowMs });
    }
    if (isTerminal(after)) this.#ended(log, record, after, write);
    this.onState(log.name, after.state);
  }

  #ended(log: TargetLog, record: RecordLog, after: Failover, { by }: TableWrite): void {
    const { state } = after;
    record.endedMs = this.nowMs;
    if (after.starts === 0 && (state === 'cancelled' || state === 'refused')) record.slotGivenBackMs = this.nowMs;
    this.mustTell.push({ target: log.name, prefix: `${record.id}/${state}`, atMs: this.nowMs });
    const last = after.trail.at(-1)?.event;
    const judged = state !== 'cancelled' || last === 'denied' || last === 'expired';
    log.spentMs = Math.max(log.spentMs, judged ? this.nowMs : record.createdMs);
    // Who is told of other roles twice and more, by the only one who knows them, cannot know better.
    const misled = this.#liesMs.filter((atMs) => atMs >= record.claimedMs).length > 1;
    if (state === 'succeeded' && !misled && !this.#reallyPromoted(log, after))
      this.violate('success-is-real', log.name, `${record.id.slice(0, 8)} succeeded, and the roles say no`);
    const acted = record.effects.some(({ failed, undone }) => !failed && !undone) && this.#liesMs.length === 0;
    if (acted && (state === 'refused' || state === 'cancelled'))
      this.violate('refusal-is-real', log.name, `${record.id.slice(0, 8)} is ${state}, and its call took effect`);
    if (state === 'cancelled') return;
    log.coolUntilMs = this.nowMs + this.#guardsOf(this.#configOf(by), log.name).coolDownMs;
    const needsPerson = state === 'failed' || record.wasStuck || (state === 'refused' && record.wasUnknown);
    if (needsPerson) log.blockedBy = record.id;
  }

  #reallyPromoted(log: TargetLog, { plan }: Failover): boolean {
    const { vendor, promotionId } = MEMBER[log.name];
    let real = false;
    if (vendor === 'gaussdb')
      this.world.gaussdb.change(({ relations }) => {
        real = relations.some(({ promotedId }) => promotedId === promotionId);
      });
    else
      this.world.polardb.change(({ clusters, gdns }) => {
        const writer = clusters[promotionId]?.nodes.find(({ role }) => role === 'Writer')?.id;
        const primary = gdns[promotionId]?.members.find(({ role }) => role === 'primary')?.clusterId;
        real = writer === undefined ? primary === plan.promotes : writer !== plan.writerBefore;
      });
    return real;
  }

  #judgeClaim(log: TargetLog, record: RecordLog, failover: Failover, { by }: TableWrite): void {
    record.claimedMs = this.nowMs;
    record.probeAliveAtClaim = this.#probeAlive(log);
    const why = forbidsClaim(this.#question(log, record, failover, by));
    if (why !== undefined) this.violate('guards-hold', log.name, `${record.id.slice(0, 8)} was claimed although ${why}`);
  }

  #judgeCall(log: TargetLog, record: RecordLog, failover: Failover, { by }: TableWrite): void {
    record.sendingMs = this.nowMs;
    record.fencedBy = by;
    const question = this.#question(log, record, failover, by);
    const why = forbidsClaim(question) ?? forbidsCall(question);
    if (why !== undefined) this.violate('guards-hold', log.name, `${record.id.slice(0, 8)} was about to be sent although ${why}`);
    this.#judgeEvidence(log, record, by, 'sent');
    const looked = by === undefined || !this.blind.has(by);
    const contradicted = looked && record.probeAliveAtClaim && this.#probeAlive(log) && log.truth.primaryChangedMs < record.claimedMs;
    const repeated = failover.state === 'claimed' && failover.repeats === 'same-token';
    if (contradicted && !repeated)
      this.violate('evidence-holds', log.name, `${record.id.slice(0, 8)} was sent although our own probe reaches the database`);
  }

  #probeAlive(log: TargetLog): boolean {
    const member = this.script.fleet.find(({ name }) => name === log.name);
    return member?.probed === true && this.world.reaches(probeHostOf(log.name)) === true;
  }

  #judgeEvidence(log: TargetLog, record: RecordLog, by: Invocation | undefined, what: string): void {
    const criteria = this.#configOf(by).policies[log.name]?.criteria ?? [];
    const asked = { log, nowMs: this.nowMs, requestedMs: record.createdMs, skewMs: this.script.skewMs };
    if (criteria.some((criterion) => couldBeMet({ ...asked, criterion }))) return;
    this.violate('evidence-holds', log.name, `${record.id.slice(0, 8)} was ${what} on evidence that does not meet the criterion`);
  }

  #question(log: TargetLog, record: RecordLog, failover: Failover, by: Invocation | undefined): GuardQuestion {
    const { nowMs, brakeOnSinceMs } = this;
    return { log, record, failover, config: this.#configOf(by), nowMs, skewMs: this.script.skewMs, brakeOnSinceMs };
  }

  #configOf(by: Invocation | undefined): Config {
    return (by === undefined ? undefined : this.#configs.get(by)) ?? this.world.config;
  }

  #guardsOf(config: Config, name: string): Config['policies'][string]['guards'] {
    const guards = config.policies[name]?.guards;
    if (guards === undefined) throw new Error(`no policy for ${name}`);
    return guards;
  }

  cloud(event: SimulatorEvent): void {
    this.line(`cloud ${event.vendor} ${event.operation} ${event.id} ${event.kind} ${event.percent} by ${event.by}`);
    if (!event.promotion) return;
    const log = [...this.targets.values()].find(({ name }) => MEMBER[name].promotionId === event.id);
    if (log !== undefined && event.kind === 'finished') log.truth.rolesChanged = true;
    if (event.by !== 'request') return this.#switchedByItself(log, event);
    const record = log?.lastSender;
    if (log === undefined || record === undefined) {
      if (event.kind === 'started') this.violate('recorded-before-sent', log?.name ?? event.id, 'an effect without a record');
      return;
    }
    if (event.kind === 'started') {
      if (record.effects.some(({ failed }) => !failed))
        this.violate('one-effect', log.name, `${record.id.slice(0, 8)} had a second effect`);
      record.effects.push({ startedMs: this.nowMs, failed: false, undone: false });
      this.tally.add('promotion started');
    }
    const last = record.effects.at(-1);
    if (event.kind === 'failed' && last !== undefined) last.failed = true;
  }

  /** The vendor's own switch turned ours around: where no log of switches is kept, nobody can know that there were any. */
  #switchedByItself(log: TargetLog | undefined, { kind }: SimulatorEvent): void {
    if (log === undefined || kind !== 'finished' || MEMBER[log.name].switchesLogged) return;
    for (const effect of log.lastSender?.effects ?? []) effect.undone = true;
  }

  called(vendor: 'gaussdb' | 'polardb', call: Call): void {
    this.line(`call ${vendor} ${call.operation} ${call.outcome} ${call.code ?? ''} ${call.saw}`);
    for (const fault of call.faults) {
      this.tally.add(`fault cloud ${fault.replace(/ .*/, '')}`);
      if (fault === 'wrong-role') this.#liesMs.push(this.nowMs);
      if (fault.startsWith('effect-later')) this.#heldUp(call.operation, fault === 'effect-later');
    }
  }

  /** Whoever sends has written its fence, and nobody has written another since. */
  leaving(request: HttpRequest, invocation: Invocation): void {
    const sent = effectOf(request);
    if (sent === undefined) return;
    const log = this.#targetOf(sent);
    const active = log?.active;
    const fenced = active !== undefined && mayBeSent(active) && log?.records.get(active.id)?.fencedBy === invocation;
    if (!fenced)
      this.violate('recorded-before-sent', log?.name ?? sent.promotionId, `a call leaves without a fence while ${active?.state}`);
  }

  #targetOf({ promotionId }: Sent): TargetLog | undefined {
    return [...this.targets.values()].find(({ name }) => MEMBER[name].promotionId === promotionId);
  }

  arriving(request: HttpRequest, invocation: Invocation): void {
    const sent = effectOf(request);
    if (sent === undefined) return;
    const log = this.#targetOf(sent);
    const active = log?.active;
    const record = log?.records.get(active?.id ?? '');
    if (log === undefined || active === undefined || record === undefined)
      return this.violate('recorded-before-sent', log?.name ?? sent.promotionId, 'a call without a record');
    // A call is on its way for some time: since it left, another may have found the effect of an earlier one.
    const found = record.fencedBy === invocation && !isTerminal(active);
    if (!mayBeSent(active) && !found)
      this.violate('recorded-before-sent', log.name, `a call while ${record.id.slice(0, 8)} is ${active.state}`);
    const parameters = JSON.stringify(
      Object.entries(active.plan.parameters)
        .map(([name, value]) => [name, String(value)])
        .sort(),
    );
    if (parameters !== JSON.stringify(Object.entries(sent.parameters).sort()))
      this.violate('plan-is-kept', log.name, `sent ${JSON.stringify(sent.parameters)}, recorded ${parameters}`);
    if (sent.token !== undefined && sent.token !== active.token) this.violate('plan-is-kept', log.name, 'sent with another token');
    this.#judgeRepetition(log, record);
    record.sends += 1;
    log.lastSender = record;
  }

  /** Without a token a second call is a second failover, unless the vendor happens to refuse it: nobody may count on that (rule 17). */
  #judgeRepetition(log: TargetLog, record: RecordLog): void {
    const inVain = !record.heldUp && record.effects.every(({ failed }) => failed);
    if (MEMBER[log.name].provider === 'polardb' || inVain) return;
    if (this.#liesMs.some((atMs) => atMs >= record.claimedMs - DAY_MS)) return;
    this.violate(
      'one-effect',
      log.name,
      `${record.id.slice(0, 8)} was sent again although its first call took effect, or is still on its way`,
    );
  }

  /** A request that the network holds up is still on its way. */
  #heldUp(operation: string, held: boolean): void {
    for (const { name, lastSender } of this.targets.values())
      if (lastSender !== undefined && MEMBER[name].effect === operation) lastSender.heldUp = held;
  }
}

function mayBeSent(active: Failover): boolean {
  return (active.state === 'claimed' && active.sending) || active.state === 'unknown';
}

interface Sent {
  readonly promotionId: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly token: string | undefined;
}

/** What a request asks a cloud to promote, if anything. */
function effectOf({ method, url, headers, body = '' }: HttpRequest): Sent | undefined {
  if (method !== 'POST') return undefined;
  const gaussdb = /\/instances\/(\w+)\/disaster-recovery\/failover$/.exec(url);
  if (gaussdb !== null) {
    const fields = Object.entries(JSON.parse(body) as Record<string, unknown>).map(([name, value]) => [name, String(value)] as const);
    return { promotionId: gaussdb[1] ?? '', parameters: Object.fromEntries(fields), token: undefined };
  }
  const action = headers['x-acs-action'];
  if (action !== 'FailoverDBCluster' && action !== 'SwitchOverGlobalDatabaseNetwork') return undefined;
  const { ClientToken: token, ...parameters } = Object.fromEntries(new URL(url).searchParams);
  return { promotionId: parameters['GDNId'] ?? parameters['DBClusterId'] ?? '', parameters, token };
}

const ROWS = new Set(LIFECYCLE.map(({ from, event, to }) => `${from} ${event} ${to}`));

/** What is wrong with how a failover came from what it was before. */
function trailFault(after: Failover, before: Failover | undefined): { invariant: InvariantName; what: string } | undefined {
  const wrong = (what: string, invariant: InvariantName = 'life-cycle'): { invariant: InvariantName; what: string } => ({
    invariant,
    what,
  });
  const last = after.trail.at(-1);
  if (before === undefined)
    return after.trail.length === 1 && (after.state === 'requested' || after.state === 'awaiting-approval')
      ? undefined
      : wrong('a strange birth');
  const grown = after.trail.length - before.trail.length;
  const kept = after.trail[before.trail.length - 1]?.hash === before.trail.at(-1)?.hash;
  if (!kept || grown < 0) return wrong('an entry of its trail was changed', 'audit-verifies');
  if (grown === 0)
    return after.state === before.state && !isTerminal(after) ? undefined : wrong(`${before.state} became ${after.state} without an entry`);
  if (isTerminal(before)) return wrong(`${before.state} is terminal and became ${after.state}`);
  const moved =
    last !== undefined && last.from === before.state && last.to === after.state && ROWS.has(`${last.from} ${last.event} ${last.to}`);
  return grown === 1 && moved ? undefined : wrong(`${before.state} → ${after.state} by ${last?.event ?? 'nothing'}`);
}

function parsed(value: unknown): Failover | undefined {
  return typeof value === 'string' ? (JSON.parse(value) as Failover) : undefined;
}
/** Kind and reason, read off the beginning of the text: it is long, and written often. */
function spoken(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const said = /^\{"kind":"([a-z]+)","reason":"([a-z-]+)"/.exec(value);
  if (said === null) throw new Error(`a verdict in another order of fields: ${value.slice(0, 80)}`);
  return `${said[1]} ${said[2]}`;
}
