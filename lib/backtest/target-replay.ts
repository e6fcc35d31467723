import type { Alert } from '../alert/alert.ts';
import type { Rules } from '../decide/decide.ts';
import { beganMs } from '../decide/began.ts';
import { fold } from '../decide/fold.ts';
import { emptyHealth, type Health } from '../decide/health.ts';
import { relevanceOf } from '../decide/matcher.ts';
import { noControls, type Controls, type Settled } from '../decide/state.ts';
import type { Verdict } from '../decide/verdict.ts';
import { decideWithLook } from '../explain/case.ts';
import { supposedLook, type Supposition } from '../explain/suppose.ts';
import { TIMING } from '../timing.ts';
import { namesOf } from './evidence.ts';
import type { ReplayedFleet } from './fleet.ts';
import type { Recorder } from './recorder.ts';
import { EVIDENCE_MAX, type AskEnd, type BacktestSupposition, type Outcome, type Span } from './report.ts';

export interface ReplayParts {
  readonly fleet: ReplayedFleet;
  readonly recorder: Recorder;
  readonly world: Supposition;
  readonly supposed: BacktestSupposition;
}
/** Something that was ordered and is not over. */
interface Pending {
  readonly kind: 'failover' | 'ask';
  readonly id: string;
  readonly requestedAtMs: number;
  readonly endsAtMs: number;
  /** Where its outcome stands. */
  readonly place: number;
  readonly span: Span;
}

const FAILOVERS_REMEMBERED = 20;
const BRAKE_REASONS: ReadonlySet<string> = new Set(['fleet-brake', 'fleet-brake-trips']);

/** One target on virtual time: the real fold and decide, and a supposed world around them. */
export class TargetReplay {
  /** When it has to be looked at without being told anything; infinite for never. */
  dueMs = Number.POSITIVE_INFINITY;
  readonly #rules: Rules;
  readonly #parts: ReplayParts;
  #health: Health = emptyHealth;
  #controls: Controls = noControls;
  #pending: Pending | undefined;
  #before: Verdict | undefined;
  #number = 0;
  /** When the evidence of the verdict before began: a near miss is told when it no longer fires. */
  #beganBeforeMs = Number.POSITIVE_INFINITY;
  #firing: Span | undefined;
  #waiting: Span | undefined;
  /** Episode and reason of the holds that were told. */
  readonly #held = new Set<string>();

  constructor(rules: Rules, parts: ReplayParts) {
    this.#rules = rules;
    this.#parts = parts;
  }

  tell(alerts: readonly Alert[], nowMs: number): void {
    this.#health = fold(this.#health, alerts, relevanceOf(this.#rules.policy), nowMs);
    this.#look(nowMs);
  }

  /** Its time has come. */
  wake(nowMs: number): void {
    const pending = this.#pending;
    if (pending !== undefined && nowMs >= pending.endsAtMs) this.#settle(pending, nowMs);
    this.#look(nowMs);
  }

  /** History is over. */
  close(nowMs: number): void {
    for (const span of [this.#firing, this.#waiting, this.#pending?.span]) if (span !== undefined) span.toMs = nowMs;
    if (this.#pending?.kind === 'ask') this.#parts.recorder.amend(this.#pending.place, { ended: 'open' });
  }

  #look(nowMs: number): void {
    const verdict = this.#decide(nowMs);
    this.#draw(verdict, nowMs);
    this.#follow(verdict, nowMs);
    this.#before = verdict;
    this.#beganBeforeMs = beganMs(this.#health, this.#rules.policy, verdict);
    this.dueMs = Math.min(this.#nextLook(verdict, nowMs), this.#pending?.endsAtMs ?? Number.POSITIVE_INFINITY);
  }

  #decide(nowMs: number, settled?: Settled): Verdict {
    const { fleet, world } = this.#parts;
    const { target } = this.#rules;
    const inFlight = this.#pending === undefined || settled !== undefined ? {} : { inFlight: this.#pending.id };
    const situation = { health: this.#health, controls: this.#controls, ...inFlight, ...(settled === undefined ? {} : { settled }) };
    const look = (): ReturnType<typeof supposedLook> => supposedLook(this.#rules, world, nowMs, fleet.view(target.id, nowMs));
    return decideWithLook(this.#rules, situation, { nowMs, look });
  }

  #draw(verdict: Verdict, nowMs: number): void {
    const { fleet, recorder } = this.#parts;
    const { id } = this.#rules.target;
    const alarming = verdict.evidence.length > 0;
    fleet.alarms(id, alarming);
    if (alarming) this.#firing ??= recorder.begin(id, 'firing', Math.min(nowMs, beganMs(this.#health, this.#rules.policy, verdict)));
    if (verdict.kind === 'wait') this.#waiting ??= recorder.begin(id, 'waiting', nowMs);
    if (this.#firing !== undefined) this.#firing.toMs = nowMs;
    if (this.#waiting !== undefined) this.#waiting.toMs = nowMs;
    if (!alarming) this.#firing = undefined;
    if (verdict.kind !== 'wait') this.#waiting = undefined;
  }

  #follow(verdict: Verdict, nowMs: number): void {
    const { kind, reason } = verdict;
    if (kind === 'clear') this.#cleared(reason, nowMs);
    if (kind === 'hold' && reason !== 'in-flight') this.#hold(verdict, nowMs);
    if (kind === 'failover' || kind === 'ask') this.#act(kind, verdict, nowMs);
  }

  #cleared(reason: Verdict['reason'], nowMs: number): void {
    // Silence is no healing: what has only grown old may still be approved.
    if (this.#pending?.kind === 'ask' && reason !== 'alerts-too-old') this.#end(this.#pending, 'withdrawn', nowMs);
    const before = this.#before;
    if (before?.kind !== 'wait' || before.lookAgainAtMs === undefined || nowMs >= before.lookAgainAtMs) return;
    const told = { atMs: nowMs, shortMs: before.lookAgainAtMs - nowMs, beganMs: Math.min(nowMs, this.#beganBeforeMs) };
    this.#tellOutcome('near-miss', before, told);
  }

  /** Told once an episode and reason, as people would be. */
  #hold(verdict: Verdict, nowMs: number): void {
    const { fleet } = this.#parts;
    if (verdict.reason === 'fleet-brake-trips') {
      fleet.trip(nowMs);
      this.#tellOutcome('brake', verdict, { atMs: nowMs });
    }
    const key = `${verdict.reason} ${beganMs(this.#health, this.#rules.policy, verdict)}`;
    if (this.#held.has(key)) return;
    // Only the newest episodes can come again.
    if (this.#held.size > EVIDENCE_MAX * 4) this.#held.clear();
    this.#held.add(key);
    this.#tellOutcome('hold', verdict, { atMs: nowMs });
  }

  #act(kind: Pending['kind'], verdict: Verdict, nowMs: number, more: Partial<Outcome> = {}): void {
    const { fleet, recorder, supposed } = this.#parts;
    const { target, policy } = this.#rules;
    const id = `${target.id}#${(this.#number += 1)}`;
    const place = this.#tellOutcome(kind, verdict, { atMs: nowMs, ...more });
    const answerMs = Math.min(policy.guards.approval.expiresMs, supposed.approveAfterMs ?? Number.POSITIVE_INFINITY);
    const endsAtMs = nowMs + (kind === 'ask' ? answerMs : supposed.takesMs);
    const span = recorder.begin(target.id, 'acting', nowMs);
    span.toMs = nowMs;
    fleet.reserve(id, nowMs);
    this.#controls = { ...this.#controls, failoversMs: [nowMs, ...this.#controls.failoversMs].slice(0, FAILOVERS_REMEMBERED) };
    this.#pending = { kind, id, requestedAtMs: nowMs, endsAtMs, place, span };
  }

  #settle(pending: Pending, nowMs: number): void {
    if (pending.kind === 'failover') return this.#succeed(pending, nowMs);
    const approvedMs = this.#parts.supposed.approveAfterMs;
    if (approvedMs === undefined || nowMs < pending.requestedAtMs + approvedMs) return this.#end(pending, 'expired', nowMs);
    this.#controls = withoutRequest(this.#controls, pending);
    const consideredMs = nowMs - pending.requestedAtMs;
    const verdict = this.#decide(nowMs, { approved: true, dataLossConsented: true, consideredMs });
    if (verdict.kind !== 'failover') return this.#end(pending, 'overtaken', nowMs);
    this.#end(pending, 'approved', nowMs);
    this.#act('failover', verdict, nowMs, { reason: 'approval-needed' });
  }

  /** Supposed: it worked. Cool-down follows, and its alerts are spent (rules 3, 8). */
  #succeed({ span }: Pending, nowMs: number): void {
    span.toMs = nowMs;
    const { coolDownMs } = this.#rules.policy.guards;
    this.#controls = { ...this.#controls, coolDownUntilMs: nowMs + coolDownMs, spentUntilMs: nowMs };
    this.#pending = undefined;
  }

  /** An ask ends with nothing sent: its slot is given back. Silence is judged a no, so that the same signals do not ask again. */
  #end(pending: Pending, ended: AskEnd, nowMs: number): void {
    pending.span.toMs = nowMs;
    this.#parts.recorder.amend(pending.place, { ended });
    this.#parts.fleet.giveBack(pending.id);
    this.#pending = undefined;
    if (ended === 'approved') return;
    const spentUntilMs = Math.max(this.#controls.spentUntilMs, ended === 'expired' ? nowMs : pending.requestedAtMs);
    this.#controls = { ...this.#controls, spentUntilMs };
  }

  #tellOutcome(kind: Outcome['kind'], verdict: Verdict, told: Partial<Outcome> & { readonly atMs: number }): number {
    const { reason, criterion } = verdict;
    return this.#parts.recorder.outcome({
      targetId: this.#rules.target.id,
      kind,
      reason,
      beganMs: Math.min(told.atMs, beganMs(this.#health, this.#rules.policy, verdict)),
      evidence: namesOf(this.#health, verdict),
      criterion,
      ...told,
    });
  }

  /** By time alone nothing changes in a supposed world but the brake; an alarming target is looked at again as the watchdog does. */
  #nextLook(verdict: Verdict, nowMs: number): number {
    const { kind, reason, lookAgainAtMs, evidence } = verdict;
    if (kind !== 'hold' && lookAgainAtMs !== undefined) return Math.max(lookAgainAtMs, nowMs + 1);
    if (BRAKE_REASONS.has(reason)) return Math.max(this.#parts.fleet.releaseMs, nowMs + 1);
    return evidence.length > 0 ? nowMs + TIMING.relookAlarmingMs : Number.POSITIVE_INFINITY;
  }
}

function withoutRequest(controls: Controls, { requestedAtMs }: Pending): Controls {
  return { ...controls, failoversMs: controls.failoversMs.filter((atMs) => atMs !== requestedAtMs) };
}
