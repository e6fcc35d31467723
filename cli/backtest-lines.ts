import type { Incident } from '../lib/backtest/difference.ts';
import type { BacktestSupposition, Outcome, Report } from '../lib/backtest/report.ts';
import { KINDS, nounFor, sentenceOf, tallyWords, totalOf } from '../lib/backtest/words.ts';
import { duration, instant } from '../lib/decide/words.ts';
import type { Supposition } from '../lib/explain/suppose.ts';
import type { Context, Style } from './command.ts';
import type { BadLines } from './history.ts';
import { count } from './explain-lines.ts';
import { supposedWords } from './supposition.ts';

export interface Told {
  readonly history: string;
  readonly report: Report;
  readonly against: Report | undefined;
  readonly incidents: readonly Incident[];
  readonly bad: BadLines;
}

const STYLES: Readonly<Record<Outcome['kind'], Style>> = {
  failover: 'red',
  ask: 'yellow',
  brake: 'red',
  hold: 'cyan',
  'near-miss': 'yellow',
};
/** Outcomes told one by one; the page and --json have all. */
const TOLD_MAX = 200;

export function backtestLines(context: Context, { history, report, against, incidents, bad }: Told): readonly string[] {
  const span = `${instant(report.fromMs)} to ${instant(report.toMs)}, ${duration(report.toMs - report.fromMs)}`;
  return [
    `${context.paint('bold', history)}  ${span}`,
    `  ${tallyWords(report.read)}`,
    ...(bad.count === 0 ? [] : [context.paint('yellow', `  ${count(bad.count, 'line')} could not be read (${bad.first.join('; ')})`)]),
    ...(report.decided.length === 0 ? [] : [`  ${decidedWords(report)}`]),
    ...reportLines(context, report),
    ...(against === undefined ? [] : [...reportLines(context, against), ...differenceLines(context, incidents, report, against)]),
  ];
}

function decidedWords({ decided }: Report): string {
  const acted = decided.filter(({ kind }) => kind === 'failover' || kind === 'ask').length;
  return `really decided then, by the archive: ${count(acted, 'time')} to act, ${count(decided.length - acted, 'other change')} of verdict`;
}

function reportLines(context: Context, report: Report): readonly string[] {
  const totals = KINDS.map((kind) => [kind, totalOf(report, kind)] as const).filter(([kind, total]) => total > 0 || kind === 'failover');
  const shown = report.outcomes.slice(0, TOLD_MAX);
  const rest = report.counts.reduce((sum, { count }) => sum + count, 0) - shown.length;
  return [
    '',
    `${context.paint('bold', report.label)}  ${totals.map(([kind, total]) => `${String(total)} ${nounFor(kind, total)}`).join(', ')}`,
    ...shown.map((outcome) => outcomeLine(context, outcome)),
    ...(rest > 0 ? [`  … and ${String(rest)} more`] : []),
  ];
}

function outcomeLine(context: Context, outcome: Outcome): string {
  const kind = context.paint(STYLES[outcome.kind], outcome.kind.toUpperCase().padEnd(9));
  return `  ${instant(outcome.atMs)}  ${kind}  ${outcome.targetId} ${sentenceOf(outcome)}`;
}

function differenceLines(context: Context, incidents: readonly Incident[], { label }: Report, against: Report): readonly string[] {
  const differing = incidents.filter(({ difference }) => difference !== undefined);
  const title = `${context.paint('bold', `From ${against.label} to ${label}`)}  ${differing.length === 0 ? 'no difference' : `${String(differing.length)} of ${String(incidents.length)} incidents differ`}`;
  const lines = differing
    .slice(0, TOLD_MAX)
    .map(({ targetId, fromMs, difference }) => `  ${instant(fromMs)}  ${targetId}: ${context.paint('yellow', difference ?? '')}`);
  return ['', title, ...lines];
}

/** What no record of alerts can tell, said in full. */
export function supposedLines(
  world: Supposition,
  { takesMs, releaseAfterMs, approveAfterMs }: BacktestSupposition,
  act: boolean,
): readonly string[] {
  const asked = approveAfterMs === undefined ? 'nobody answers when asked' : `people approve after ${duration(approveAfterMs)}`;
  return [
    `Supposed: ${supposedWords(world)};`,
    `every failover succeeds after ${duration(takesMs)}, the fleet brake is released after ${duration(releaseAfterMs)}, and ${asked}.`,
    `What fired at the end of the history goes on for an hour.${act ? ' Every target is taken to be in mode act.' : ''}`,
  ];
}
