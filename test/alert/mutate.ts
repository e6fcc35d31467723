/** A seeded stream of numbers in [0, 1): mulberry32. The same seed gives the same mutants. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Random = () => number;
const below = (random: Random, limit: number): number => Math.floor(random() * limit);
const oneOf = <Item>(random: Random, items: readonly Item[]): Item | undefined => items[below(random, items.length)];

const JUNK_TEXTS: readonly string[] = [
  '',
  'null',
  '__proto__',
  'constructor',
  '0001-01-01T00:00:00Z',
  '2026-11-21T20:00:04Z',
  '1795291204',
  '\u0000\u001b[31m\u202e',
  '\ud800',
  'a'.repeat(5_000),
  '{'.repeat(50),
  '{"a":{"b":[1,2,{"c":null}]}}',
  '%%%&=+',
];

const JUNK: readonly unknown[] = [
  ...JUNK_TEXTS,
  null,
  true,
  0,
  -1,
  1e300,
  Number.MAX_SAFE_INTEGER + 2,
  [],
  {},
  [[[[[[]]]]]],
  JSON.parse('{"__proto__":null,"constructor":{"prototype":{}}}'),
];

/** One mutant of a body: of its text, or of its structure where it is JSON. */
export function mutate(body: string, random: Random): string {
  const rounds = 1 + below(random, 3);
  let mutant = body;
  for (let round = 0; round < rounds; round++) mutant = random() < 0.35 ? mutateText(mutant, random) : mutateJson(mutant, random);
  return mutant;
}

function mutateText(text: string, random: Random): string {
  const from = below(random, text.length + 1);
  const to = Math.min(text.length, from + below(random, 40));
  const [before, middle, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
  const junk = oneOf(random, JUNK_TEXTS) ?? '';
  const forms = [
    before + after,
    before,
    before + middle + middle + after,
    before + junk + after,
    before + junk + middle + after,
    after + before,
  ];
  return oneOf(random, forms) ?? '';
}

function mutateJson(text: string, random: Random): string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return mutateText(text, random);
  }
  return JSON.stringify(mutateValue(json, random, 0)) ?? 'null';
}

function mutateValue(value: unknown, random: Random, depth: number): unknown {
  if (random() < 0.12 && depth > 0) return oneOf(random, JUNK);
  if (typeof value === 'string') return mutateString(value, random);
  if (Array.isArray(value)) return mutateList(value as unknown[], random, depth);
  return typeof value === 'object' && value !== null ? mutateObject(value as Record<string, unknown>, random, depth) : oneOf(random, JUNK);
}

/** A text that holds JSON is mutated as JSON, so that what lies inside envelopes is reached too. */
function mutateString(text: string, random: Random): string {
  return text.startsWith('{') || text.startsWith('[') ? mutateJson(text, random) : mutateText(text, random);
}

function mutateList(items: readonly unknown[], random: Random, depth: number): unknown {
  const at = below(random, items.length);
  const item = mutateValue(items[at], random, depth + 1);
  return random() < 0.2 ? [...items, ...items] : items.with === undefined || items.length === 0 ? [item] : items.with(at, item);
}

function mutateObject(record: Readonly<Record<string, unknown>>, random: Random, depth: number): unknown {
  const key = oneOf(random, Object.keys(record));
  if (key === undefined) return oneOf(random, JUNK);
  const { [key]: chosen, ...rest } = record;
  const dice = random();
  if (dice < 0.15) return rest;
  if (dice < 0.25) return { ...rest, [oneOf(random, JUNK_TEXTS) ?? '']: chosen };
  return { ...record, [key]: mutateValue(chosen, random, depth + 1) };
}
