import type { Check } from '../lib/decide/verdict.ts';
import type { Plan } from '../lib/failover/provider.ts';
import type { Context } from './command.ts';

export interface ShownPlan {
  readonly plan: Plan;
  readonly planHash: string;
  readonly checks: readonly Check[];
  readonly warnings: readonly string[];
}

/** A plan as people read it: what is asked, of whom, and every check that it would face. */
export function planLines(context: Pick<Context, 'paint'>, { plan, planHash, checks }: ShownPlan): readonly string[] {
  const parameters = Object.entries(plan.parameters).map(([name, value]) => `  ${name} = ${String(value)}`);
  return [
    context.paint('bold', `${plan.operation}, plan ${planHash.slice(0, 12)}`),
    ...parameters,
    ...(plan.writerBefore === undefined ? [] : [`  writer now: ${plan.writerBefore}`]),
    ...(plan.promotes === undefined ? [] : [`  promotes: ${plan.promotes}`]),
    ...checkLines(context, checks),
  ];
}

const COLOURS = { pass: 'green', fail: 'red', wait: 'yellow', ask: 'yellow', unread: 'dim' } as const;

export function checkLines(context: Pick<Context, 'paint'>, checks: readonly Check[]): readonly string[] {
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  return checks.map(
    ({ name, verdict, value, limit }) =>
      `  ${context.paint(COLOURS[verdict], verdict.padEnd(6))} ${name.padEnd(width)}  ${value} ${context.paint('dim', `(limit: ${limit})`)}`,
  );
}
