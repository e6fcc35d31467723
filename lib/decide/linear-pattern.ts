import type { Characters } from './pattern-characters.ts';
import { parsePattern, PatternFault } from './pattern-parser.ts';
import type { PatternTree } from './pattern-parser.ts';

export type Pattern = { readonly ok: true; matches(value: string): boolean } | { readonly ok: false; readonly why: string };

type State =
  | { readonly kind: 'one'; readonly takes: Characters; readonly next: number }
  | { readonly kind: 'begin' | 'end'; readonly next: number }
  | { readonly kind: 'split'; readonly next: number; other: number }
  | { readonly kind: 'accept' };

/** A nondeterministic automaton; `start` is a place in `states`. */
export interface Automaton {
  readonly states: readonly State[];
  readonly start: number;
}

/** The work for one character of a value is at most this many states. */
export const MAX_STATES = 5_000;
const MAX_COMPILED = 500;
const compiled = new Map<string, Pattern>();

/**
 * A regular expression of RE2's syntax and meaning, as Alertmanager's matchers have it: anchored on both sides, no captures. Matching takes time linear
 * in the value's length, for every pattern and every value. Own code, because a whole RE2 would be a third of what a function may weigh.
 */
export function compilePattern(text: string): Pattern {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  const made = compileAnew(text);
  compiled.set(text, made);
  return made;
}

function compileAnew(text: string): Pattern {
  try {
    const automaton = automatonOf(text);
    return { ok: true, matches: remembering((value) => run(automaton, value).matched) };
  } catch (fault) {
    // Whatever goes wrong while it is made, it is no pattern: nothing that a configuration says may throw when an alert comes.
    return { ok: false, why: (fault as Error).message };
  }
}

const MAX_REMEMBERED = 200;

/** Labels that policies ask about have few values, and every verdict asks about all of them again. */
function remembering(matches: (value: string) => boolean): (value: string) => boolean {
  const answers = new Map<string, boolean>();
  return (value) => {
    const known = answers.get(value);
    if (known !== undefined) return known;
    if (answers.size >= MAX_REMEMBERED) answers.clear();
    const answer = matches(value);
    answers.set(value, answer);
    return answer;
  };
}

/** @throws PatternFault */
export function automatonOf(text: string): Automaton {
  const states: State[] = [{ kind: 'accept' }];
  return { start: build(states, parsePattern(text), 0), states };
}

/** Adds what the tree stands for in front of the state `next`, and returns where it begins. */
function build(states: State[], tree: PatternTree, next: number): number {
  switch (tree.kind) {
    case 'one':
      return add(states, { kind: 'one', takes: tree.takes, next });
    case 'begin':
    case 'end':
      return add(states, { kind: tree.kind, next });
    case 'all':
      return tree.parts.reduceRight((entry, part) => build(states, part, entry), next);
    case 'any':
      return tree.parts
        .map((part) => build(states, part, next))
        .reduce((other, entry) => add(states, { kind: 'split', next: entry, other }));
    case 'repeat':
      return buildRepeat(states, tree, next);
  }
}

function buildRepeat(states: State[], { part, least, most }: Extract<PatternTree, { kind: 'repeat' }>, next: number): number {
  if (most === Infinity) return buildUnbounded(states, { part, least }, next);
  let entry = next;
  for (let count = least; count < most; count += 1) entry = add(states, { kind: 'split', next: build(states, part, entry), other: next });
  for (let count = 0; count < least; count += 1) entry = build(states, part, entry);
  return entry;
}

function buildUnbounded(states: State[], { part, least }: { part: PatternTree; least: number }, next: number): number {
  const again: State = { kind: 'split', next, other: next };
  const loop = add(states, again);
  again.other = build(states, part, loop);
  let entry = least === 0 ? loop : again.other;
  for (let count = 1; count < least; count += 1) entry = build(states, part, entry);
  return entry;
}

function add(states: State[], state: State): number {
  if (states.length >= MAX_STATES) throw new PatternFault(`is too large: it needs more than ${String(MAX_STATES)} states`);
  return states.push(state) - 1;
}

/** Follows all ways through the automaton at once, each state at most once a character. `steps` counts the characters and the states looked at. */
export function run({ states, start }: Automaton, value: string): { readonly matched: boolean; readonly steps: number } {
  const characters = Array.from(value, (character) => Number(character.codePointAt(0)));
  let live = spread(states, new Set([start]), edgesOf(0, characters.length));
  let steps = live.size;
  for (const [index, character] of characters.entries()) {
    if (live.size === 0) break;
    live = spread(states, advance(states, live, character), edgesOf(index + 1, characters.length));
    steps += 1 + live.size;
  }
  return { matched: live.has(0), steps };
}

type Edges = Readonly<Record<'begin' | 'end', boolean>>;

function edgesOf(position: number, length: number): Edges {
  return { begin: position === 0, end: position === length };
}

/** Adds the states that are reached without taking a character. A set that grows while it is walked is walked to its new end, and no state twice. */
function spread(states: readonly State[], live: Set<number>, edges: Edges): Set<number> {
  for (const index of live) {
    const state = states[index];
    if (state?.kind === 'split') live.add(state.next).add(state.other);
    else if ((state?.kind === 'begin' || state?.kind === 'end') && edges[state.kind]) live.add(state.next);
  }
  return live;
}

function advance(states: readonly State[], live: ReadonlySet<number>, character: number): Set<number> {
  const reached = new Set<number>();
  for (const index of live) {
    const state = states[index];
    if (state?.kind === 'one' && state.takes(character)) reached.add(state.next);
  }
  return reached;
}
