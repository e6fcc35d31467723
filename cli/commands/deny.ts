import type { Command } from '../command.ts';
import { DEED_OPTIONS, demanded, doDeed, doerOf } from '../operator.ts';

export const deny: Command = {
  name: 'deny',
  summary: 'Cancel the failover that waits for approval',
  usage: 'TARGET',
  options: DEED_OPTIONS,
  async run(context, args) {
    const [targetId] = args.positionals;
    return await doDeed(context, args, { deed: 'deny', targetId, by: doerOf(context, args), reason: demanded(args, 'reason') });
  },
};
