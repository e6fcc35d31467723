import type { Fleet } from '../config/config.ts';
import type { FleetView } from '../decide/state.ts';

/** The fleet as the brake would have seen it (rule 12): slots, alarming targets, and whether it is on. */
export class ReplayedFleet {
  readonly #limits: Fleet['brake'];
  readonly #targets: number;
  readonly #releaseAfterMs: number;
  readonly #alarming = new Set<string>();
  #slots: { readonly id: string; readonly atMs: number }[] = [];
  /** Nothing before has been on. */
  #onUntilMs = 0;

  constructor(limits: Fleet['brake'], targets: number, releaseAfterMs: number) {
    this.#limits = limits;
    this.#targets = targets;
    this.#releaseAfterMs = releaseAfterMs;
  }

  alarms(targetId: string, alarming: boolean): void {
    if (alarming) this.#alarming.add(targetId);
    else this.#alarming.delete(targetId);
  }

  view(targetId: string, nowMs: number): FleetView {
    const on = this.#isOn(nowMs);
    const recent = this.#slots.filter(({ atMs }) => nowMs - atMs < this.#limits.windowMs);
    const others = this.#alarming.size - (this.#alarming.has(targetId) ? 1 : 0);
    return { brakeOn: on, recentFailovers: recent.length, alarmingTargets: others + 1, targets: this.#targets };
  }

  reserve(id: string, atMs: number): void {
    this.#slots = [...this.#slots.filter((slot) => atMs - slot.atMs < this.#limits.windowMs), { id, atMs }];
  }

  giveBack(id: string): void {
    this.#slots = this.#slots.filter((slot) => slot.id !== id);
  }

  trip(nowMs: number): void {
    this.#onUntilMs = nowMs + this.#releaseAfterMs;
  }

  /** When a person is supposed to release it, if it is on. */
  get releaseMs(): number {
    return this.#onUntilMs;
  }

  /** Released by a person, with its slots, as the real one is. */
  #isOn(nowMs: number): boolean {
    if (nowMs < this.#onUntilMs) return true;
    if (this.#onUntilMs > 0) this.#slots = [];
    this.#onUntilMs = 0;
    return false;
  }
}
