import { REASONS } from '../decide/reason.ts';
import { duration, instant } from '../decide/words.ts';
import { sha256 } from '../failover/hash.ts';
import type { Incident } from './difference.ts';
import { card, differenceCard } from './page-cards.ts';
import { dayAndClock, incidentSection } from './page-incidents.ts';
import { element, escaped } from './markup.ts';
import { STYLE } from './page-style.ts';
import type { Outcome, Report } from './report.ts';
import { shape, timeline, type Track } from './timeline.ts';
import { KINDS, nounFor, sentenceOf, tallyWords } from './words.ts';

export interface Page {
  readonly history: string;
  readonly report: Report;
  readonly against?: Report | undefined;
  readonly incidents: readonly Incident[];
  /** What had to be supposed, in sentences. */
  readonly supposed: readonly string[];
}

const ROWS_MAX = 500;
/** Longer tables are folded away. */
const OPEN_ROWS_MAX = 40;

/** The whole report as one page: no script, nothing loaded from anywhere, and nothing of the history that is not escaped. */
export function renderPage(page: Page): string {
  const { history, report, against } = page;
  const tracks: readonly Track[] = [{ report, letter: 'a' }, ...(against === undefined ? [] : [{ report: against, letter: 'b' }])];
  const body = [
    header(page),
    element(
      'section',
      { class: 'cards' },
      tracks.map((track) => card(track, against !== undefined)).join('') + differenceCard(page.incidents, against !== undefined),
    ),
    element(
      'section',
      {},
      heading('Time line') +
        legend(against !== undefined, report.decided.length > 0) +
        overview(page, [...tracks, ...reallyDecided(report)]),
    ),
    incidentSection(page.incidents, tracks),
    ...tracks.map((track) => outcomeTable(track)),
    footer(page),
  ].join('\n');
  return document(`Backtest of ${history}`, body);
}

function document(title: string, body: string): string {
  // Only this very style may apply; everything else (scripts, images, fonts, connections, frames) is forbidden.
  const styleHash = Buffer.from(sha256(STYLE), 'hex').toString('base64');
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

function heading(words: string): string {
  return element('h2', {}, escaped(words));
}

function header({ history, report, against }: Page): string {
  const title = against === undefined ? `What ${report.label} would have done` : `${report.label} against ${against.label}`;
  const span = `${instant(report.fromMs).slice(0, 16)} to ${instant(report.toMs).slice(0, 16)} UTC, ${duration(report.toMs - report.fromMs)}`;
  return element(
    'header',
    {},
    element('p', { class: 'kicker' }, escaped(`Backtest of ${history}`)) +
      element('h1', {}, escaped(title)) +
      element('p', { class: 'lead' }, escaped(`${span} · ${tallyWords(report.read)}`)),
  );
}

function legend(compared: boolean, recorded: boolean): string {
  const marks = KINDS.map((kind) => element('li', {}, swatch(shape(kind, 11, 11)) + escaped(nounFor(kind, 1))));
  const bar = (of: string): string => swatch(element('rect', { x: 1, y: 6, width: 20, height: 10, rx: 3, class: of }));
  const bars = [
    [bar('firing'), 'alerts that count fired'],
    [bar('waiting'), 'waited for the dwell to end'],
    [bar('acting'), 'failover on its way, or asked for'],
    ...(compared ? [[bar('tint'), 'the policies differ']] : []),
  ].map(([drawn = '', words = '']) => element('li', {}, drawn + escaped(words)));
  const really = recorded ? element('li', {}, 'R: what was really decided then') : '';
  return element('ul', { class: 'legend' }, [...marks, ...bars, really].join(''));
}

function swatch(content: string): string {
  return element('svg', { viewBox: '0 0 22 22', class: 'swatch', 'aria-hidden': 'true' }, content);
}

function overview({ report, against, incidents }: Page, tracks: readonly Track[]): string {
  const targetIds = [...new Set(tracks.flatMap((track) => track.report.lanes.map(({ targetId }) => targetId)))].sort();
  if (targetIds.length === 0) return element('p', { class: 'quiet' }, 'Nothing fired that any policy looks at.');
  const toMs = Math.max(report.toMs, against?.toMs ?? 0);
  return element(
    'div',
    { class: 'picture' },
    timeline({ tracks, targetIds, fromMs: report.fromMs, toMs, incidents, title: 'Every target over the whole history' }),
  );
}

/** What the archive says was really decided, as one more track. */
function reallyDecided(report: Report): readonly Track[] {
  const known: readonly string[] = KINDS;
  const outcomes = report.decided
    .filter(({ kind }) => known.includes(kind))
    .map(({ targetId, atMs, kind, reason }) => ({ targetId, atMs, beganMs: atMs, kind, reason, evidence: [] }) as Outcome);
  return outcomes.length === 0 ? [] : [{ report: { ...report, outcomes, lanes: [] }, letter: 'r' }];
}

function outcomeTable({ report }: Track): string {
  const rows = report.outcomes
    .slice(0, ROWS_MAX)
    .map((outcome) =>
      element(
        'tr',
        {},
        element('td', { class: 'when' }, escaped(dayAndClock(outcome.atMs).slice(0, -4))) +
          element('td', {}, swatch(shape(outcome.kind, 11, 11)) + escaped(outcome.kind)) +
          element('td', {}, escaped(outcome.targetId)) +
          element('td', {}, element('code', { title: REASONS[outcome.reason] }, escaped(outcome.reason))) +
          element('td', {}, escaped(sentenceOf(outcome))),
      ),
    );
  const head = element('tr', {}, ['When (UTC)', 'Verdict', 'Target', 'Reason', 'In words'].map((name) => element('th', {}, name)).join(''));
  const rest = report.counts.reduce((sum, { count }) => sum + count, 0) - rows.length;
  const table = element(
    'div',
    { class: 'picture' },
    element('table', {}, element('thead', {}, head) + element('tbody', {}, rows.join('\n'))),
  );
  const more = rest > 0 ? element('p', { class: 'quiet' }, `${String(rest)} more are counted above.`) : '';
  return element(
    'details',
    { open: rows.length <= OPEN_ROWS_MAX ? '' : undefined },
    element('summary', {}, escaped(`Everything ${report.label} would have said`)) + table + more,
  );
}

function footer({ supposed }: Page): string {
  return element('footer', {}, heading('What had to be supposed') + element('p', {}, escaped(supposed.join(' '))));
}
