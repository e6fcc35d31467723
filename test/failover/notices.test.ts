import { describe, expect, test } from 'vitest';
import { endedNotice, stuckNotice } from '../../lib/failover/notices.ts';
import { firstEntry } from '../../lib/failover/advance.ts';
import type { HookRecord, TerminalFailover } from '../../lib/failover/failover.ts';
import { factsOf } from './facts.ts';

const T0 = Date.UTC(2026, 10, 20, 12);
const facts = factsOf(T0);
const ended = { endedAtMs: T0 + 90_000, why: 'the roles show it' };
const promoted = { ...ended, state: 'succeeded', newWriter: 'node-2', manualSteps: ['Move DNS.'] } as const;
const withRequest = {
  ...facts,
  trail: [...facts.trail, { ...firstEntry('requested', 'x', 'y', T0), requestId: 'r-1' }, firstEntry('requested', 'x', 'y', T0)],
};
const named = (notice: { facts: readonly { name: string; value: string }[] }): Record<string, string> =>
  Object.fromEntries(notice.facts.map(({ name, value }) => [name, value]));

describe('the end of a failover, as people are told', () => {
  test('rule 15: promoted and fenced: who is the primary now, how long it took, what is left to do', () => {
    const notice = endedNotice({ ...facts, ...promoted, oldPrimary: 'fenced' });
    expect(notice).toMatchObject({
      key: 'f1/succeeded',
      targetId: 'orders',
      failoverId: 'f1',
      kind: 'succeeded',
      urgency: 'page',
      title: 'orders: promoted',
      steps: ['Move DNS.'],
      atMs: T0 + 90_000,
    });
    expect(named(notice)).toMatchObject({
      Operation: 'failover',
      'Asked for by': 'decider: two observers',
      'Signals began': '2026-11-20T11:59:00.000Z',
      'Sent to the provider': '1 times',
      Why: 'the roles show it',
      'New primary': 'node-2',
      'Old primary': 'fenced',
      RTO: '2.5 min',
    });
    expect(named(notice)).not.toHaveProperty('Provider request');
  });
  test('rule 15: an old primary that is not fenced is in the title', () => {
    const notice = endedNotice({ ...facts, ...promoted, oldPrimary: 'not-fenced' });
    expect(notice.title).toBe('orders: promoted, old primary NOT FENCED');
    expect(named(notice)['Old primary']).toBe('NOT FENCED: it may still take writes');
  });
  test('the newest request at the provider is told, for the support case', () => {
    expect(named(endedNotice({ ...withRequest, ...ended, state: 'failed' }))['Provider request']).toBe('r-1');
  });
  test.each<[TerminalFailover['state'], string, string, readonly string[]]>([
    ['failed', 'orders: failover FAILED', 'page', ['Look at the target in the cloud console, then: understudy acknowledge orders']],
    ['refused', 'orders: failover refused', 'page', ['Look at the target in the cloud console, then: understudy acknowledge orders']],
    ['cancelled', 'orders: failover cancelled', 'tell', []],
  ])('%s', (state, title, urgency, steps) => {
    const notice = endedNotice({ ...facts, ...ended, state } as TerminalFailover);
    expect(notice).toMatchObject({ key: `f1/${state}`, kind: state, title, urgency, steps });
    expect(named(notice)).toMatchObject({ Why: 'the roles show it' });
    expect(named(notice)).not.toHaveProperty('Remedy');
  });
  test.each(['restore', 'simulation-start', 'simulation-stop'] as const)(
    '%s that succeeds promotes nobody: it is told, not paged',
    (operation) => {
      const title = {
        restore: 'the standby is restored',
        'simulation-start': 'the simulation is on',
        'simulation-stop': 'the simulation has ended',
      };
      const notice = endedNotice({ ...facts, ...promoted, operation, oldPrimary: 'not-fenced' });
      expect(notice).toMatchObject({ title: `orders: ${title[operation]}`, urgency: 'tell' });
      expect(named(notice)).toMatchObject({ Primary: 'node-2', Took: '2.5 min' });
      for (const name of ['New primary', 'Old primary', 'RTO']) expect(named(notice)).not.toHaveProperty(name);
    },
  );
  test('what a person asked for was asked at a time, and took some: it has no RTO', () => {
    const notice = endedNotice({ ...facts, ...promoted, cause: 'person', operation: 'switchover', oldPrimary: 'fenced' });
    expect(notice).toMatchObject({ title: 'orders: promoted', urgency: 'page' });
    expect(named(notice)).toMatchObject({ 'Asked at': '2026-11-20T11:59:00.000Z', Took: '2.5 min', 'Old primary': 'fenced' });
    expect(named(notice)).not.toHaveProperty('RTO');
    expect(named(notice)).not.toHaveProperty('Signals began');
  });
  test('a remedy is told where there is one', () => {
    expect(named(endedNotice({ ...facts, ...ended, state: 'refused', remedy: 'Wait.' }))['Remedy']).toBe('Wait.');
  });
  test('rule 9: one that hangs is a page with the manual steps, and says that nothing more is started', () => {
    const notice = stuckNotice({ ...facts, state: 'stuck', why: 'still at 60 %', handle: { sentAtMs: T0 }, sinceMs: T0 + 1, polls: 3 });
    expect(notice).toMatchObject({
      key: 'f1/stuck',
      targetId: 'orders',
      failoverId: 'f1',
      kind: 'stuck',
      urgency: 'page',
      title: 'orders: failover is STUCK, a person has to look',
      steps: [
        'Look at the roles and at the operation in the cloud console.',
        'Nothing more is started by itself. It is still observed, and you are told if it ends.',
        'When it is settled: understudy acknowledge orders',
      ],
      atMs: T0 + 1,
    });
    expect(named(notice)).toMatchObject({ Why: 'still at 60 %', Operation: 'failover' });
  });
});

describe('hooks in what people are told', () => {
  const hook = (name: string, more: Partial<HookRecord> = {}): HookRecord => ({
    name,
    phase: 'before',
    outcome: 'done',
    calls: 1,
    atMs: T0,
    ...more,
  });
  const success = { ...facts, ...promoted, oldPrimary: 'fenced' } as const;

  test.each<[Partial<HookRecord>, string]>([
    [{}, 'done, 1 call'],
    [{ calls: 3 }, 'done, 3 calls'],
    [{ outcome: 'failed', calls: 2, why: 'HTTP 500' }, 'FAILED: HTTP 500 (2 calls)'],
    [{ outcome: 'failed', calls: 0 }, 'FAILED: no reason (0 calls)'],
    [{ outcome: 'skipped' }, 'not called: one before it failed'],
    [{ outcome: 'calling' }, 'may have been called, its end was not seen'],
  ])('each has its line: %j', (more, line) => {
    expect(named(endedNotice({ ...success, hooks: [hook('dns', more)] }))['Hook dns (before)']).toBe(line);
  });
  test('one that failed is in the title and in the steps; the promotion stands', () => {
    const hooks = [
      hook('dns', { phase: 'after', outcome: 'failed', calls: 2, why: 'HTTP 500' }),
      hook('mail', { phase: 'after', outcome: 'skipped' }),
    ];
    const notice = endedNotice({ ...success, hooks });
    expect(notice.title).toBe('orders: promoted, hook dns FAILED');
    expect(notice.steps).toEqual([
      'The after hook dns failed (HTTP 500, 2 calls): do by hand what it was to do. The promotion stands.',
      'The after hook mail was not called: do by hand what it was to do. The promotion stands.',
      'Move DNS.',
    ]);
  });
  test('two that failed are hooks; one without a reason says so; one that went well asks for nothing', () => {
    const failed = { phase: 'after', outcome: 'failed', calls: 1 } as const;
    const notice = endedNotice({ ...success, hooks: [hook('a', failed), hook('b', failed), hook('c', { phase: 'after' })] });
    expect(notice.title).toBe('orders: promoted, hooks a, b FAILED');
    expect(notice.steps[0]).toBe('The after hook a failed (no reason, 1 calls): do by hand what it was to do. The promotion stands.');
    expect(notice.steps).toHaveLength(3);
  });
  test.each<[string, HookRecord, boolean]>([
    ['was done', hook('stop-writes'), true],
    ['may have been called', hook('stop-writes', { outcome: 'calling', calls: 0 }), true],
    ['failed after a call', hook('stop-writes', { outcome: 'failed', calls: 1 }), true],
    ['failed without a call', hook('stop-writes', { outcome: 'failed', calls: 0 }), false],
    ['belongs after the promotion', hook('stop-writes', { phase: 'after' }), false],
  ])('without a promotion, a hook that %s is to be undone by people: %j', (_what, one, undone) => {
    const step =
      'Undo by hand what the before hooks did, if the old primary is to go on (stop-writes): they may keep applications from writing.';
    const cancelled = endedNotice({ ...facts, ...ended, state: 'cancelled', hooks: [one] });
    expect(cancelled).toMatchObject({
      urgency: undone ? 'page' : 'tell',
      steps: undone ? [step] : [],
      title: 'orders: failover cancelled',
    });
    const failed = endedNotice({ ...facts, ...ended, state: 'failed', hooks: [one] });
    expect(failed.steps.slice(0, -1)).toEqual(undone ? [step] : []);
  });
});
