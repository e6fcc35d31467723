import type { Delivery } from '../alert/source.ts';
import type { ArchiveEntry } from '../store/archive-store.ts';

/** One thing that was recorded: a delivery as it came, or an entry of our own archive. */
export type HistoryItem = RecordedDelivery | RecordedEntry;
export interface RecordedDelivery {
  readonly kind: 'delivery';
  /** `receivedAtMs` is NaN where nobody wrote it down. */
  readonly delivery: Delivery;
  /** The body as JSON, if it is. */
  readonly json?: unknown;
  /** The source's name in the configuration, if it was written down. */
  readonly source?: string;
}
export interface RecordedEntry {
  readonly kind: 'entry';
  readonly entry: ArchiveEntry;
}

/** A form in which history is written down, one JSON value a line. */
export interface HistoryReader {
  readonly name: string;
  /** Cheap; sees every line. */
  recognises(line: Readonly<Record<string, unknown>>): boolean;
  /** @param text the line itself. @returns nothing for what says nothing about health. */
  read(line: Readonly<Record<string, unknown>>, text: string): readonly HistoryItem[];
}

/** A line that no reader knows, or that is broken: counted, told, and left out. */
export class UnreadableLineError extends Error {
  override readonly name = 'UnreadableLineError';
}
