import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance, firstEntry, ForbiddenTransitionError, verifyTrail } from '../../lib/failover/advance.ts';
import {
  isTerminal,
  TERMINAL_STATES,
  type Failover,
  type FailoverState,
  type StateName,
  type TrailEntry,
} from '../../lib/failover/failover.ts';
import { canonicalJson, sha256 } from '../../lib/failover/hash.ts';
import { LIFECYCLE, LIFECYCLE_EVENTS, renderLifecycle, transitionFor, type LifecycleEvent } from '../../lib/failover/lifecycle.ts';

const T0 = Date.UTC(2026, 10, 20, 12);
const ended = { endedAtMs: T0, why: 'because' } as const;
const handle = { jobId: 'job-1', sentAtMs: T0 } as const;

/** One of each state, with the fields that exist only there. */
const STATES: Readonly<Record<StateName, FailoverState>> = {
  'awaiting-approval': {
    state: 'awaiting-approval',
    approval: { expiresAtMs: T0, count: 1, approvers: ['ann'], approvedBy: [], asksDataLoss: false },
  },
  requested: { state: 'requested', busyUntilMs: T0 },
  claimed: {
    state: 'claimed',
    lease: { owner: 'worker', endsAtMs: T0 },
    firstSentAtMs: T0,
    lastSentAtMs: T0,
    repeats: 'nothing',
    sending: false,
  },
  unknown: { state: 'unknown', lostBy: 'no answer', firstSentAtMs: T0, lastSentAtMs: T0, sinceMs: T0, boundMs: T0 },
  running: { state: 'running', handle, deadlineMs: T0, polls: 1, progressPercent: 20 },
  verifying: { state: 'verifying', handle, deadlineMs: T0, polls: 1 },
  stuck: { state: 'stuck', why: 'too long', handle, sinceMs: T0, polls: 1 },
  succeeded: { state: 'succeeded', ...ended, newWriter: 'b', oldPrimary: 'fenced', manualSteps: [] },
  failed: { state: 'failed', ...ended, remedy: 'look' },
  refused: { state: 'refused', ...ended },
  cancelled: { state: 'cancelled', ...ended },
};
const NAMES = Object.keys(STATES) as readonly StateName[];
const ALIVE = NAMES.filter((name) => !(TERMINAL_STATES as readonly string[]).includes(name));

/** A failover in a state, with one entry in its trail. */
function failoverIn(state: StateName): Failover {
  return {
    id: 'f1',
    targetId: 'orders',
    operation: 'failover',
    token: 'token',
    plan: { operation: 'failover', parameters: { a: 'b' } },
    planHash: 'hash',
    cause: 'alerts',
    requestedBy: 'decider',
    reason: 'two observers',
    requestedAtMs: T0 - 3,
    beganAtMs: T0 - 4,
    approved: true,
    dataLossConsented: false,
    attempt: 2,
    starts: 1,
    look: { number: 7, atMs: T0 },
    checks: [{ name: 'x', rule: 1, verdict: 'pass', value: '1', limit: '1' }],
    hooks: [{ name: 'dns', phase: 'before', outcome: 'done', calls: 1, atMs: T0 }],
    trail: [firstEntry('requested', 'decider', 'why', T0 - 3)],
    ...STATES[state],
  };
}
const stepOf = (event: LifecycleEvent): Parameters<typeof advance>[1] => ({ event, by: 'worker', why: 'so it is', atMs: T0 + 1 });

describe('the table', () => {
  test('is what the design says (design §5): what can happen in each state, and what comes of it', () => {
    const said = NAMES.map((name) => [name, LIFECYCLE.filter(({ from }) => from === name).map(({ event, to }) => `${event} → ${to}`)]);
    expect(Object.fromEntries(said)).toEqual({
      'awaiting-approval': ['approved → requested', 'denied → cancelled', 'expired → cancelled', 'withdrawn → cancelled'],
      requested: ['claimed → claimed', 'withdrawn → cancelled'],
      claimed: ['postponed → requested', 'withdrawn → cancelled', 'refused → refused', 'accepted → running', 'lost → unknown'],
      unknown: ['adopted → running', 'reclaimed → claimed', 'refused → refused', 'overdue → stuck'],
      running: ['finished → verifying', 'failed → failed', 'overdue → stuck'],
      verifying: ['verified → succeeded', 'failed → failed', 'overdue → stuck'],
      stuck: ['verified → succeeded', 'failed → failed', 'closed → failed'],
      succeeded: [],
      failed: [],
      refused: [],
      cancelled: [],
    });
  });
  test('every state is reached from the two that it begins with', () => {
    const reached = new Set<StateName>(['requested', 'awaiting-approval']);
    for (let grown = -1; grown !== reached.size;) {
      grown = reached.size;
      for (const { from, to } of LIFECYCLE) if (reached.has(from)) reached.add(to);
    }
    expect([...reached].sort()).toEqual([...NAMES].sort());
  });
  test('every state that is not an end can be left, and from every one an end is reached', () => {
    for (const name of ALIVE) {
      const reached = new Set<StateName>([name]);
      for (const state of reached) for (const { from, to } of LIFECYCLE) if (from === state) reached.add(to);
      expect(reached.size, name).toBeGreaterThan(1);
      expect(
        [...reached].some((state) => (TERMINAL_STATES as readonly string[]).includes(state)),
        name,
      ).toBe(true);
    }
  });
  test('nothing leads out of an end', () => {
    expect(TERMINAL_STATES).toEqual(['succeeded', 'failed', 'refused', 'cancelled']);
    for (const state of TERMINAL_STATES) for (const event of LIFECYCLE_EVENTS) expect(transitionFor(state, event)).toBeUndefined();
    for (const name of NAMES) expect(isTerminal(failoverIn(name))).toBe(!ALIVE.includes(name));
  });
  test('no state has two rows for one event, every event is used, and every row says why', () => {
    const keys = LIFECYCLE.map(({ from, event }) => `${from} ${event}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect([...new Set(LIFECYCLE.map(({ event }) => event))].sort()).toEqual([...LIFECYCLE_EVENTS].sort());
    for (const { why } of LIFECYCLE) expect(why).toMatch(/^[A-Z].{10,}\.$/);
  });
  test('rule 17: what may have been sent is never back in the queue of what was not', () => {
    for (const from of ['unknown', 'running', 'verifying', 'stuck'] as const)
      for (const { to } of LIFECYCLE.filter((row) => row.from === from))
        expect(['requested', 'awaiting-approval', 'cancelled']).not.toContain(to);
  });
  test('rule 9: only a claim begins a call, and only a request or an outcome that was looked for is claimed', () => {
    expect(LIFECYCLE.filter(({ to }) => to === 'claimed').map(({ from }) => from)).toEqual(['requested', 'unknown']);
    expect(LIFECYCLE.filter(({ to }) => to === 'running').map(({ from }) => from)).toEqual(['claimed', 'unknown']);
  });
  test('rule 15: nothing succeeds without having been verified, in its turn or after it got stuck', () => {
    expect(LIFECYCLE.filter(({ to }) => to === 'succeeded').map(({ from, event }) => [from, event])).toEqual([
      ['verifying', 'verified'],
      ['stuck', 'verified'],
    ]);
  });
  test('rule 14: what waits for approval goes nowhere without one', () => {
    expect(LIFECYCLE.filter(({ from }) => from === 'awaiting-approval').map(({ event, to }) => [event, to])).toEqual([
      ['approved', 'requested'],
      ['denied', 'cancelled'],
      ['expired', 'cancelled'],
      ['withdrawn', 'cancelled'],
    ]);
  });
  test('the picture has a line for each row, both beginnings and the four ends', () => {
    const lines = renderLifecycle().split('\n');
    expect(lines.slice(0, 3)).toEqual(['stateDiagram-v2', '  [*] --> requested', '  [*] --> awaiting_approval']);
    expect(lines.slice(-4)).toEqual(['  succeeded --> [*]', '  failed --> [*]', '  refused --> [*]', '  cancelled --> [*]']);
    expect(lines).toHaveLength(3 + LIFECYCLE.length + 4);
    expect(lines[3]).toBe('  awaiting_approval --> requested: approved');
    expect(lines).toContain('  unknown --> claimed: reclaimed');
  });
});

describe('advance', () => {
  test('takes every row of the table, and refuses everything that is not in it', () => {
    let taken = 0;
    for (const from of NAMES) {
      for (const event of LIFECYCLE_EVENTS) {
        for (const to of NAMES) {
          const allowed = LIFECYCLE.some((row) => row.from === from && row.event === event && row.to === to);
          const go = (): Failover => advance(failoverIn(from), stepOf(event), STATES[to], { lookAtMs: T0 });
          if (allowed) expect(go().state).toBe(to);
          else expect(go).toThrow(new ForbiddenTransitionError(`${from} may not become ${to} by "${event}"`));
          taken += allowed ? 1 : 0;
        }
      }
    }
    expect(taken).toBe(LIFECYCLE.length);
  });
  test('is known by its name when it refuses', () => {
    expect(new ForbiddenTransitionError('x').name).toBe('ForbiddenTransitionError');
  });
  test('keeps every fact, drops every field of the old state, and takes those of the new one', () => {
    for (const { from, event, to } of LIFECYCLE) {
      const before = failoverIn(from);
      const after = advance(before, stepOf(event), STATES[to], { lookAtMs: T0 + 9 });
      const { look, trail, ...kept } = after;
      const {
        look: _look,
        trail: _trail,
        ...facts
      } = Object.fromEntries(Object.entries(before).filter(([name]) => !(name in STATES[from]))) as unknown as Failover;
      expect(kept).toEqual({ ...facts, ...STATES[to] });
      expect(look).toEqual({ number: 8, atMs: T0 + 9 });
      expect(trail).toHaveLength(2);
    }
  });
  test('a failover without hooks gets none', () => {
    const { hooks: _hooks, ...bare } = failoverIn('requested');
    const after = advance(bare, stepOf('claimed'), STATES.claimed, { lookAtMs: T0 });
    expect('hooks' in after).toBe(false);
  });
  test('changes the facts that it is told to change, and not the look number', () => {
    const after = advance(failoverIn('requested'), stepOf('claimed'), STATES.claimed, { lookAtMs: T0, attempt: 3, approved: false });
    expect(after).toMatchObject({ attempt: 3, approved: false, look: { number: 8 } });
  });
  test('a trail that is empty begins with it', () => {
    const after = advance({ ...failoverIn('requested'), trail: [] }, stepOf('claimed'), STATES.claimed, { lookAtMs: T0 });
    expect(after.trail[0]).toMatchObject({ number: 0, previousHash: '' });
    expect(verifyTrail(after.trail)).toBe(true);
  });
  test('does not touch what it was given', () => {
    const before = Object.freeze(failoverIn('requested'));
    Object.freeze(before.trail);
    advance(before, stepOf('claimed'), STATES.claimed, { lookAtMs: T0 });
    expect(before.trail).toHaveLength(1);
  });
});

/** A failover that went all the way, with a request id where there was one. */
function wholeTrail(): readonly TrailEntry[] {
  const path: readonly [LifecycleEvent, StateName][] = [
    ['approved', 'requested'],
    ['claimed', 'claimed'],
    ['lost', 'unknown'],
    ['adopted', 'running'],
    ['finished', 'verifying'],
    ['verified', 'succeeded'],
  ];
  const start: Failover = { ...failoverIn('awaiting-approval'), trail: [firstEntry('awaiting-approval', 'decider', 'two observers', T0)] };
  return path.reduce<Failover>(
    (failover, [event, to], index) =>
      advance(failover, { ...stepOf(event), ...(index % 2 === 0 ? {} : { requestId: `r${index}` }) }, STATES[to], { lookAtMs: T0 }),
    start,
  ).trail;
}

describe('the trail', () => {
  const trail = wholeTrail();
  test('begins with how it came to be', () => {
    expect(trail[0]).toMatchObject({
      number: 0,
      atMs: T0,
      by: 'decider',
      event: 'created',
      from: 'none',
      to: 'awaiting-approval',
      previousHash: '',
    });
    expect(firstEntry('requested', 'decider', 'why', T0)).toMatchObject({ to: 'requested', why: 'why' });
  });
  test('has an entry for each transition: who, when, why, from where to where, which request, chained to the one before', () => {
    expect(trail.map(({ number, from, to, event }) => [number, from, event, to])).toEqual([
      [0, 'none', 'created', 'awaiting-approval'],
      [1, 'awaiting-approval', 'approved', 'requested'],
      [2, 'requested', 'claimed', 'claimed'],
      [3, 'claimed', 'lost', 'unknown'],
      [4, 'unknown', 'adopted', 'running'],
      [5, 'running', 'finished', 'verifying'],
      [6, 'verifying', 'verified', 'succeeded'],
    ]);
    expect(trail[2]).toMatchObject({ by: 'worker', why: 'so it is', atMs: T0 + 1, requestId: 'r1', previousHash: trail[1]?.hash });
    expect(trail[1]).not.toHaveProperty('requestId');
  });
  test('verifies as it is, and so does each beginning of it', () => {
    for (let length = 0; length <= trail.length; length += 1) expect(verifyTrail(trail.slice(0, length))).toBe(true);
    expect(verifyTrail(JSON.parse(JSON.stringify(trail)) as TrailEntry[])).toBe(true);
  });
  test('any field of any entry that is changed, removed or added is found', () => {
    for (const [index, entry] of trail.entries()) {
      const bent = (change: Record<string, unknown>): TrailEntry[] =>
        trail.map((one, at) =>
          at === index ? (Object.fromEntries(Object.entries({ ...one, ...change }).filter(([, v]) => v !== undefined)) as never) : one,
        );
      for (const name of Object.keys(entry)) {
        const value = entry[name as keyof TrailEntry];
        expect(verifyTrail(bent({ [name]: typeof value === 'number' ? value + 1 : `${value ?? ''}x` })), `${index} ${name}`).toBe(false);
        expect(verifyTrail(bent({ [name]: undefined })), `${index} without ${name}`).toBe(false);
      }
      expect(verifyTrail(bent({ extra: 1 })), `${index} extra`).toBe(false);
      expect(verifyTrail(bent({ requestId: 'forged' })), `${index} requestId`).toBe(false);
    }
  });
  test('an entry that is taken out, put in, doubled or moved is found', () => {
    for (let index = 0; index < trail.length - 1; index += 1) expect(verifyTrail(trail.toSpliced(index, 1))).toBe(false);
    for (const [index, entry] of trail.entries()) expect(verifyTrail(trail.toSpliced(index, 0, entry))).toBe(false);
    expect(verifyTrail(trail.toReversed())).toBe(false);
  });
  test('an entry that was forged with a hash of its own breaks the chain after it', () => {
    for (const [index, { hash: _hash, ...entry }] of trail.entries()) {
      const forged = { ...entry, by: 'nobody' };
      const bent = trail.with(index, { ...forged, hash: sha256(canonicalJson(forged)) });
      expect(verifyTrail(bent)).toBe(index === trail.length - 1);
    }
  });
  test('an entry that claims another place or another past is found, though its own hash is right', () => {
    for (const change of [{ number: 9 }, { previousHash: 'f'.repeat(64) }]) {
      const [{ hash: _hash, ...first } = failoverIn('requested').trail[0] as TrailEntry] = trail;
      const forged = { ...first, ...change };
      expect(verifyTrail([{ ...forged, hash: sha256(canonicalJson(forged)) }])).toBe(false);
    }
  });
});

describe('hashes', () => {
  test('sha256 is that of the standard (FIPS 180-4: "abc"), over UTF-8', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
  });
  test('equal values have equal text, in whatever order their keys came', () => {
    expect(canonicalJson({ b: 1, a: { d: [3, { f: 1, e: null }], c: 'x' } })).toBe('{"a":{"c":"x","d":[3,{"e":null,"f":1}]},"b":1}');
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).toReversed());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
      }),
    );
  });
});
