import { randomUUID } from 'node:crypto';
import type { Answer } from '../../lib/operate/answer.ts';
import { EXIT, tell, type Args, type Command, type Context, type ExitCode } from '../command.ts';
import { askOperatorAgain, DEED_OPTIONS, demanded, doerOf, tellAnswer, warningLines } from '../operator.ts';
import { planLines, type ShownPlan } from '../plan-lines.ts';

export const operate: Command = {
  name: 'operate',
  summary: 'Ask for a failover, switchover, restore or simulation yourself',
  usage: 'TARGET OPERATION',
  details: `
OPERATION is failover, switchover, restore, simulation-start or simulation-stop, as far as the provider has it. Shows the plan and every
check first, and does nothing until you say --yes. Pauses, windows and the brake hold automation, not you; the block and what is in flight
hold everybody. A failover of a target whose policy asks for approval waits for somebody else's.

  understudy operate orders-gaussdb switchover --reason 'patching the primary'
  understudy operate orders-gaussdb switchover --reason 'patching the primary' --plan 3fa85f6457b1 --yes`,
  options: {
    yes: { type: 'boolean', help: 'do it; without this the plan is shown and nothing is done' },
    plan: { type: 'string', value: 'HASH', help: 'only this plan: refused when it is another one by now' },
    force: { type: 'boolean', help: 'in spite of the cool-down' },
    'consent-to-data-loss': { type: 'boolean', help: 'what was not replicated may be lost' },
    ...DEED_OPTIONS,
  },
  async run(context, args) {
    const request = requestOf(context, args);
    const planned = (await askOperatorAgain(context, args, { deed: 'plan', ...request })) as Answer<ShownPlan>;
    if (!planned.ok) return tellAnswer(context, planned);
    if (!args.flag('yes')) return showPlan(context, request, planned);
    if (!context.json) context.print(planLines(context, planned).join('\n'));
    // What is done is what was shown, also when nobody read it.
    const answer = await askOperatorAgain(context, args, {
      deed: 'operate',
      requestId: randomUUID(),
      ...request,
      planHashPrefix: planned.planHash,
    });
    return tellAnswer(context, answer as Answer);
  },
};

interface Request {
  readonly targetId: string;
  readonly operation: string;
  readonly by: string;
  readonly reason: string;
  readonly force: boolean;
  readonly consentToLoseData: boolean;
  readonly planHashPrefix?: string;
}

function requestOf(context: Context, args: Args): Request {
  const [targetId = '', operation = ''] = args.positionals;
  const planHashPrefix = args.text('plan');
  return {
    targetId,
    operation,
    by: doerOf(context, args),
    reason: demanded(args, 'reason'),
    force: args.flag('force'),
    consentToLoseData: args.flag('consent-to-data-loss'),
    ...(planHashPrefix === undefined ? {} : { planHashPrefix }),
  };
}

function showPlan(context: Context, { targetId, operation }: Request, planned: Extract<Answer<ShownPlan>, { ok: true }>): ExitCode {
  const hash = planned.planHash.slice(0, 12);
  tell(context, { ...planned, done: false }, [
    ...planLines(context, planned),
    ...warningLines(context, planned.warnings),
    context.paint('bold', `Nothing was done. To do it: understudy operate ${targetId} ${operation} … --plan ${hash} --yes`),
  ]);
  return EXIT.no;
}
