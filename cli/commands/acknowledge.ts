import type { Command } from '../command.ts';
import { DEED_OPTIONS, demanded, doDeed, doerOf } from '../operator.ts';

export const acknowledge: Command = {
  name: 'acknowledge',
  summary: 'Say that you have looked at a failover: lifts the block and the cool-down',
  usage: 'TARGET',
  details: `
After a failover that failed, got stuck or stayed unknown nothing acts on the target before somebody has looked. The alerts of that time
stay spent: it takes a new signal to act again.

  understudy acknowledge orders-gaussdb --reason 'promoted by hand, see incident 4711' --close`,
  options: {
    close: { type: 'boolean', help: 'a stuck failover is over: end it as failed' },
    ...DEED_OPTIONS,
  },
  async run(context, args) {
    const [targetId] = args.positionals;
    return await doDeed(context, args, {
      deed: 'acknowledge',
      targetId,
      by: doerOf(context, args),
      reason: demanded(args, 'reason'),
      close: args.flag('close'),
    });
  },
};
