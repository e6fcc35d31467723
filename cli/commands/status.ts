import type { Answer } from '../../lib/operate/answer.ts';
import type { FleetStatus } from '../../lib/operate/status.ts';
import { EXIT, tell, type Command } from '../command.ts';
import { PLACE_OPTIONS } from '../functions.ts';
import { askOperator, tellAnswer } from '../operator.ts';
import { statusLines } from '../status-lines.ts';

export const status: Command = {
  name: 'status',
  summary: 'How every target stands: what holds it, what runs, what was decided last, how old the last drill is',
  usage: '[TARGET]',
  details: `
Of one target it shows the last verdict with every check, and the plan that waits for approval.

  understudy status
  understudy status orders-gaussdb --stage prod --json`,
  options: PLACE_OPTIONS,
  async run(context, args) {
    const [targetId] = args.positionals;
    const request = { deed: 'status', ...(targetId === undefined ? {} : { targetId }) };
    const answer = (await askOperator(context, args, request)) as { ok: true; status: FleetStatus } | Extract<Answer, { ok: false }>;
    if (!answer.ok) return tellAnswer(context, answer);
    tell(context, answer.status, statusLines(context, answer.status, targetId !== undefined));
    return EXIT.ok;
  },
};
