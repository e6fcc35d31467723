import type { Notice } from './notice.ts';
import { byteLength, cutBytes, oneLine } from './text.ts';

/** Chinese characters take three bytes: a short line still fits PagerDuty's summary and a title of every chat. */
export const MAX_SHORT_BYTES = 300;
/** One endless value must not push the others out. */
const MAX_VALUE_BYTES = 1_000;

/** One line: what happened, to whom. */
export function renderShort(notice: Notice): string {
  const title = oneLine(notice.title);
  const target = oneLine(notice.targetId);
  return cutBytes(title.includes(target) ? title : `${target}: ${title}`, MAX_SHORT_BYTES);
}

export interface Rendered {
  readonly title: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly steps: readonly string[];
}

/** The notice in parts, every one a single clean line; what each channel lays out in its own way. */
export function renderParts(notice: Notice): Rendered {
  const facts = [
    { name: 'Target', value: notice.targetId },
    ...(notice.failoverId === undefined ? [] : [{ name: 'Failover', value: notice.failoverId }]),
    ...notice.facts,
    { name: 'Time', value: new Date(notice.atMs).toISOString() },
  ];
  return {
    title: (notice.urgency === 'page' ? '[PAGE] ' : '') + renderShort(notice),
    facts: facts.map((fact) => ({ name: oneLine(fact.name), value: cutBytes(oneLine(fact.value), MAX_VALUE_BYTES) })),
    steps: notice.steps.map((step) => cutBytes(oneLine(step), MAX_VALUE_BYTES)),
  };
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
