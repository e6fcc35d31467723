import type { Characters } from './pattern-characters.ts';
import { parsePattern, PatternFault } from './pattern-parser.ts';
import type { PatternTree } from './pattern-parser.ts';
import { remembered } from './remembered.ts';

export type Pattern = { readonly ok: true; matches(value: string): boolean } | { readonly ok: false; readonly why: string };

type State =
  | { readonly kind: 'one'; readonly takes: Characters; readonly next: State }
  | { readonly kind: 'begin' | 'end'; readonly next: State }
  | Split
  | { readonly kind: 'accept' };
interface Split {
  readonly kind: 'split';
  readonly next: State;
  other: State;
}

/** A nondeterministic automaton; `start` is one of `states`. */
export interface Automaton {
  readonly states: readonly State[];
  readonly start: State;
}

/** The work for one character of a value is at most this many states. */
export const MAX_STATES = 5_000;
const MAX_COMPILED = 500;
/** Labels that policies ask about have few values, and every verdict asks about all of them again. */
const MAX_ANSWERS = 200;

/**
 * A regular expression of RE2's syntax and meaning, as Alertmanager's matchers have it: anchored on both sides, no captures. Matching takes time linear
 * in the value's length, for every pattern and every value. Own code, because a whole RE2 would be a third of what a function may weigh.
 */
export const compilePattern: (text: string) => Pattern = remembered(compileAnew, MAX_COMPILED);

function compileAnew(text: string): Pattern {
  try {
    const automaton = automatonOf(text);
    return { ok: true, matches: remembered((value) => run(automaton, value).matched, MAX_ANSWERS) };
  } catch (fault) {
    // Whatever goes wrong while it is made, it is no pattern: nothing that a configuration says may throw when an alert comes.
    return { ok: false, why: (fault as Error).message };
  }
}

/** @throws PatternFault */
export function automatonOf(text: string): Automaton {
  const states: State[] = [];
  const accept = add(states, { kind: 'accept' });
  return { start: build(states, parsePattern(text), accept), states };
}

/** Adds what the tree stands for in front of the state `next`, and returns where it begins. */
function build(states: State[], tree: PatternTree, next: State): State {
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

function buildRepeat(states: State[], { part, least, most }: Extract<PatternTree, { kind: 'repeat' }>, next: State): State {
  if (most === Infinity) return buildUnbounded(states, { part, least }, next);
  let entry = next;
  for (let count = least; count < most; count += 1) entry = add(states, { kind: 'split', next: build(states, part, entry), other: next });
  for (let count = 0; count < least; count += 1) entry = build(states, part, entry);
  return entry;
}

function buildUnbounded(states: State[], { part, least }: { part: PatternTree; least: number }, next: State): State {
  const again: Split = { kind: 'split', next, other: next };
  const loop = add(states, again);
  again.other = build(states, part, loop);
  let entry = least === 0 ? loop : again.other;
  for (let count = 1; count < least; count += 1) entry = build(states, part, entry);
  return entry;
}

function add(states: State[], state: State): State {
  if (states.length >= MAX_STATES) throw new PatternFault(`is too large: it needs more than ${String(MAX_STATES)} states`);
  states.push(state);
  return state;
}

/** Follows all ways through the automaton at once, each state at most once a character. `steps` counts the characters and the states looked at. */
export function run({ start }: Automaton, value: string): { readonly matched: boolean; readonly steps: number } {
  const characters = Array.from(value, (character) => Number(character.codePointAt(0)));
  let live = spread(new Set([start]), edgesOf(0, characters.length));
  let steps = live.size;
  for (const [index, character] of characters.entries()) {
    if (live.size === 0) break;
    live = spread(advance(live, character), edgesOf(index + 1, characters.length));
    steps += 1 + live.size;
  }
  return { matched: [...live].some(({ kind }) => kind === 'accept'), steps };
}

type Edges = Readonly<Record<'begin' | 'end', boolean>>;

function edgesOf(position: number, length: number): Edges {
  return { begin: position === 0, end: position === length };
}

/** Adds the states that are reached without taking a character. A set that grows while it is walked is walked to its new end, and no state twice. */
function spread(live: Set<State>, edges: Edges): Set<State> {
  for (const state of live) for (const next of passedTo(state, edges)) live.add(next);
  return live;
}

function passedTo(state: State, edges: Edges): readonly State[] {
  switch (state.kind) {
    case 'split':
      return [state.next, state.other];
    case 'begin':
    case 'end':
      return edges[state.kind] ? [state.next] : [];
    case 'one':
    case 'accept':
      return [];
  }
}

function advance(live: ReadonlySet<State>, character: number): Set<State> {
  const reached = new Set<State>();
  for (const state of live) {
    if (state.kind === 'one' && state.takes(character)) reached.add(state.next);
  }
  return reached;
}
