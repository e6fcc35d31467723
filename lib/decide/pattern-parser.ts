import { namedCharacters, within, without } from './pattern-characters.ts';
import type { Characters } from './pattern-characters.ts';

export type PatternTree =
  | { readonly kind: 'one'; readonly takes: Characters }
  | { readonly kind: 'begin' | 'end' }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly PatternTree[] }
  | { readonly kind: 'repeat'; readonly part: PatternTree; readonly least: number; readonly most: number };

/** Why a pattern is refused, in words that follow "the pattern …". */
export class PatternFault extends Error {}

/** A place in the pattern that is being read; `fold` when it began with `(?i)`. */
interface Cursor {
  readonly text: string;
  readonly fold: boolean;
  at: number;
}

const MAX_PATTERN_CHARS = 1_000;
/** RE2's own limit, for one counted repetition and for the product of nested ones. */
const MAX_REPETITION = 1_000;

const FOLD = '(?i)';
const COUNTED = /^\{(0|[1-9]\d*)(?:,(0|[1-9]\d*|))?\}/;
const HEXADECIMAL = /^x(?:[\da-f]{2}|\{[\da-f]+\})/i;
const NO_CHARACTER = 'has a hexadecimal escape that names no character';
const MAX_CODE_POINT = 0x10ffff;
const MAX_ASCII = 0x7f;
const LINE_FEED = 0x0a;
const ESCAPES: Readonly<Record<string, number>> = { a: 0x07, t: 0x09, n: 0x0a, v: 0x0b, f: 0x0c, r: 0x0d };

/**
 * Reads a regular expression of RE2's syntax (https://github.com/google/re2/wiki/Syntax), or the part of it that matchers need: what it takes,
 * it takes with RE2's meaning, and it refuses the rest by name.
 *
 * @throws PatternFault
 */
export function parsePattern(text: string): PatternTree {
  if (text.length > MAX_PATTERN_CHARS) throw new PatternFault(`is longer than ${String(MAX_PATTERN_CHARS)} characters`);
  const fold = text.startsWith(FOLD);
  const cursor: Cursor = { text, fold, at: fold ? FOLD.length : 0 };
  const tree = choice(cursor);
  if (cursor.at < text.length) throw new PatternFault('closes a group that it does not open');
  return tree;
}

function choice(cursor: Cursor): PatternTree {
  const parts = [sequence(cursor)];
  while (skip(cursor, '|')) parts.push(sequence(cursor));
  return { kind: 'any', parts };
}

function sequence(cursor: Cursor): PatternTree {
  const parts: PatternTree[] = [];
  while (cursor.at < cursor.text.length && !ahead(cursor, '|') && !ahead(cursor, ')')) parts.push(repeated(cursor));
  return { kind: 'all', parts };
}

function repeated(cursor: Cursor): PatternTree {
  if (quantifier(cursor) !== undefined) throw new PatternFault('has a quantifier with nothing to repeat');
  const part = atom(cursor);
  const bounds = quantifier(cursor);
  if (bounds === undefined) return part;
  // The lazy form prefers a shorter match; whether there is one, which is all that is asked here, is the same.
  skip(cursor, '?');
  if (quantifier(cursor) !== undefined) throw new PatternFault('has a quantifier after a quantifier');
  const tree: PatternTree = { kind: 'repeat', part, ...bounds };
  if (copies(tree) > MAX_REPETITION) throw new PatternFault(`repeats more than ${String(MAX_REPETITION)} times`);
  return tree;
}

function quantifier(cursor: Cursor): { least: number; most: number } | undefined {
  if (skip(cursor, '*')) return { least: 0, most: Infinity };
  if (skip(cursor, '+')) return { least: 1, most: Infinity };
  if (skip(cursor, '?')) return { least: 0, most: 1 };
  const counted = COUNTED.exec(cursor.text.slice(cursor.at));
  // A brace that holds no count is a plain character, as in RE2.
  if (counted === null) return undefined;
  const [all, least, most = least] = counted;
  cursor.at += all.length;
  return bounded(Number(least), most === '' ? Infinity : Number(most));
}

function bounded(least: number, most: number): { least: number; most: number } {
  if (most < least) throw new PatternFault('has a repetition whose bounds are the wrong way round');
  return { least, most };
}

/** How often the innermost part is written out. */
function copies(tree: PatternTree): number {
  switch (tree.kind) {
    case 'all':
    case 'any':
      return Math.max(1, ...tree.parts.map(copies));
    case 'repeat': {
      const own = tree.most === Infinity ? tree.least : tree.most;
      return tree.most === 0 ? 1 : Math.max(1, own) * copies(tree.part);
    }
    default:
      return 1;
  }
}

function atom(cursor: Cursor): PatternTree {
  if (skip(cursor, '(')) return group(cursor);
  if (skip(cursor, '^')) return { kind: 'begin' };
  if (skip(cursor, '$')) return { kind: 'end' };
  if (skip(cursor, '.')) return { kind: 'one', takes: (codePoint) => codePoint !== LINE_FEED };
  if (skip(cursor, '[')) return { kind: 'one', takes: characterClass(cursor) };
  return { kind: 'one', takes: member(cursor, false) };
}

function group(cursor: Cursor): PatternTree {
  if (skip(cursor, '?') && !skip(cursor, ':')) {
    const looksAround = /^<?[=!]/.test(cursor.text.slice(cursor.at));
    throw new PatternFault(looksAround ? 'looks around' : 'has a named group, or a flag other than (?i) at its beginning');
  }
  const tree = choice(cursor);
  if (!skip(cursor, ')')) throw new PatternFault('opens a group that it does not close');
  return tree;
}

function characterClass(cursor: Cursor): Characters {
  const others = skip(cursor, '^');
  const parts: Characters[] = [];
  // A closing bracket in the first place is a plain character.
  do {
    if (ahead(cursor, '[:')) throw new PatternFault('has a class by name ([:…:])');
    parts.push(member(cursor, true));
  } while (!skip(cursor, ']'));
  const union: Characters = (codePoint) => parts.some((takes) => takes(codePoint));
  return others ? without(union) : union;
}

/** One character, `\d` and its like, or (in a class) a range. */
function member(cursor: Cursor, inClass: boolean): Characters {
  const named = ahead(cursor, '\\') ? namedCharacters(cursor.text.charAt(cursor.at + 1), cursor.fold) : undefined;
  if (named !== undefined) {
    cursor.at += 2;
    return named;
  }
  const from = single(cursor);
  if (!inClass || !ahead(cursor, '-') || ahead(cursor, '-]')) return within([[from, from]], cursor.fold);
  skip(cursor, '-');
  const to = single(cursor);
  if (to < from) throw new PatternFault('has a range that runs backwards');
  return within([[from, to]], cursor.fold);
}

function single(cursor: Cursor): number {
  if (skip(cursor, '\\')) return escape(cursor);
  const codePoint = cursor.text.codePointAt(cursor.at);
  if (codePoint === undefined) throw new PatternFault('opens a character class that it does not close');
  cursor.at += String.fromCodePoint(codePoint).length;
  return codePoint;
}

function escape(cursor: Cursor): number {
  const codePoint = cursor.text.codePointAt(cursor.at);
  if (codePoint === undefined) throw new PatternFault('ends in a backslash');
  const char = String.fromCodePoint(codePoint);
  if (char === 'x') return hexadecimal(cursor);
  cursor.at += char.length;
  if (/\d/.test(char)) throw new PatternFault('refers back to a group, or has an octal escape');
  const control = Object.hasOwn(ESCAPES, char) ? ESCAPES[char] : undefined;
  if (control === undefined && (codePoint > MAX_ASCII || /[a-z]/i.test(char))) {
    throw new PatternFault(`has an escape that is not supported: \\${char}`);
  }
  return control ?? codePoint;
}

/** `\x41` or `\x{1F600}`. */
function hexadecimal(cursor: Cursor): number {
  const found = HEXADECIMAL.exec(cursor.text.slice(cursor.at));
  if (found === null) throw new PatternFault(NO_CHARACTER);
  const [all] = found;
  const codePoint = Number.parseInt(all.replaceAll(/[x{}]/gi, ''), 16);
  if (codePoint > MAX_CODE_POINT) throw new PatternFault(NO_CHARACTER);
  cursor.at += all.length;
  return codePoint;
}

function ahead(cursor: Cursor, text: string): boolean {
  return cursor.text.startsWith(text, cursor.at);
}

function skip(cursor: Cursor, text: string): boolean {
  const found = ahead(cursor, text);
  if (found) cursor.at += text.length;
  return found;
}
