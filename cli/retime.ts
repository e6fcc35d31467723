import { moved, momentsIn } from './times.ts';

const SECOND_MS = 1_000;

export interface Retiming {
  /** Epoch ms at which the newest alert of the body is to have begun. */
  readonly startMs: number;
  /** Epoch ms which no time of the body may exceed: nothing is sent from the future. */
  readonly nowMs: number;
  /** When its newest alert began as written, if a source could tell; otherwise the newest time of the body stands for it. */
  readonly writtenStartMs?: number;
}

/**
 * Moves every time in a body by one and the same whole number of seconds: what lay ten seconds apart still does, and every time keeps its
 * form, its zone and the digits of its fraction. A body without any time stays as it is.
 */
export function retime(body: string, { startMs, nowMs, writtenStartMs }: Retiming): string {
  const newestMs = newest(body);
  if (newestMs === undefined) return body;
  const wantedMs = startMs - (writtenStartMs ?? newestMs);
  // A fraction may stand behind the newest second.
  const latestMs = nowMs - newestMs - SECOND_MS;
  return moved(body, Math.floor(Math.min(wantedMs, latestMs) / SECOND_MS) * SECOND_MS);
}

/** Of the times that say where they are, if there are any: a bare local time may look like the future. */
function newest(body: string): number | undefined {
  const moments = momentsIn(body);
  const zoned = moments.filter((moment) => moment.zoned);
  const counting = zoned.length > 0 ? zoned : moments;
  return counting.length === 0 ? undefined : Math.max(...counting.map((moment) => moment.ms));
}
