import { duration, instant } from '../decide/words.ts';
import { scaleOf, ticksOf, type Scale } from './axis.ts';
import type { Incident } from './difference.ts';
import { element, escaped, text } from './markup.ts';
import type { Lane, Outcome, Report, Span } from './report.ts';
import { KINDS, sentenceOf } from './words.ts';

/** One policy's part of a picture. */
export interface Track {
  readonly report: Report;
  /** `a` or `b`: how it is called beside its lane, and which colours it has. */
  readonly letter: string;
}
export interface Picture {
  readonly tracks: readonly Track[];
  readonly targetIds: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Incidents whose differences are tinted. */
  readonly incidents: readonly Incident[];
  /** For people who do not see it. */
  readonly title: string;
  /** Of one target whose name stands above anyway. */
  readonly nameless?: boolean;
  /** How many ticks the axis wants. */
  readonly ticks?: number;
}

const WIDTH = 1_120;
const LABEL_WIDTH = 170;
const LETTER_WIDTH = 30;
const RIGHT = WIDTH - 16;
const TOP = 30;
const LANE_HEIGHT = 26;
const ROW_GAP = 14;
/** What is shorter than a pixel must still be seen. */
const SPAN_WIDTH_MIN = 2;

/** Lanes for each target, one for each policy: what fired, what waited, what was done, and each verdict. Markup of one SVG. */
export function timeline(picture: Picture): string {
  const { tracks, targetIds, fromMs, toMs, title, ticks = 12, nameless = false } = picture;
  const scale = scaleOf(fromMs, toMs, nameless ? LETTER_WIDTH : LABEL_WIDTH, RIGHT);
  const rowHeight = tracks.length * LANE_HEIGHT + ROW_GAP;
  const height = TOP + targetIds.length * rowHeight + 8;
  const rows = targetIds.map((targetId, index) => row(picture, scale, { targetId, top: TOP + index * rowHeight }));
  const content = [element('title', {}, escaped(title)), axis(scale, height, ticks), ...rows].join('');
  return element('svg', { viewBox: `0 0 ${String(WIDTH)} ${String(height)}`, role: 'img', class: 'timeline' }, content);
}

function axis(scale: Scale, height: number, wanted: number): string {
  return ticksOf(scale, wanted)
    .map(({ atMs, label }) => {
      const x = scale.x(atMs);
      const line = element('line', { x1: x, x2: x, y1: TOP - 6, y2: height - 4, class: 'tick' });
      return line + text(label, { x, y: TOP - 12, class: 'tick-label', 'text-anchor': 'middle' });
    })
    .join('');
}

interface Row {
  readonly targetId: string;
  readonly top: number;
}

function row({ tracks, incidents, nameless = false }: Picture, scale: Scale, { targetId, top }: Row): string {
  const height = tracks.length * LANE_HEIGHT;
  const tints = incidents
    .filter((one) => one.targetId === targetId && one.difference !== undefined && one.toMs >= scale.fromMs && one.fromMs <= scale.toMs)
    .map((incident) => tint(incident, scale, top, height));
  const name = nameless ? '' : text(targetId, { x: 0, y: top + height / 2 + 4, class: 'target' });
  const lanes = tracks.map((track, index) => lane(track, scale, { targetId, top: top + index * LANE_HEIGHT }, tracks.length > 1));
  return [...tints, name, ...lanes].join('');
}

const TINT_WIDTH_MIN = 14;

function tint({ fromMs, toMs, difference = '' }: Incident, scale: Scale, top: number, height: number): string {
  const width = Math.max(TINT_WIDTH_MIN, scale.x(toMs) - scale.x(fromMs) + 6);
  const middle = (scale.x(fromMs) + scale.x(toMs)) / 2;
  const tip = element('title', {}, escaped(`${instant(fromMs)}: ${difference}`));
  return element('rect', { x: middle - width / 2, y: top - 4, width, height: height + 8, rx: 4, class: 'tint' }, tip);
}

function lane({ report, letter }: Track, scale: Scale, { targetId, top }: Row, lettered: boolean): string {
  const middle = top + LANE_HEIGHT / 2;
  const found: Partial<Lane> = report.lanes.find((one) => one.targetId === targetId) ?? {};
  const base = element('line', { x1: scale.left, x2: scale.right, y1: middle, y2: middle, class: 'base' });
  const label = lettered ? text(letter.toUpperCase(), { x: scale.left - 16, y: middle + 4, class: `letter ${letter}` }) : '';
  const marks = report.outcomes
    .filter((one) => one.targetId === targetId && one.atMs >= scale.fromMs && one.atMs <= scale.toMs)
    // Where they lie on one another, the one that matters most is on top.
    .sort((a, b) => KINDS.indexOf(b.kind) - KINDS.indexOf(a.kind));
  return [
    base,
    label,
    ...bars(found.firing, scale, { y: middle - 7, height: 14, of: 'firing' }),
    ...bars(found.waiting, scale, { y: middle + 3, height: 4, of: 'waiting' }),
    ...bars(found.acting, scale, { y: middle - 3, height: 6, of: 'acting' }),
    ...marks.map((outcome) => shortfall(outcome, scale, middle) + mark(outcome, scale.x(outcome.atMs), middle)),
  ].join('');
}

/** From a near miss to where it would have acted. */
function shortfall({ kind, atMs, shortMs = 0 }: Outcome, scale: Scale, y: number): string {
  if (kind !== 'near-miss' || scale.x(atMs + shortMs) - scale.x(atMs) < SHORTFALL_WIDTH_MIN) return '';
  const end = scale.x(atMs + shortMs);
  const way = element('line', { x1: scale.x(atMs), x2: end, y1: y, y2: y, class: 'shortfall' });
  return way + element('line', { x1: end, x2: end, y1: y - 8, y2: y + 8, class: 'shortfall end' });
}

const SHORTFALL_WIDTH_MIN = 12;

const BAR_WORDS = { firing: 'fired', waiting: 'waited', acting: 'a failover was on its way, or asked for' } as const;

function bars(
  spans: readonly Span[] | undefined,
  scale: Scale,
  { y, height, of }: { y: number; height: number; of: keyof typeof BAR_WORDS },
): readonly string[] {
  return (spans ?? [])
    .filter(({ fromMs, toMs }) => toMs >= scale.fromMs && fromMs <= scale.toMs)
    .map(({ fromMs, toMs }) => {
      const x = scale.x(fromMs);
      const width = Math.max(SPAN_WIDTH_MIN, scale.x(toMs) - x);
      const tip = element('title', {}, escaped(`${BAR_WORDS[of]} for ${duration(toMs - fromMs)} from ${instant(fromMs)}`));
      return element('rect', { x, y, width, height, rx: Math.min(3, height / 2), class: of }, tip);
    });
}

/** A shape for each kind, so that colour is never the only sign. */
const SHAPES: Readonly<Record<Outcome['kind'], string>> = {
  failover: 'M0,-9 L8,6 L-8,6 Z',
  ask: 'M-7,0 A7,7 0 1 1 7,0 A7,7 0 1 1 -7,0 Z',
  brake: 'M-3,-10 H3 V10 H-3 Z',
  hold: 'M-6,-6 H6 V6 H-6 Z',
  'near-miss': 'M0,-8 L8,0 L0,8 L-8,0 Z',
};

export function mark(outcome: Outcome, x: number, y: number): string {
  const tip = element('title', {}, escaped(`${instant(outcome.atMs)}: ${sentenceOf(outcome)}`));
  return shape(outcome.kind, x, y, tip);
}

export function shape(kind: Outcome['kind'], x: number, y: number, tip = ''): string {
  const at = `translate(${String(Math.round(x * 10) / 10)} ${String(y)})`;
  return element('path', { d: SHAPES[kind], transform: at, class: `mark ${kind}` }, tip);
}
