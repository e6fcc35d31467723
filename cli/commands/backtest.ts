import { access, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { incidentsOf, type Incident } from '../../lib/backtest/difference.ts';
import { renderPage } from '../../lib/backtest/page.ts';
import { Replay } from '../../lib/backtest/replay.ts';
import { USUAL, type BacktestSupposition, type Report } from '../../lib/backtest/report.ts';
import type { Config } from '../../lib/config/config.ts';
import { parseDuration } from '../../lib/config/duration.ts';
import { DEFAULT_STAGE } from '../../lib/config/load.ts';
import { backtestLines, supposedLines } from '../backtest-lines.ts';
import { EXIT, tell, UsageError, type Args, type Command, type Context } from '../command.ts';
import { readConfiguration } from '../configuration.ts';
import { itemsOf, type BadLines } from '../history.ts';
import { suppositionOf, SUPPOSITION_OPTIONS } from '../supposition.ts';

/** What fires at the end of the history is supposed to go on firing for so long, so that every wait comes to its verdict. */
const PLAYED_ON_MS = 60 * 60_000;

export const backtest: Command = {
  name: 'backtest',
  summary: 'What a policy would have done on recorded alerts, and how another one differs',
  usage: 'HISTORY',
  details: `
Replays recorded alerts on virtual time through the same decision: every failover that would have happened, every ask, every hold with its
reason, and every near miss. HISTORY holds one JSON value a line: understudy archive export, a log of webhook bodies (with receivedAt, if it
was kept), or CloudWatch's alarm history. An item of that names its alarm only, so let describe-alarms stand before it:
  jq -c . alarms.json history.json > history.ndjson

  understudy backtest events/history/month.ndjson
  understudy backtest month.ndjson --policy new.yml --against understudy.yml --html report.html`,
  options: {
    policy: { type: 'string', value: 'FILE', help: 'the configuration to try (default: understudy.yml)' },
    against: { type: 'string', value: 'FILE', help: 'another configuration to compare it with' },
    html: { type: 'string', value: 'OUT', help: 'write a page with a picture of the time line, too' },
    source: { type: 'string', value: 'NAME', help: 'the name of `sources` that the deliveries came by, where the history does not say' },
    act: { type: 'boolean', help: 'take every target to be in mode act' },
    ...SUPPOSITION_OPTIONS,
    takes: { type: 'string', value: 'TIME', help: 'suppose that a failover succeeds after this (default: 5m)' },
    release: { type: 'string', value: 'TIME', help: 'suppose that people release the fleet brake after this (default: 1h)' },
    approve: { type: 'string', value: 'TIME', help: 'suppose that people approve after this (default: nobody answers)' },
  },
  async run(context, args) {
    const [history = ''] = args.positionals;
    const path = resolve(context.cwd, history);
    await demandFile(path, history);
    const replays = await replaysOf(context, args);
    const bad: BadLines = { count: 0, first: [] };
    let lastMs = 0;
    for await (const item of itemsOf(path, bad)) for (const replay of replays) lastMs = Math.max(lastMs, replay.take(item));
    const [report, against] = replays.map((replay) => replay.finish(lastMs + PLAYED_ON_MS));
    if (report === undefined || report.read.deliveries === 0)
      throw new UsageError(`${history}: nothing in it could be read. ${bad.first.join('; ')}`);
    const incidents = incidentsOf(report, against);
    const html = args.text('html');
    const supposed = supposedLines(suppositionOf(args), backtestSupposition(args), args.flag('act'));
    if (html !== undefined) await writeFile(resolve(context.cwd, html), renderPage({ history, report, against, incidents, supposed }));
    tell(context, machineForm({ history, report, against, incidents, bad, supposed }), [
      ...backtestLines(context, { history, report, against, incidents, bad }),
      '',
      ...supposed.map((line) => context.paint('dim', line)),
      ...(html === undefined ? [] : ['', `The page is ${html}.`]),
    ]);
    return EXIT.ok;
  },
};

/** @throws {UsageError} */
async function demandFile(path: string, shown: string): Promise<void> {
  try {
    await access(path);
  } catch (error) {
    throw new UsageError(`${shown} could not be read.`, { cause: error });
  }
}

/** @throws {UsageError} */
async function replaysOf(context: Context, args: Args): Promise<readonly Replay[]> {
  const files = [args.text('policy'), ...(args.text('against') === undefined ? [] : [args.text('against')])];
  const named = args.text('source');
  const replays: Replay[] = [];
  for (const file of files) {
    const config = await readConfiguration(context, { stage: DEFAULT_STAGE, ...(file === undefined ? {} : { file }) });
    if (named !== undefined && !Object.hasOwn(config.sources, named))
      throw new UsageError(`There is no source ${named} in ${file ?? 'the configuration'}.`);
    const options = { label: file ?? 'understudy.yml', world: suppositionOf(args), supposed: backtestSupposition(args), named };
    replays.push(new Replay(args.flag('act') ? acting(config) : config, options));
  }
  return replays;
}

function acting(config: Config): Config {
  return {
    ...config,
    targets: Object.fromEntries(Object.entries(config.targets).map(([id, target]) => [id, { ...target, mode: 'act' as const }])),
  };
}

/** @throws {UsageError} */
function backtestSupposition(args: Args): BacktestSupposition {
  const approveAfterMs = durationOf(args, 'approve');
  return {
    takesMs: durationOf(args, 'takes') ?? USUAL.takesMs,
    releaseAfterMs: durationOf(args, 'release') ?? USUAL.releaseAfterMs,
    ...(approveAfterMs === undefined ? {} : { approveAfterMs }),
  };
}

function durationOf(args: Args, option: string): number | undefined {
  const text = args.text(option);
  const ms = text === undefined ? undefined : parseDuration(text);
  if (text !== undefined && ms === undefined) throw new UsageError(`--${option} is not a duration: write 90s, 5m or 1h.`);
  return ms;
}

interface Result {
  readonly history: string;
  readonly report: Report;
  readonly against: Report | undefined;
  readonly incidents: readonly Incident[];
  readonly bad: BadLines;
  readonly supposed: readonly string[];
}

function machineForm({ history, report, against, incidents, bad, supposed }: Result): unknown {
  const of = ({ label, fromMs, toMs, read, outcomes, counts, decided }: Report): unknown => ({
    label,
    fromMs,
    toMs,
    read,
    counts,
    outcomes,
    decided,
  });
  return {
    history,
    unreadableLines: bad.count,
    supposed,
    policy: of(report),
    ...(against === undefined ? {} : { against: of(against), differences: incidents.filter(({ difference }) => difference !== undefined) }),
  };
}
