import type { Config } from '../config/config.ts';
import { SUPPOSED, type Supposition } from '../explain/suppose.ts';
import { rulesFor } from '../services.ts';
import { ReplayedFleet } from './fleet.ts';
import type { HistoryItem } from './history.ts';
import { createInterpreter, type Interpreter, type Told } from './interpret.ts';
import { Recorder } from './recorder.ts';
import { USUAL, type BacktestSupposition, type Report } from './report.ts';
import { TargetReplay } from './target-replay.ts';

export interface ReplayOptions {
  readonly label: string;
  readonly world?: Supposition;
  readonly supposed?: BacktestSupposition;
  /** The source of every delivery, where the history does not say. */
  readonly named?: string | undefined;
}

/** A whole configuration on a recorded history, on virtual time: what it would have done. */
export class Replay {
  readonly #config: Config;
  readonly #label: string;
  readonly #interpreter: Interpreter;
  readonly #recorder = new Recorder();
  readonly #targets = new Map<string, TargetReplay>();
  readonly #parts: ConstructorParameters<typeof TargetReplay>[1];
  #nowMs = 0;
  /** When something was told last. */
  #toldMs = 0;
  /** No target is due before this. */
  #dueMs = Number.POSITIVE_INFINITY;

  constructor(config: Config, { label, world = SUPPOSED, supposed = USUAL, named }: ReplayOptions) {
    this.#config = config;
    this.#label = label;
    this.#interpreter = createInterpreter(config, named);
    const fleet = new ReplayedFleet(config.fleet.brake, Object.keys(config.targets).length, supposed.releaseAfterMs);
    this.#parts = { fleet, recorder: this.#recorder, world, supposed };
  }

  /** In the order of time. Nothing goes back in time: what is told late is told now. @returns the moment reached, in epoch ms. */
  take(item: HistoryItem): number {
    this.#told(this.#interpreter.interpret(item, this.#nowMs));
    return this.#nowMs;
  }

  /** @param untilMs plays on until then, so that what was waiting at the end comes to its verdict. */
  finish(untilMs?: number): Report {
    if (untilMs !== undefined) this.#advance(untilMs);
    for (const target of this.#targets.values()) target.close(this.#nowMs);
    return this.#recorder.report(this.#label, this.#toldMs);
  }

  #told({ atMs, alerts, decided, astray, refused }: Told): void {
    const { read } = this.#recorder;
    read.deliveries += 1;
    read.astray += astray;
    read.refused += refused;
    if (atMs < this.#nowMs) read.outOfOrder += 1;
    else this.#advance(atMs);
    this.#toldMs = this.#nowMs;
    this.#recorder.since(this.#nowMs);
    if (decided !== undefined) this.#recorder.decided({ targetId: decided.targetId, atMs, ...decided.verdict });
    for (const [targetId, own] of alerts) {
      read.alerts += own.length;
      const target = this.#target(targetId);
      target.tell(own, this.#nowMs);
      this.#dueMs = Math.min(this.#dueMs, target.dueMs);
    }
  }

  /** Timers first: what was due before the next alert came was decided before it. */
  #advance(toMs: number): void {
    while (this.#dueMs <= toMs) {
      const next = this.#nextDue();
      if (next === undefined || next.dueMs > toMs) break;
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.wake(this.#nowMs);
    }
    this.#nowMs = Math.max(this.#nowMs, toMs);
  }

  #nextDue(): TargetReplay | undefined {
    let next: TargetReplay | undefined;
    for (const target of this.#targets.values()) if (target.dueMs < (next?.dueMs ?? Number.POSITIVE_INFINITY)) next = target;
    this.#dueMs = next?.dueMs ?? Number.POSITIVE_INFINITY;
    return next;
  }

  #target(targetId: string): TargetReplay {
    const known = this.#targets.get(targetId);
    if (known !== undefined) return known;
    const made = new TargetReplay(rulesFor(this.#config, targetId), this.#parts);
    this.#targets.set(targetId, made);
    return made;
  }
}
