import type { Command } from '../command.ts';
import { DEED_OPTIONS, doDeed, doerOf } from '../operator.ts';

export const resume: Command = {
  name: 'resume',
  summary: 'End the pause of a target now',
  usage: 'TARGET',
  options: DEED_OPTIONS,
  async run(context, args) {
    const [targetId] = args.positionals;
    return await doDeed(context, args, {
      deed: 'resume',
      targetId,
      by: doerOf(context, args),
      reason: args.text('reason') ?? 'resumed',
    });
  },
};
