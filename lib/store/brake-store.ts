import type { Fleet } from '../config/config.ts';
import type { Key, Table } from '../ports.ts';

/**
 * The fleet brake is one item (rule 12, design §6): a slot is reserved under the failover's id before the target is locked, and given
 * back if the lock is lost. A slot that a crash leaves behind counts until the window has passed: it errs on the side of braking.
 */
export interface Brake {
  readonly on: boolean;
  readonly onSinceMs?: number;
  readonly why?: string;
  /** The `onSinceMs` of which people were told: a page that a crash swallowed is owed until then. */
  readonly toldMs?: number;
  readonly slots: readonly Slot[];
  readonly version: number;
}
interface Slot {
  readonly id: string;
  readonly atMs: number;
}
export interface BrakeStore {
  load(): Promise<Brake>;
  /** `no-slot`: the limit is reached. */
  reserve(failoverId: string, limits: Fleet['brake'], nowMs: number): Promise<'reserved' | 'on' | 'no-slot'>;
  giveBack(failoverId: string): Promise<void>;
  /** True for the one caller that pulled it. */
  trip(why: string, nowMs: number): Promise<boolean>;
  /** The page about the brake being on since then is on its way. */
  told(onSinceMs: number): Promise<void>;
  /** By a person only, never by time. True if it was on. */
  release(by: string, nowMs: number): Promise<boolean>;
}

const KEY: Key = { pk: 'fleet', sk: 'brake' };
/** In a storm many deciders want the one item; each conflict means that somebody else got through. */
const TRIES_MAX = 50;

export class BrakeContendedError extends Error {
  override readonly name = 'BrakeContendedError';
}

export function createBrakeStore(table: Table): BrakeStore {
  const load = async (): Promise<Brake> => {
    const item = await table.get(KEY);
    const onSinceMs = item?.['onSinceMs'];
    const why = item?.['why'];
    const toldMs = item?.['toldMs'];
    return {
      on: item?.['on'] === true,
      slots: JSON.parse(String(item?.['slots'] ?? '[]')) as Slot[],
      version: Number(item?.['version'] ?? 0),
      ...(typeof onSinceMs === 'number' ? { onSinceMs } : {}),
      ...(typeof why === 'string' ? { why } : {}),
      ...(typeof toldMs === 'number' ? { toldMs } : {}),
    };
  };
  const change = async <T>(decide: (brake: Brake) => { to?: Partial<Brake>; result: T }): Promise<T> => {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const brake = await load();
      const { to, result } = decide(brake);
      if (to === undefined || (await write(table, brake, { ...brake, ...to })) === 'written') return result;
    }
    throw new BrakeContendedError('the fleet brake is contended: nothing was decided, try again');
  };
  return {
    load,
    reserve: (failoverId, limits, nowMs) => change((brake) => reservation(brake, { failoverId, limits, nowMs })),
    giveBack: (failoverId) =>
      change((brake) => {
        const slots = brake.slots.filter((slot) => slot.id !== failoverId);
        return slots.length === brake.slots.length ? { result: undefined } : { to: { slots }, result: undefined };
      }),
    trip: (why, nowMs) => change((brake) => (brake.on ? { result: false } : { to: { on: true, onSinceMs: nowMs, why }, result: true })),
    told: (onSinceMs) =>
      change((brake) => (owed(brake) === onSinceMs ? { to: { toldMs: onSinceMs }, result: undefined } : { result: undefined })),
    release: (by, nowMs) =>
      change((brake) =>
        brake.on ? { to: { on: false, onSinceMs: nowMs, why: `released by ${by}`, slots: [] }, result: true } : { result: false },
      ),
  };
}

/** Since when the brake is on without people having been told. */
export function owed({ on, onSinceMs, toldMs }: Brake): number | undefined {
  return on && onSinceMs !== toldMs ? onSinceMs : undefined;
}

interface Reservation {
  readonly failoverId: string;
  readonly limits: Fleet['brake'];
  readonly nowMs: number;
}

function reservation(
  brake: Brake,
  { failoverId, limits, nowMs }: Reservation,
): { to?: Partial<Brake>; result: 'reserved' | 'on' | 'no-slot' } {
  if (brake.on) return { result: 'on' };
  const recent = recentSlots(brake, limits, nowMs);
  if (recent.some((slot) => slot.id === failoverId)) return { result: 'reserved' };
  if (recent.length >= limits.failovers) return { result: 'no-slot' };
  return { to: { slots: [...recent, { id: failoverId, atMs: nowMs }] }, result: 'reserved' };
}

export function recentSlots(brake: Brake, limits: Fleet['brake'], nowMs: number): readonly Slot[] {
  return brake.slots.filter((slot) => nowMs - slot.atMs < limits.windowMs);
}

function write(table: Table, before: Brake, after: Brake): Promise<'written' | 'conflict'> {
  const set = {
    on: after.on,
    slots: JSON.stringify(after.slots),
    version: before.version + 1,
    ...(after.onSinceMs === undefined ? {} : { onSinceMs: after.onSinceMs }),
    ...(after.why === undefined ? {} : { why: after.why }),
    ...(after.toldMs === undefined ? {} : { toldMs: after.toldMs }),
  };
  return table.update(KEY, { set }, { version: before.version === 0 ? undefined : before.version });
}
