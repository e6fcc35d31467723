import type { Config } from '../../lib/config/config.ts';
import type { QueueRecord } from '../../lib/decide/step.ts';
import type { Services } from '../../lib/services.ts';
import { actingConfig } from '../scenarios/outage.ts';
import { alertmanagerBody, type StoryAlert } from '../scenarios/story.ts';
import { World } from '../simulate/world.ts';

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const ORDERS = 'orders-gaussdb';
export const PAYMENTS = 'payments-polardb';

/** A world that stands still: every step is called by the test itself, at a moment that it chooses. */
export function still(
  config: Config = actingConfig(),
  bend?: (services: Services) => Services,
): { readonly world: World; readonly services: Services; readonly t0: number } {
  const world = new World({ config });
  world.watchdogOn = false;
  world.queues.onSent = () => {};
  const services = world.aside();
  return { world, services: bend === undefined ? services : bend(services), t0: world.nowMs };
}

export function at(world: World, atMs: number): void {
  world.kernel.nowMs = atMs;
}

let sequence = 0;
export function record(body: string, more: Partial<QueueRecord> = {}): QueueRecord {
  sequence += 1;
  return { id: `r${sequence}`, body, sentAtMs: 1, receiveCount: 1, ...more };
}

export function lookAt(targetId: string, dueAtMs: number): string {
  return JSON.stringify({ understudy: 'look', targetId, dueAtMs });
}

export function framed(body: string, more: Record<string, unknown> = {}): string {
  const frame = { understudy: 'delivery', source: 'alertmanager', contentType: 'application/json', headers: {}, receivedAtMs: 5 };
  return JSON.stringify({ ...frame, body, ...more });
}

/** Both observers say it. */
export function both(startsAtMs: number, more: Partial<StoryAlert> = {}): string {
  return alertmanagerBody(['eu-1', 'eu-2'].map((observer) => ({ startsAtMs, observer, name: 'DatabaseUnreachable', ...more })));
}

export function events(world: World, event: string): Readonly<Record<string, unknown>>[] {
  return world.log.filter((entry) => entry.event === event).map(({ fields }) => fields);
}

/** What lies on a queue. */
export function waiting(world: World, queue: 'alerts' | 'failovers' | 'notices'): Record<string, unknown>[] {
  return world.queues.live[queue].map(({ body }) => JSON.parse(body) as Record<string, unknown>);
}
