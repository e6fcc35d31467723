import type { Command } from '../command.ts';
import { DEED_OPTIONS, demanded, doDeed, doerOf } from '../operator.ts';

export const releaseBrake: Command = {
  name: 'release-brake',
  summary: 'Release the fleet brake, after you have found the common cause',
  usage: '',
  options: DEED_OPTIONS,
  async run(context, args) {
    return await doDeed(context, args, { deed: 'release-brake', by: doerOf(context, args), reason: demanded(args, 'reason') });
  },
};
