import type { Played } from './play.ts';

/** A history as people read it: when, who, what. */
export function storyOf(played: Played): string {
  const lines = played.lines.map((line) => {
    const space = line.indexOf(' ');
    return { atMs: Number(line.slice(0, space)), text: line.slice(space + 1) };
  });
  const logged = played.log.flatMap(({ atMs, function: by, event, fields }) => {
    const text = TELLERS[event]?.(fields);
    return text === undefined ? [] : [{ atMs: atMs - played.startMs, text: `${by}: ${text}` }];
  });
  const all = [...lines.filter(({ text }) => !DULL.test(text)), ...logged];
  all.sort((a, b) => a.atMs - b.atMs);
  return all.map(({ atMs, text }) => `${clock(atMs)}  ${text}`).join('\n');
}

/** What only matters to the hash of the history. */
const DULL = /^(acknowledged |\w+ done$|wrote (mark|history|archive)|failover \w+ \w+ \S+ \S+ \S+$|wrote target)/;

type Fields = Readonly<Record<string, unknown>>;
const TELLERS: Readonly<Record<string, (fields: Fields) => string>> = {
  verdict: ({ targetId, kind, reason }) => `verdict on ${String(targetId)}: ${String(kind)}, ${String(reason)}`,
  transition: ({ targetId, failoverId, from, to, why }) =>
    `${String(targetId)} ${String(failoverId).slice(0, 8)}: ${String(from)} → ${String(to)} (${String(why)})`,
  call: ({ targetId, failoverId, start }) =>
    `calls the provider for ${String(targetId)} ${String(failoverId).slice(0, 8)}, start ${String(start)}`,
  answer: ({ outcome, code }) => `answer: ${String(outcome)} ${String(code ?? '')}`,
  fenced: ({ why }) => `fenced: ${String(why)}`,
  reconcile: ({ outcome }) => `reconcile: ${String(outcome)}`,
  pushed: ({ targetId, state }) => `pushes ${String(targetId)}, which is ${String(state)}`,
  stale: ({ look }) => `stale message for look ${String(look)}`,
  'record-failed': ({ reason }) => `fails: ${String(reason)}`,
  'decide-failed': ({ error }) => `fails: ${String(error)}`,
  'watch-failed': ({ error }) => `fails: ${String(error)}`,
  'invocation-failed': ({ error }) => `FAILS: ${String(error)}`,
  'dead-letter': ({ reason }) => `dead letter: ${String(reason)}`,
};

function clock(atMs: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const seconds = (atMs / 1_000) % 60;
  return `${two(atMs / 3_600_000)}:${two((atMs / 60_000) % 60)}:${seconds.toFixed(3).padStart(6, '0')}`;
}
