import type { Gate, Invocation, Mischief, Strike } from './invocation.ts';
import type { Random } from './random.ts';
import type { PlannedStrike, Script } from './script.ts';
import type { Tally } from './tally.ts';

export interface MischiefHooks {
  readonly tally: Tally;
  readonly random: Random;
  /** Told of every await, and what struck it. */
  readonly passed: (gate: Gate, invocation: Invocation, strike: Strike | 'slow') => void;
  readonly nowMs: () => number;
}

/** Strikes where the script says, and nowhere else; a table or queue that is out fails whatever is asked of it. */
export class PlannedMischief implements Mischief {
  calm = false;
  readonly #plans = new Map<string, PlannedStrike>();
  readonly #passed: Record<string, number> = {};
  readonly #hooks: MischiefHooks;
  readonly #out: Script['outages'];

  constructor({ strikes, outages }: Pick<Script, 'strikes' | 'outages'>, hooks: MischiefHooks) {
    for (const plan of strikes) this.#plans.set(`${plan.in} ${plan.nth}`, plan);
    this.#out = outages;
    this.#hooks = hooks;
  }

  /** Asked first at every await. What is slow strikes here, once: its run may be cut off before the await is over. */
  latencyMs(gate: Gate, invocation: Invocation): number {
    const plan = this.#planOf(invocation.name);
    if (plan?.strike !== 'slow') return gate === 'secret' ? 0 : this.#hooks.random.between(1, 15);
    this.#plans.delete(`${plan.in} ${plan.nth}`);
    this.#hooks.passed(gate, invocation, 'slow');
    this.#hooks.tally.add(`fault slow ${gate}`);
    return plan.slowMs ?? 0;
  }

  strike(gate: Gate, invocation: Invocation): Strike {
    const { name } = invocation;
    const plan = this.#planOf(name);
    this.#passed[name] = (this.#passed[name] ?? 0) + 1;
    const planned = plan === undefined || plan.strike === 'slow' ? this.#outage(gate) : plan.strike;
    this.#hooks.passed(gate, invocation, planned);
    if (plan !== undefined && planned !== 'none') this.#hooks.tally.add(`fault ${planned} ${gate}`);
    return planned;
  }

  #planOf(name: string): PlannedStrike | undefined {
    if (this.calm || this.#plans.size === 0) return undefined;
    return this.#plans.get(`${name} ${this.#passed[name] ?? 0}`);
  }

  #outage(gate: Gate): Strike {
    if (this.calm || this.#out.length === 0) return 'none';
    const of = gate === 'read' || gate === 'write' ? 'table' : gate === 'send' ? 'queues' : undefined;
    const nowMs = this.#hooks.nowMs();
    return this.#out.some((outage) => outage.of === of && nowMs >= outage.fromMs && nowMs < outage.toMs) ? 'fail-before' : 'none';
  }
}
