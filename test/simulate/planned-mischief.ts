import type { Gate, Invocation, Mischief, Strike } from './invocation.ts';
import type { Random } from './random.ts';
import type { FunctionName, PlannedStrike, Script } from './script.ts';
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

  /** Asked first at every await; the strike that follows belongs to the same one. */
  latencyMs(gate: Gate, { name }: Invocation): number {
    const plan = this.#planOf(name);
    if (plan?.strike === 'slow') return plan.slowMs ?? 0;
    return gate === 'secret' ? 0 : this.#hooks.random.between(1, 15);
  }

  strike(gate: Gate, invocation: Invocation): Strike {
    const { name } = invocation;
    const plan = this.#planOf(name);
    this.#passed[name] = (this.#passed[name] ?? 0) + 1;
    const planned = plan === undefined ? this.#outage(gate) : possible(plan.strike, gate);
    this.#hooks.passed(gate, invocation, planned);
    if (plan !== undefined) this.#hooks.tally.add(`fault ${planned} ${gate}`);
    return planned === 'slow' ? 'none' : planned;
  }

  #planOf(name: string): PlannedStrike | undefined {
    if (this.calm || this.#plans.size === 0) return undefined;
    const function_: FunctionName | string = name;
    return this.#plans.get(`${function_} ${this.#passed[name] ?? 0}`);
  }

  #outage(gate: Gate): Strike {
    if (this.calm || this.#out.length === 0) return 'none';
    const of = gate === 'read' || gate === 'write' ? 'table' : gate === 'send' ? 'queues' : undefined;
    const nowMs = this.#hooks.nowMs();
    return this.#out.some((outage) => outage.of === of && nowMs >= outage.fromMs && nowMs < outage.toMs) ? 'fail-before' : 'none';
  }
}

/** Only a conditional write can break its own condition. */
function possible(strike: Strike | 'slow', gate: Gate): Strike | 'slow' {
  return strike === 'conflict-after' && gate !== 'write' ? 'fail-after' : strike;
}
