import { basename, resolve } from 'node:path';
import { deliveryOfFile } from '../../lib/alert/delivery-file.ts';
import { parseDuration } from '../../lib/config/duration.ts';
import { DEFAULT_STAGE } from '../../lib/config/load.ts';
import { REASONS } from '../../lib/decide/reason.ts';
import type { Verdict } from '../../lib/decide/verdict.ts';
import { instant } from '../../lib/decide/words.ts';
import { explain as explained, type ExplainedTarget, type Explanation } from '../../lib/explain/explain.ts';
import { readBody } from '../../lib/explain/read.ts';
import type { Supposition } from '../../lib/explain/suppose.ts';
import { EXIT, tell, UsageError, type Args, type Command, type Context } from '../command.ts';
import { readConfiguration, readText } from '../configuration.ts';
import { instantMs } from '../delivery.ts';
import { astrayLines, fileLines, targetLines, type ReadFile } from '../explain-lines.ts';
import { recordsFrom } from '../records.ts';
import { supposedWords, suppositionOf, SUPPOSITION_OPTIONS } from '../supposition.ts';

export const explain: Command = {
  name: 'explain',
  summary: 'What the verdict on alerts would be, every check that led to it, and what would have to change',
  usage: 'FILE…',
  details: `
Reads alerts from files (- is standard input) in their order, as the decider would, and decides at the moment of the newest one. Nothing
is sent, written or asked of anybody; the world is supposed to be well, unless --from takes what is on record.

  understudy explain events/alertmanager/gaussdb-primary-unreachable.json
  understudy explain firing.json resolved.json --at +90s --probe alive
  pbpaste | understudy explain - --policy-of orders-gaussdb --json`,
  options: {
    at: {
      type: 'string',
      value: 'TIME',
      help: 'decide then: an instant, now, or +90s after the newest alert (default: at the newest alert)',
    },
    'policy-of': { type: 'string', value: 'TARGET', help: 'take every alert to be about this target' },
    source: { type: 'string', value: 'NAME', help: 'the name of `sources` that the files came by, as the webhook’s path would say' },
    ...SUPPOSITION_OPTIONS,
    from: { type: 'string', value: 'PLACE', help: 'start from what is on record: local, a cloud.json, or stage:NAME' },
    config: { type: 'string', value: 'FILE', help: 'the configuration (default: understudy.yml)' },
  },
  async run(context, args) {
    const file = args.text('config');
    const config = await readConfiguration(context, { stage: DEFAULT_STAGE, ...(file === undefined ? {} : { file }) });
    const policyOf = args.text('policy-of');
    demandKnown('source', args.text('source'), config.sources);
    demandKnown('policy-of', policyOf, config.targets, 'targets');
    const files: ReadFile[] = [];
    for (const path of args.positionals) {
      const text = path === '-' ? await context.readInput() : await readText(context, resolve(context.cwd, path));
      const delivery = deliveryOfFile(path === '-' ? 'input.json' : basename(path), text, context.nowMs());
      files.push({ file: path, ...readBody(delivery, config.sources, args.text('source')) });
    }
    const alerts = files.flatMap(({ understood }) => understood.parsed.alerts);
    const supposition = suppositionOf(args);
    const question = { config, alerts, policyOf, supposition, nowMs: momentOf(context, args, newest(alerts)) };
    const explanation = explained({ ...question, onRecord: await recordsFrom(context, args.text('from'), question) });
    tell(context, machineForm(files, explanation, supposition), [
      ...files.flatMap((one) => fileLines(context, one)),
      ...astrayLines(context, explanation),
      ...explanation.targets.flatMap((target) => targetLines(context, target)),
      ...(explanation.targets.length === 0 ? [] : ['', context.paint('dim', `Supposed: ${supposedWords(supposition)}.`)]),
    ]);
    return files.some(({ understood: { parsed } }) => parsed.alerts.length + parsed.ignored.length > 0) ? EXIT.ok : EXIT.no;
  },
};

/** @throws {UsageError} */
function demandKnown(option: string, name: string | undefined, known: Readonly<Record<string, unknown>>, section = 'sources'): void {
  if (name !== undefined && !Object.hasOwn(known, name))
    throw new UsageError(`--${option}: there is no ${name} among the ${section} of the configuration.`);
}

function newest(alerts: readonly { readonly observedAtMs: number }[]): number | undefined {
  return alerts.length === 0 ? undefined : Math.max(...alerts.map(({ observedAtMs }) => observedAtMs));
}

/** @throws {UsageError} */
function momentOf(context: Context, args: Args, newestMs: number | undefined): number {
  const at = args.text('at');
  const usualMs = newestMs ?? context.nowMs();
  if (at === undefined) return usualMs;
  if (at === 'now') return context.nowMs();
  if (!at.startsWith('+')) return instantMs(at);
  const laterMs = parseDuration(at.slice(1));
  if (laterMs === undefined) throw new UsageError('--at +… is not a duration: write +90s, +5m or +1h.');
  return usualMs + laterMs;
}

function machineForm(files: readonly ReadFile[], { nowMs, targets, astray }: Explanation, supposed: Supposition): unknown {
  return {
    at: instant(nowMs),
    supposed,
    files: files.map(({ file, configured, understood: { source, parsed } }) => ({ file, source, configured, ...parsed })),
    targets: targets.map(targetForm),
    astray,
  };
}

function targetForm({ targetId, policy, mode, alerts, verdict, ways, stoppers }: ExplainedTarget): unknown {
  return {
    targetId,
    policy,
    mode,
    alerts,
    verdict: { ...verdict, sentence: REASONS[verdict.reason] },
    ways: ways.map(({ changes, verdict: then }) => ({
      verdict: outcome(then),
      changes: changes.map(({ code, what, value }) => ({ code, what, value })),
    })),
    stoppers: stoppers.map(({ what, verdict: then }) => ({ what, verdict: outcome(then) })),
  };
}

function outcome({ kind, reason }: Verdict): Pick<Verdict, 'kind' | 'reason'> {
  return { kind, reason };
}
