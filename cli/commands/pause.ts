import { parseDuration } from '../../lib/config/duration.ts';
import { UsageError, type Command } from '../command.ts';
import { PLACE_OPTIONS } from '../functions.ts';
import { demanded, doDeed, doerOf, REASON_OPTION } from '../operator.ts';

export const pause: Command = {
  name: 'pause',
  summary: 'Hold the automatic failover of a target until an end',
  usage: 'TARGET',
  details: `
While it lasts everything is observed and told, and nothing is started by itself; people may still act. Alerts that began in the pause need
a fresh signal after it.

  understudy pause orders-gaussdb --for 2h --reason 'moving the disks'`,
  options: {
    for: { type: 'string', value: 'TIME', help: 'how long: 30m, 2h, at most 30d' },
    ...REASON_OPTION,
    owner: { type: 'string', value: 'NAME', help: 'whom to ask about it (default: UNDERSTUDY_USER, then USER)' },
    ...PLACE_OPTIONS,
  },
  async run(context, args) {
    const forMs = parseDuration(demanded(args, 'for'));
    if (forMs === undefined) throw new UsageError('--for is not a duration: write 30m, 2h or 1d.');
    const [targetId] = args.positionals;
    return await doDeed(context, args, {
      deed: 'pause',
      targetId,
      owner: doerOf(context, args, 'owner'),
      reason: demanded(args, 'reason'),
      forMs,
    });
  },
};
