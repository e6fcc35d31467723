/** Whether a set of characters holds a Unicode code point. */
export type Characters = (codePoint: number) => boolean;
export type CharacterRange = readonly [from: number, to: number];

const DIGITS: readonly CharacterRange[] = [[0x30, 0x39]];
const WORD: readonly CharacterRange[] = [...DIGITS, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
/** As RE2 has it: tab, line feed, form feed, carriage return and blank; the vertical tab is not of it. */
const SPACE: readonly CharacterRange[] = [
  [0x09, 0x0a],
  [0x0c, 0x0d],
  [0x20, 0x20],
];
const NAMED: Readonly<Record<string, readonly CharacterRange[]>> = { d: DIGITS, w: WORD, s: SPACE };

/**
 * @param fold Whether characters that differ in case only are the same: Unicode's simple folding. The language's own `iu` is just that, and on a set of
 * single characters it cannot backtrack.
 */
export function within(ranges: readonly CharacterRange[], fold: boolean): Characters {
  if (!fold) return (codePoint) => ranges.some(([from, to]) => from <= codePoint && codePoint <= to);
  const set = ranges.map(([from, to]) => `${escaped(from)}-${escaped(to)}`).join('');
  const folded = new RegExp(`^[${set}]$`, 'iu');
  return (codePoint) => folded.test(String.fromCodePoint(codePoint));
}

export function without(characters: Characters): Characters {
  return (codePoint) => !characters(codePoint);
}

/** The set of `\d \w \s` and of their capitals, which mean all others; `undefined` for any other letter. Under folding RE2 folds these too. */
export function namedCharacters(letter: string, fold: boolean): Characters | undefined {
  const ranges = NAMED[letter.toLowerCase()];
  if (ranges === undefined) return undefined;
  const characters = within(ranges, fold);
  return letter === letter.toLowerCase() ? characters : without(characters);
}

function escaped(codePoint: number): string {
  return `\\u{${codePoint.toString(16)}}`;
}
