import type { Incident } from './difference.ts';
import { element, escaped } from './markup.ts';
import type { Outcome } from './report.ts';
import type { Track } from './timeline.ts';
import { KINDS, nounFor, totalOf } from './words.ts';

export function card({ report, letter }: Track, lettered: boolean): string {
  const numbers = KINDS.map((kind) => {
    const total = totalOf(report, kind);
    const figure = element('span', { class: `figure ${total === 0 ? 'none' : kind}` }, String(total));
    return element('li', {}, figure + escaped(nounFor(kind, total)));
  }).join('');
  const name = (lettered ? element('span', { class: `badge ${letter}` }, letter.toUpperCase()) : '') + escaped(report.label);
  return element('article', { class: 'card' }, element('h3', {}, name) + element('ul', {}, numbers));
}

export function differenceCard(incidents: readonly Incident[], compared: boolean): string {
  if (!compared) return '';
  const differing = incidents.filter(({ difference }) => difference !== undefined).length;
  const figure = element('p', { class: 'big' }, String(differing));
  const words = `of ${String(incidents.length)} incidents end otherwise`;
  const kinds = differenceKinds(incidents).map((line) => element('li', {}, escaped(line)));
  return element(
    'article',
    { class: 'card differing' },
    element('h3', {}, 'Difference, B → A') + figure + element('p', {}, escaped(words)) + element('ul', {}, kinds.join('')),
  );
}

/** The most frequent kinds of difference, whatever their reasons. */
function differenceKinds(incidents: readonly Incident[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { difference, outcome, against } of incidents) {
    if (difference === undefined) continue;
    const kind = outcome?.kind === against?.kind && outcome?.kind !== 'hold' ? difference.replace(/ .* /, ' ') : kindsOf(against, outcome);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.slice(0, DIFFERENCE_KINDS_MAX).map(([kind, count]) => `${String(count)} × ${kind}`);
}

const DIFFERENCE_KINDS_MAX = 5;

function kindsOf(from: Outcome | undefined, to: Outcome | undefined): string {
  return `${from?.kind ?? 'nothing'} → ${to?.kind ?? 'nothing'}`;
}
