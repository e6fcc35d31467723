import type { Alert } from '../lib/alert/alert.ts';
import { REASONS } from '../lib/decide/reason.ts';
import type { Check, Verdict } from '../lib/decide/verdict.ts';
import { instant } from '../lib/decide/words.ts';
import type { Standing } from '../lib/explain/counts.ts';
import type { ExplainedTarget, Explanation } from '../lib/explain/explain.ts';
import type { ReadBody } from '../lib/explain/read.ts';
import type { Context, Style } from './command.ts';

/** A file, and what became of it. */
export interface ReadFile extends ReadBody {
  readonly file: string;
}

export function fileLines(context: Context, { file, understood, configured }: ReadFile): readonly string[] {
  const { source, parsed } = understood;
  const { alerts, refusals, ignored } = parsed;
  const taker = source === undefined ? context.paint('red', 'no source takes it') : `taken by ${context.paint('cyan', source)}`;
  const note = configured
    ? []
    : [context.paint('yellow', `  the configuration has no source that reads this: the decider would refuse it`)];
  return [
    `${context.paint('bold', file)}  ${taker}, ${count(alerts.length, 'alert')}`,
    ...note,
    ...refusals.map(
      ({ code, path, detail }) => `  ${context.paint('red', 'refused')} ${path}: ${detail} ${context.paint('dim', `[${code}]`)}`,
    ),
    ...ignored.map(({ why }) => `  ${context.paint('dim', 'ignored')} ${why}`),
  ];
}

export function astrayLines(context: Context, { astray }: Explanation): readonly string[] {
  return astray.flatMap(({ alert, why }) => [
    '',
    `${context.paint('yellow', why)} ${describe(alert)}`,
    `  it names ${alert.resources.map(({ key, value }) => `${key}=${value}`).join(', ') || 'nothing'}`,
  ]);
}

export function targetLines(context: Context, target: ExplainedTarget): readonly string[] {
  const { verdict } = target;
  return [
    '',
    `${context.paint('bold', target.targetId)}  policy ${target.policy}, mode ${target.mode}`,
    ...target.alerts.flatMap(({ alert, standings }) => alertLines(context, alert, standings)),
    '',
    `  ${context.paint('dim', instant(verdict.decidedAtMs))}  ${paintedKind(context, verdict)}  ${REASONS[verdict.reason]} ${context.paint('dim', `[${verdict.reason}]`)}`,
    ...checkLines(context, verdict.checks),
    ...wayLines(context, target),
  ];
}

function alertLines(context: Context, alert: Alert, standings: readonly Standing[]): readonly string[] {
  const counts = standings.filter((standing) => standing.counts).map(({ criterion }) => `"${criterion}"`);
  if (counts.length > 0 && alert.status === 'resolved')
    return [`  ${context.paint('green', '✓')} ${describe(alert)}: ends what would count for ${counts.join(', ')}`];
  if (counts.length > 0) return [`  ${context.paint('green', '✓')} ${describe(alert)}: counts for ${counts.join(', ')}`];
  return [`  ${context.paint('red', '✗')} ${describe(alert)}: does not count`, ...standings.map((standing) => misfitLine(standing))];
}

function misfitLine({ criterion, misfits }: Standing): string {
  return `      for "${criterion}": ${misfits.map(({ what, value, wanted }) => (what === 'label' ? `label ${value}, wanted ${wanted}` : `${what} ${value}, wanted ${wanted}`)).join('; ')}`;
}

function describe({ name, class: of, severity, status, startsAtMs, observedAtMs, observer }: Alert): string {
  const since = status === 'firing' ? `firing since ${instant(startsAtMs)}` : `resolved at ${instant(observedAtMs)}`;
  return `${name} (${of}, ${severity}) ${since}, seen by ${observer}`;
}

const KIND_STYLES: Readonly<Record<Verdict['kind'], Style>> = {
  failover: 'red',
  ask: 'yellow',
  wait: 'yellow',
  hold: 'cyan',
  clear: 'green',
};

export function paintedKind(context: Pick<Context, 'paint'>, { kind }: Pick<Verdict, 'kind'>): string {
  return context.paint(KIND_STYLES[kind], kind.toUpperCase());
}

const MARKS: Readonly<Record<Check['verdict'], readonly [mark: string, style: Style]>> = {
  pass: ['✓', 'green'],
  fail: ['✗', 'red'],
  wait: ['…', 'yellow'],
  ask: ['?', 'yellow'],
  unread: ['-', 'dim'],
};

function checkLines(context: Context, checks: readonly Check[]): readonly string[] {
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  return checks.map(({ name, rule, verdict, value, limit, untilMs }) => {
    const [mark, style] = MARKS[verdict];
    const until = untilMs === undefined ? '' : `, until ${instant(untilMs)}`;
    return `    ${context.paint(style, mark)} ${name.padEnd(width)}  ${value}${until} ${context.paint('dim', `(limit: ${limit}; rule ${String(rule)})`)}`;
  });
}

function wayLines(context: Context, { verdict, ways, stoppers }: ExplainedTarget): readonly string[] {
  const acting = ways.map(
    ({ changes, verdict: then }) => `    ${paintedKind(context, then)} if ${changes.map(({ what }) => what).join(', and ')}`,
  );
  const stopping = stoppers.map(
    ({ what, verdict: then }) => `    ${paintedKind(context, then)} if ${what} ${context.paint('dim', `[${then.reason}]`)}`,
  );
  return [
    ...(acting.length === 0 ? [] : ['', '  It would act (tried by the same decision)', ...acting]),
    ...(acting.length === 0 && verdict.kind !== 'failover' ? ['', '  No small change was found that would make it act.'] : []),
    ...(stopping.length === 0 ? [] : ['', '  It would not act', ...stopping]),
  ];
}

export function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? '' : 's'}`;
}
