import { MAX_LABEL_CHARS, MAX_LABELS, MAX_SUMMARY_CHARS } from './alert.ts';
import { asText } from './read.ts';

export type Labels = Readonly<Record<string, string>>;

/** Control characters, line and paragraph separators, and the marks that reverse the direction of text on a screen. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** Cut to length without leaving half of a character behind. */
export function clip(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const last = text.charCodeAt(maxChars - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? maxChars - 1 : maxChars);
}

/** One printable line. What lies beyond four times the limit is not even looked at. */
export function oneLine(text: string, maxChars = MAX_SUMMARY_CHARS): string {
  const seen = text.length > maxChars * 4 ? text.slice(0, maxChars * 4) : text;
  return clip(seen.replace(UNPRINTABLE, ' ').trim(), maxChars);
}

/**
 * Labels within their bounds. A well-behaved record, which nearly all are, is handed back itself and costs one look at each label.
 * Values that are no text are written out if they are numbers or booleans and left out otherwise.
 *
 * @param keepFirst labels that must not be among those left out when there are too many.
 */
export function boundLabels(record: unknown, keepFirst: readonly (string | undefined)[] = []): Labels {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return {};
  let count = 0;
  for (const key in record) {
    if (!isPlainLabel(key, (record as Record<string, unknown>)[key]) || ++count > MAX_LABELS) return copyLabels(record, keepFirst);
  }
  return record as Labels;
}

const isPlainLabel = (key: string, value: unknown): boolean =>
  typeof value === 'string' && value.length <= MAX_LABEL_CHARS && key.length <= MAX_LABEL_CHARS && key !== '__proto__';

function copyLabels(record: object, keepFirst: readonly (string | undefined)[]): Labels {
  const entries = Object.entries(record);
  const kept = keepFirst.length === 0 ? entries : [...entries.filter(([key]) => keepFirst.includes(key)), ...entries];
  const labels: Record<string, string> = {};
  let count = 0;
  for (const [key, value] of kept) {
    if (key === '__proto__' || key.length > MAX_LABEL_CHARS || Object.hasOwn(labels, key)) continue;
    const text = typeof value === 'string' ? value : asText(value);
    if (text === undefined) continue;
    labels[key] = clip(text, MAX_LABEL_CHARS);
    if (++count === MAX_LABELS) break;
  }
  return labels;
}
