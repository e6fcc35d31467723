import type { Notice, NoticeFact } from './notice.ts';
import { byteLength, cutBytes, oneLine } from './text.ts';

/** Chinese characters take three bytes: a short line still fits PagerDuty's summary and a title of every chat. */
export const MAX_SHORT_BYTES = 300;
/** One endless value must not push the others out, nor a thousand facts the steps. */
const MAX_VALUE_BYTES = 1_000;
const MAX_NAME_BYTES = 100;
const MAX_FACTS = 50;
const MAX_STEPS = 20;

/** One line: what happened, to whom. */
export function renderShort(notice: Notice): string {
  const title = oneLine(notice.title);
  const target = oneLine(notice.targetId);
  return cutBytes(title.includes(target) ? title : `${target}: ${title}`, MAX_SHORT_BYTES);
}

export interface Rendered {
  readonly title: string;
  readonly facts: readonly NoticeFact[];
  readonly steps: readonly string[];
}

/** The notice in parts, every one a single clean line; what each channel lays out in its own way. */
export function renderParts(notice: Notice): Rendered {
  const facts = [
    { name: 'Target', value: notice.targetId },
    ...(notice.failoverId === undefined ? [] : [{ name: 'Failover', value: notice.failoverId }]),
    ...cleanFacts(notice.facts),
    { name: 'Time', value: new Date(notice.atMs).toISOString() },
  ];
  const title = (notice.urgency === 'page' ? '[PAGE] ' : '') + renderShort(notice);
  return { title, facts, steps: cleanSteps(notice.steps) };
}

/** The facts as clean lines, bounded in number and in length; how many were left out is said. */
export function cleanFacts(facts: readonly NoticeFact[]): readonly NoticeFact[] {
  const kept = facts.slice(0, MAX_FACTS).map((fact) => ({
    name: cutBytes(oneLine(fact.name), MAX_NAME_BYTES),
    value: cutBytes(oneLine(fact.value), MAX_VALUE_BYTES),
  }));
  const left = facts.length - kept.length;
  return left === 0 ? kept : [...kept, { name: 'Left out', value: `${String(left)} more facts` }];
}

export function cleanSteps(steps: readonly string[]): readonly string[] {
  return steps.slice(0, MAX_STEPS).map((step) => cutBytes(oneLine(step), MAX_VALUE_BYTES));
}

/** Everything as plain text: the title, the facts one a line, then what a person should do now. */
export function renderText(notice: Notice, maxBytes = Number.MAX_SAFE_INTEGER): string {
  const parts = renderParts(notice);
  return `${parts.title}\n${renderBody(parts, maxBytes - byteLength(parts.title) - 1)}`;
}

/** Facts, then steps. When it is too long the facts are cut first: at three in the morning the steps matter more. */
export function renderBody(parts: Rendered, maxBytes = Number.MAX_SAFE_INTEGER): string {
  const steps = cutBytes(renderSteps(parts), maxBytes);
  const roomBytes = steps === '' ? maxBytes : maxBytes - byteLength(steps) - 1;
  const facts = cutBytes(parts.facts.map((fact) => `${fact.name}: ${fact.value}`).join('\n'), roomBytes);
  return [facts, steps].filter((part) => part !== '').join('\n');
}

export function renderSteps(parts: Rendered): string {
  if (parts.steps.length === 0) return '';
  return ['What to do now:', ...parts.steps.map((step, index) => `${String(index + 1)}. ${step}`)].join('\n');
}
