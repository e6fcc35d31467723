import { Cron } from 'croner';
import type { Guards, MaintenanceWindow } from '../config/config.ts';

/** A stretch of time in which people are at work on the target and automation stands back (rule 13). */
export interface OpenWindow {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The maintenance window or freeze that holds at a moment, if any. */
export function windowAt(guards: Guards, atMs: number): (OpenWindow & { readonly kind: 'maintenance' | 'freeze' }) | undefined {
  for (const freeze of guards.freezes) {
    if (atMs >= freeze.fromMs && atMs < freeze.toMs)
      return { kind: 'freeze', name: freeze.reason, fromMs: freeze.fromMs, toMs: freeze.toMs };
  }
  for (const window of guards.maintenance) {
    const open = openAt(window, atMs);
    if (open !== undefined) return { kind: 'maintenance', ...open };
  }
  return undefined;
}

const crons = new WeakMap<MaintenanceWindow, Cron>();

/** Read once: it takes longer than the rest of a verdict. */
function cronOf(window: MaintenanceWindow): Cron {
  const cron = crons.get(window) ?? new Cron(window.cron, { timezone: window.zone });
  // Stryker disable next-line CallExpression: a cache; without it the same schedule is read anew for every verdict, and says the same.
  crons.set(window, cron);
  return cron;
}

/** The window is open if it last began less than its duration ago. Daylight saving is the zone's, read by croner through Intl. */
function openAt(window: MaintenanceWindow, atMs: number): OpenWindow | undefined {
  const begun = cronOf(window).nextRun(new Date(atMs - window.durationMs));
  if (begun === null || begun.getTime() > atMs) return undefined;
  const fromMs = begun.getTime();
  return { name: window.name, fromMs, toMs: fromMs + window.durationMs };
}
