import type { Command } from '../command.ts';
import { DEED_OPTIONS, demanded, doDeed, doerOf } from '../operator.ts';

export const approve: Command = {
  name: 'approve',
  summary: 'Approve the failover that waits for it',
  usage: 'TARGET',
  details: `
What is approved is the very plan whose hash you name: look at it with understudy status TARGET. You must be one of the policy's approvers
and not the one who asked. More lag than the limit asks for a consent of its own.

  understudy approve orders-gaussdb --plan 3fa85f6457b1 --by dba-lead@example.com`,
  options: {
    plan: { type: 'string', value: 'HASH', help: 'the first 8 or more characters of the plan that you approve' },
    'consent-to-data-loss': { type: 'boolean', help: 'what was not replicated may be lost' },
    ...DEED_OPTIONS,
  },
  async run(context, args) {
    const [targetId] = args.positionals;
    const reason = args.text('reason');
    return await doDeed(context, args, {
      deed: 'approve',
      targetId,
      by: doerOf(context, args),
      planHashPrefix: demanded(args, 'plan'),
      consentToLoseData: args.flag('consent-to-data-loss'),
      ...(reason === undefined ? {} : { reason }),
    });
  },
};
