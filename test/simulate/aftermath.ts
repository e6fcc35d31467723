import { fold } from '../../lib/decide/fold.ts';
import { emptyHealth } from '../../lib/decide/health.ts';
import { relevanceOf } from '../../lib/decide/matcher.ts';
import { verifyTrail } from '../../lib/failover/advance.ts';
import { canonicalJson } from '../../lib/failover/hash.ts';
import type { TerminalFailover } from '../../lib/failover/failover.ts';
import type { Alert } from '../../lib/alert/alert.ts';
import type { Auditor } from './auditor.ts';
import { alertOf } from './bodies.ts';
import type { World } from './world.ts';

/** What can only be judged when everything is over. */
export function judgeAftermath(auditor: Auditor, world: World): void {
  judgeEnds(auditor);
  judgeTelling(auditor, world);
  judgeTrails(auditor, world);
  judgeHealth(auditor, world);
  judgeLosses(auditor, world);
  judgeSurprises(auditor, world);
}

const KNOWN =
  /^(StoreUnavailableError|ContendedError|BrakeContendedError|NotDeliveredError|UnreadableMessageError|SecretUnavailableError|Error: the queue did not answer)/;

/** A step may fail for what the world does; a TypeError, or a transition that the table does not have, is a fault of ours. */
function judgeSurprises(auditor: Auditor, world: World): void {
  for (const { event, fields } of world.log) {
    if (!/-failed$|^dead-letter$/.test(event)) continue;
    const text = String(fields['error'] ?? fields['reason']);
    if (event === 'watch-failed' ? !/did not answer|lost \d+ races/.test(text) : !KNOWN.test(text) && event !== 'dead-letter')
      auditor.violate('no-surprise', String(fields['targetId'] ?? '*'), `${event}: ${text}`);
  }
}

function judgeEnds(auditor: Auditor): void {
  for (const { name, active } of auditor.targets.values()) {
    if (active !== undefined) auditor.violate('ends-and-is-told', name, `${active.id.slice(0, 8)} is still ${active.state}`);
  }
}

/** A message that died with its receiver is visible again after five minutes; it may die twice, and as often as deciders were struck. */
function comesAgainMs({ decidersStruckMs }: Auditor, fromMs: number, toMs: number): number {
  const struck = [...decidersStruckMs.values()].filter((atMs) => atMs >= fromMs - MINUTE && atMs <= toMs).length;
  return (13 + 5 * Math.max(0, struck - 2)) * MINUTE;
}
const MINUTE = 60_000;

function judgeTelling(auditor: Auditor, world: World): void {
  const channels = Object.keys(world.config.channels);
  const told = new Map<string, number>();
  for (const { key, channel, by } of auditor.tolds) {
    const name = `${channel.split('.')[0]} ${key}`;
    const counts = by !== undefined && auditor.excused.has(by) ? 0 : 1;
    told.set(name, (told.get(name) ?? 0) + counts);
  }
  for (const [name, times] of told) {
    // A notifier holds a notice by its clock; where clocks are off by more than it holds, two may deliver at once.
    if (times > 1 && auditor.script.skewMs < world.timing.deliverMs) auditor.violate('told-once', '*', `${name} was told ${times} times`);
  }
  for (const { target, prefix, atMs, overMs } of auditor.mustTell) {
    if (overMs !== undefined && overMs - atMs - outMs(auditor, atMs, overMs) < comesAgainMs(auditor, atMs, overMs)) continue;
    for (const channel of channels) {
      const found = [...told.keys()].some((name) => name.startsWith(`${channel} ${prefix}`));
      if (!found) auditor.violate('ends-and-is-told', target, `nobody was told ${prefix} by ${channel}`);
    }
  }
}

/** How long the table or the queues were out in a stretch of time, and what waited for them was dead by the end. */
function outMs({ script, startMs }: Auditor, fromMs: number, toMs: number): number {
  const overlaps = script.outages.map((out) => Math.min(toMs, startMs + out.toMs) - Math.max(fromMs, startMs + out.fromMs));
  return overlaps.some((ms) => ms > 0) ? toMs - fromMs : 0;
}

function judgeTrails(auditor: Auditor, world: World): void {
  for (const [key, item] of world.table.items) {
    if (!key.startsWith('history#') || !key.includes('\nfailover#')) continue;
    const failover = JSON.parse(String(item['document'])) as TerminalFailover;
    if (!verifyTrail(failover.trail)) auditor.violate('audit-verifies', failover.targetId, `${failover.id.slice(0, 8)} does not verify`);
  }
}

/** Folded in a fixed order, once each: what the table holds must be the same. */
function judgeHealth(auditor: Auditor, world: World): void {
  const alerts = acceptedAlerts(auditor);
  for (const name of auditor.targets.keys()) {
    const policy = world.config.policies[name];
    if (policy === undefined) continue;
    const expected = fold(emptyHealth, alerts.get(name) ?? [], relevanceOf(policy), world.nowMs);
    const stored = world.table.items.get(`target#${name}\nstate`)?.['health'];
    if (stored === JSON.stringify(expected)) continue;
    const found = stored === undefined ? emptyHealth : (JSON.parse(String(stored)) as typeof emptyHealth);
    if (expected.dropped > 0 || found.dropped > 0) continue;
    if (canonicalJson(expected) !== canonicalJson(found)) tellDifference(auditor, name, canonicalJson(expected), canonicalJson(found));
  }
}

/** By target, as the script says them: whether a body was read rightly is judged as well. */
function acceptedAlerts({ acked, deliveries, startMs }: Auditor): ReadonlyMap<string, readonly Alert[]> {
  const alerts = new Map<string, Alert[]>();
  for (const body of [...new Set(acked)].sort()) {
    for (const alert of deliveries.get(body)?.alerts ?? []) {
      const known = alerts.get(alert.target);
      if (known === undefined) alerts.set(alert.target, [alertOf(alert, startMs)]);
      else known.push(alertOf(alert, startMs));
    }
  }
  return alerts;
}

function tellDifference(auditor: Auditor, name: string, expected: string, found: string): void {
  const lost = found.length < expected.length;
  auditor.violate(lost ? 'nothing-lost' : 'order-is-nothing', name, `its health is ${found}, and should be ${expected}`);
}

/** Every body is in the health (above), refused on record, or a dead letter. */
function judgeLosses(auditor: Auditor, world: World): void {
  const dead = new Set(world.queues.dead.alerts.map(({ body }) => body));
  const live = new Set(world.queues.live.alerts.map(({ body }) => body));
  const refused = [...world.table.items.keys()].some((key) => key.startsWith('refused#'));
  for (const [body, { garbage, alerts }] of auditor.deliveries) {
    if (dead.has(body) || live.has(body)) continue;
    if (garbage !== undefined) auditor.violate('nothing-lost', '*', `the body ${garbage} is no dead letter`);
    else if (!auditor.acked.includes(body))
      auditor.violate('nothing-lost', alerts[0]?.target ?? '*', 'an alert is neither processed nor a dead letter');
    else if (alerts.some(({ target }) => target === 'nobody') && !refused)
      auditor.violate('nothing-lost', '*', 'a stranger is not on record');
  }
}
