import { exportLine } from '../../lib/backtest/readers/archive-export.ts';
import { ARCHIVE_KEPT_MS } from '../../lib/store/archive-store.ts';
import { archiveOf, targetsOf } from '../archive.ts';
import { EXIT, UsageError, type Args, type Command, type Context } from '../command.ts';
import { instantMs } from '../delivery.ts';
import { count } from '../explain-lines.ts';
import { PLACE_OPTIONS } from '../functions.ts';

export const archive: Command = {
  name: 'archive',
  summary: 'Export the alerts that were received, and what was decided, for a backtest',
  usage: 'export',
  details: `
Writes one JSON value a line, in the order in which they were received. What was received is kept for ${String(ARCHIVE_KEPT_MS / 86_400_000)} days.

  understudy archive export > month.ndjson
  understudy archive export --stage prod --since 2026-10-01T00:00:00Z --until 2026-11-01T00:00:00Z > october.ndjson
  understudy backtest october.ndjson --policy new.yml --against understudy.yml`,
  options: {
    since: { type: 'string', value: 'TIME', help: 'received from here on (default: everything that is kept)' },
    until: { type: 'string', value: 'TIME', help: 'received up to here (default: now)' },
    target: { type: 'string', value: 'NAME', help: 'only this target; also one that has left the configuration' },
    ...PLACE_OPTIONS,
  },
  async run(context, args) {
    if (args.positionals[0] !== 'export') throw new UsageError('There is only: understudy archive export.');
    const span = spanOf(context, args);
    const target = args.text('target');
    const targetIds = target === undefined ? await targetsOf(context, args) : [target];
    let entries = 0;
    for await (const entry of archiveOf(context, args, targetIds, span)) {
      context.print(exportLine(entry));
      entries += 1;
    }
    context.remark(`${entries === 1 ? '1 entry' : `${String(entries)} entries`} of ${count(targetIds.length, 'target')}.`);
    return EXIT.ok;
  },
};

/** @throws {UsageError} */
function spanOf(context: Context, args: Args): { sinceMs: number; untilMs: number } {
  const nowMs = context.nowMs();
  const since = args.text('since');
  const until = args.text('until');
  const sinceMs = since === undefined ? nowMs - ARCHIVE_KEPT_MS : instantMs(since, '--since');
  const untilMs = until === undefined ? nowMs : instantMs(until, '--until');
  if (sinceMs >= untilMs) throw new UsageError('--since is not before --until.');
  return { sinceMs, untilMs };
}
