import type { NoticeFact } from '../notify/notice.ts';
import type { HookRecord, TerminalFailover } from './failover.ts';

/** What came of the hooks, one line each. */
export function hookFacts(hooks: readonly HookRecord[] = []): NoticeFact[] {
  return hooks.map((hook) => ({ name: `Hook ${hook.name} (${hook.phase})`, value: wordOf(hook) }));
}

function wordOf({ outcome, calls, why }: HookRecord): string {
  const times = calls === 1 ? '1 call' : `${calls} calls`;
  switch (outcome) {
    case 'done':
      return `done, ${times}`;
    case 'failed':
      return `FAILED: ${why ?? 'no reason'} (${times})`;
    case 'skipped':
      return 'not called: one before it failed';
    case 'calling':
      return 'may have been called, its end was not seen';
  }
}

/** For the title: a hook that failed is somebody's work to do, though the promotion stands. */
export function hookTrouble({ state, hooks = [] }: TerminalFailover): string {
  const failed = state === 'succeeded' ? hooks.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name) : [];
  return failed.length === 0 ? '' : `, ${failed.length === 1 ? 'hook' : 'hooks'} ${failed.join(', ')} FAILED`;
}

/** What is left for people: to do what a hook did not, or to undo what a hook did for a promotion that never came. */
export function hookSteps({ state, hooks = [] }: TerminalFailover): string[] {
  if (state === 'succeeded') return hooks.filter(({ outcome }) => outcome === 'failed' || outcome === 'skipped').map(toDo);
  const toUndo = mayHaveRun(hooks);
  return toUndo.length === 0
    ? []
    : [
        `Undo by hand what the before hooks did, if the old primary is to go on (${toUndo.join(', ')}): they may keep applications from writing.`,
      ];
}

/** Somebody's writes may be blocked, and nothing was promoted: not a thing to find in the morning. */
export function leftBehind({ state, hooks = [] }: TerminalFailover): boolean {
  return state !== 'succeeded' && mayHaveRun(hooks).length > 0;
}

function mayHaveRun(hooks: readonly HookRecord[]): string[] {
  return hooks.filter(({ phase, outcome, calls }) => phase === 'before' && (outcome !== 'failed' || calls > 0)).map(({ name }) => name);
}

function toDo({ name, phase, outcome, why, calls }: HookRecord): string {
  const what = outcome === 'failed' ? `failed (${why ?? 'no reason'}, ${calls} calls)` : 'was not called';
  return `The ${phase} hook ${name} ${what}: do by hand what it was to do. The promotion stands.`;
}
