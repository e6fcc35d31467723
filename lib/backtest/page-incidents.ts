import { duration, instant } from '../decide/words.ts';
import type { Incident } from './difference.ts';
import { element, escaped } from './markup.ts';
import type { Outcome } from './report.ts';
import { timeline, type Track } from './timeline.ts';
import { sentenceOf } from './words.ts';

/** Incidents drawn and told one by one. */
const INCIDENTS_MAX = 60;
const INCIDENT_PAD_SHARE = 0.12;
const INCIDENT_PAD_MS = 20_000;

/** Each incident with a picture of its own, those that differ first. */
export function incidentSection(incidents: readonly Incident[], tracks: readonly Track[]): string {
  // What nobody would have acted on, and nothing came near to, is no news.
  const told = incidents.filter(({ outcome, against: other }) => outcome !== undefined || other !== undefined);
  if (told.length === 0) return '';
  const differing = told.filter(({ difference }) => difference !== undefined);
  const chosen = [...differing, ...told.filter(({ difference }) => difference === undefined)].slice(0, INCIDENTS_MAX);
  const rest = told.length - chosen.length;
  const more = rest > 0 ? element('p', { class: 'quiet' }, `${String(rest)} more are in the tables below.`) : '';
  return element(
    'section',
    {},
    element('h2', {}, 'Incidents') + chosen.map((incident) => incidentArticle(incident, tracks)).join('\n') + more,
  );
}

function incidentArticle(incident: Incident, tracks: readonly Track[]): string {
  const { targetId, fromMs, toMs, difference } = incident;
  const padMs = Math.max(INCIDENT_PAD_MS, (toMs - fromMs) * INCIDENT_PAD_SHARE);
  const title = element('h3', {}, escaped(targetId) + element('time', {}, escaped(dayAndClock(fromMs))) + badge(difference));
  const picture = timeline({
    tracks,
    targetIds: [targetId],
    fromMs: fromMs - padMs,
    toMs: toMs + padMs,
    incidents: [],
    title: `${targetId} from ${instant(fromMs)}, for ${duration(toMs - fromMs)}`,
    ticks: 10,
    nameless: true,
  });
  const outcomes = [incident.outcome, incident.against];
  const sentences = tracks.map((track, index) => sentence(outcomes[index], track, tracks.length > 1));
  return element(
    'article',
    { class: difference === undefined ? 'incident' : 'incident differs' },
    title + element('div', { class: 'picture' }, picture) + sentences.join(''),
  );
}

function badge(difference: string | undefined): string {
  return difference === undefined ? '' : element('span', { class: 'badge difference' }, escaped(difference));
}

function sentence(outcome: Outcome | undefined, { letter }: Track, lettered: boolean): string {
  const who = lettered ? element('span', { class: `badge ${letter}` }, letter.toUpperCase()) : '';
  if (outcome === undefined) return element('p', { class: 'sentence' }, `${who}does nothing, and was not near to it`);
  return element('p', { class: 'sentence' }, who + element('time', {}, escaped(clockOf(outcome.atMs))) + escaped(sentenceOf(outcome)));
}

function clockOf(atMs: number): string {
  return instant(atMs).slice(11, 19);
}

export function dayAndClock(atMs: number): string {
  return `${instant(atMs).slice(0, 10)} ${clockOf(atMs)} UTC`;
}
