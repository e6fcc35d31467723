import { describe, expect, test } from 'vitest';
import { newFailover, planHashOf, tokenOf } from '../../lib/decide/act.ts';
import { decide } from '../../lib/decide/decide.ts';
import { brakeNotice, heldNotice, requestedNotice } from '../../lib/decide/notices.ts';
import { REASONS, type ReasonCode } from '../../lib/decide/reason.ts';
import type { Verdict } from '../../lib/decide/verdict.ts';
import { verifyTrail } from '../../lib/failover/advance.ts';
import type { Failover } from '../../lib/failover/failover.ts';
import { sha256 } from '../../lib/failover/hash.ts';
import type { Plan } from '../../lib/failover/provider.ts';
import { askDba, bothSee, ends, fires, healthOf, HOUR, MINUTE, rulesOf, SECOND, situationOf, T0, type Story } from './stories/teller.ts';

const plan: Plan = { operation: 'failover', parameters: { disaster_type: 'stream' }, writerBefore: 'primary' };
const ID = 'f'.repeat(32);

/** What the decider makes of a story. */
function made(story: Partial<Story> = {}): { failover: Failover; verdict: Verdict } {
  const rules = rulesOf(story);
  const health = healthOf(rules, story.alerts ?? bothSee);
  const nowMs = T0 + (story.at ?? MINUTE);
  const verdict = decide(rules, situationOf(story, health), nowMs);
  return { verdict, failover: newFailover({ id: ID, rules, verdict, health, plan, nowMs }) };
}

describe('the failover that a verdict makes', () => {
  test('rule 7: is requested, with its token, its plan and the evidence, and was never tried', () => {
    const { failover, verdict } = made();
    expect(failover).toEqual({
      id: ID,
      targetId: 'orders',
      operation: 'failover',
      token: sha256(`understudy failover ${ID}`),
      plan,
      planHash: planHashOf('orders', plan),
      cause: 'alerts',
      requestedBy: 'decider',
      reason: 'criterion "two-observers" met by 2 alerts',
      requestedAtMs: T0 + MINUTE,
      beganAtMs: T0,
      approved: false,
      dataLossConsented: false,
      attempt: 0,
      starts: 0,
      look: { number: 0, atMs: T0 + MINUTE },
      checks: verdict.checks,
      trail: failover.trail,
      state: 'requested',
    });
    expect(failover.trail).toHaveLength(1);
    expect(failover.trail[0]).toMatchObject({ event: 'created', to: 'requested', by: 'decider', why: failover.reason, atMs: T0 + MINUTE });
    expect(verifyTrail(failover.trail)).toBe(true);
  });
  test('rule 7: a token is 64 hex characters, the same for the same failover, another for another', () => {
    expect(tokenOf(ID)).toMatch(/^[0-9a-f]{64}$/);
    expect(tokenOf(ID)).toBe(tokenOf(ID));
    expect(tokenOf('a')).not.toBe(tokenOf('b'));
  });
  test('rule 14: the hash pins the plan and the target, not the order of parameters', () => {
    expect(planHashOf('orders', plan)).toMatch(/^[0-9a-f]{64}$/);
    expect(planHashOf('orders', { ...plan, parameters: { disaster_type: 'x' } })).not.toBe(planHashOf('orders', plan));
    expect(planHashOf('other', plan)).not.toBe(planHashOf('orders', plan));
    const two = { ...plan, parameters: { a: '1', b: '2' } };
    expect(planHashOf('orders', { ...two, parameters: { b: '2', a: '1' } })).toBe(planHashOf('orders', two));
  });
  test('rule 14: waits for approval until it expires, with who may approve', () => {
    const { failover } = made({ guards: { approval: { ...askDba, approvers: ['ann', 'bob'], count: 2 } } });
    expect(failover).toMatchObject({
      state: 'awaiting-approval',
      approval: { expiresAtMs: T0 + 31 * MINUTE, count: 2, approvers: ['ann', 'bob'], approvedBy: [], asksDataLoss: false },
      look: { number: 0, atMs: T0 + 31 * MINUTE },
    });
    expect(failover.trail[0]).toMatchObject({ to: 'awaiting-approval' });
  });
  test('rule 10: says so when data would be lost, and wants at least one who consents', () => {
    const { failover } = made({ world: { lagMs: HOUR }, guards: { approval: { ...askDba, required: false, count: 0 } } });
    expect(failover).toMatchObject({ approval: { asksDataLoss: true, count: 1 } });
  });
  test('began with the first alert of its evidence, not with that of others', () => {
    const story = { alerts: [fires('us-1', -14 * MINUTE), fires('eu-1', -3 * MINUTE), fires('eu-2', -2 * MINUTE)] };
    expect(made({ ...story, at: MINUTE }).failover.beganAtMs).toBe(T0 - 3 * MINUTE);
  });
  test('began no later than now, though a clock be ahead', () => {
    const ahead = [fires('eu-1', 0, { began: 20 * SECOND }), fires('eu-2', 0, { began: 20 * SECOND })];
    const { verdict } = made();
    const rules = rulesOf({});
    expect(newFailover({ id: ID, rules, verdict, health: healthOf(rules, ahead), plan, nowMs: T0 }).beganAtMs).toBe(T0);
  });
  test('of two series of one name, one of which has ended, the other counts', () => {
    const { verdict } = made();
    const rules = rulesOf({});
    const same = { fingerprint: 'unreachable-eu-1' };
    const health = healthOf(rules, [fires('eu-1', 0), fires('us-1', -HOUR, same), ends('us-1', -MINUTE, same)]);
    expect(newFailover({ id: ID, rules, verdict, health, plan, nowMs: T0 + MINUTE }).beganAtMs).toBe(T0);
  });
  test('without a criterion and evidence it still says what it knows', () => {
    const { verdict } = made();
    const { criterion: _criterion, ...bare } = verdict;
    const rules = rulesOf({});
    const failover = newFailover({
      id: ID,
      rules,
      verdict: { ...bare, evidence: [] },
      health: healthOf(rules, bothSee),
      plan,
      nowMs: T0 + MINUTE,
    });
    expect(failover).toMatchObject({ reason: 'criterion "" met by 0 alerts', beganAtMs: T0 + MINUTE });
  });
});

describe('what people are told', () => {
  const heldBy = (story: Partial<Story>): ReturnType<typeof heldNotice> => heldNotice('orders', made(story).verdict, T0);

  test('a hold is a page, once an episode and reason, with every check that was read', () => {
    const notice = heldBy({ world: { standbyHealthy: false } });
    expect(notice).toMatchObject({
      key: `orders/held/standby-unhealthy/${T0}`,
      targetId: 'orders',
      kind: 'held',
      urgency: 'page',
      title: 'orders: down, and NOT failing over: standby-unhealthy',
      steps: ['Look at the standby: it would not take over safely.'],
      atMs: T0 + MINUTE,
    });
    expect(notice.facts[0]).toEqual({ name: 'Reason', value: REASONS['standby-unhealthy'] });
    expect(notice.facts).toContainEqual({ name: '✗ standby-health', value: 'unhealthy (limit: healthy)' });
    expect(notice.facts).toContainEqual({ name: '✓ lag-known', value: '1 s (limit: known)' });
    expect(notice.facts.at(-1)).toEqual({ name: 'Since', value: '2026-11-20T12:00:00.000Z' });
  });
  test('what was not read is not told', () => {
    const notice = heldBy({ world: 'none', controls: { coolDownUntilMs: T0 + HOUR } });
    expect(notice.facts.map(({ name }) => name).join()).toContain('✗ cool-down');
    expect(notice.facts.map(({ name }) => name).join()).not.toContain('standby-health');
  });
  test('rule 18: in shadow mode it is told, not paged, that it would have acted', () => {
    expect(heldBy({ target: { mode: 'shadow' } })).toMatchObject({
      key: `orders/held/shadow-mode/${T0}`,
      kind: 'shadow',
      urgency: 'tell',
      title: 'orders: would fail over now (shadow mode)',
      steps: [],
    });
  });
  test.each<[ReasonCode, RegExp]>([
    ['contradicted', /^Look whether the database serves its users; our probe reaches it\.$/],
    ['standby-unhealthy', /^Look at the standby/],
    ['relation-broken', /^Look at the replication relation/],
    ['lag-over-limit', /only a person can consent\.$/],
    ['lag-unknown', /^Read the replication lag/],
    ['blocked', /understudy acknowledge TARGET$/],
    ['fleet-brake', /understudy release-brake$/],
    ['paused', /understudy resume TARGET$/],
    ['maintenance', /act by hand\.$/],
  ])('a hold as "%s" says what can be done', (reason, step) => {
    const { verdict } = made();
    const { steps } = heldNotice('orders', { ...verdict, kind: 'hold', reason }, T0);
    expect(steps).toEqual([expect.stringMatching(step)]);
  });
  test('a request says why, how long it has been down, and is a page', () => {
    const { failover, verdict } = made();
    const notice = requestedNotice(failover, verdict);
    expect(notice).toMatchObject({
      key: `${ID}/requested`,
      targetId: 'orders',
      failoverId: ID,
      kind: 'requested',
      urgency: 'page',
      title: 'orders: failing over',
      steps: [],
      atMs: T0 + MINUTE,
    });
    expect(notice.facts[0]).toEqual({ name: 'Why', value: 'criterion "two-observers" met by 2 alerts' });
    expect(notice.facts.at(-1)).toEqual({ name: 'Down for', value: '60 s' });
    expect(notice.facts.length).toBe(verdict.checks.length + 2);
  });
  test('rule 14: a question has the command that answers it, with the plan that it pins', () => {
    const { failover, verdict } = made({ guards: { approval: askDba } });
    expect(requestedNotice(failover, verdict)).toMatchObject({
      key: `${ID}/approval-needed`,
      kind: 'approval-needed',
      title: 'orders: failover waits for approval',
      steps: [`understudy approve orders --plan ${failover.planHash.slice(0, 12)}`],
    });
  });
  test('rule 12: the brake is one page for all, once for each time that it goes on', () => {
    expect(brakeNotice(T0, 'orders: 9 of 10 targets alarming')).toEqual({
      key: `fleet/brake/${T0}`,
      targetId: '*',
      kind: 'brake-tripped',
      urgency: 'page',
      title: 'Fleet brake ON: all automatic failover stands until a person releases it',
      facts: [
        { name: 'Tripped by', value: 'orders: 9 of 10 targets alarming' },
        { name: 'Since', value: '2026-11-20T12:00:00.000Z' },
      ],
      steps: ['Many databases alarm or failed over at once. Find the common cause, then: understudy release-brake'],
      atMs: T0,
    });
  });
});
