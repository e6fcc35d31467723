import { asRecord, parseJson } from '../alert/read.ts';
import { UnreadableLineError, type HistoryItem, type HistoryReader } from './history.ts';
import { createAlarmHistory } from './readers/alarm-history.ts';
import { archiveExport } from './readers/archive-export.ts';
import { notificationLog } from './readers/notification-log.ts';

/** Every form of history that is understood, the particular ones first. One for each file: some lines lend to later ones. */
function createReaders(): readonly HistoryReader[] {
  return [archiveExport, createAlarmHistory(), notificationLog];
}

export interface LineReader {
  /** @throws {UnreadableLineError} */
  read(line: string): readonly HistoryItem[];
  /** Lines by the reader that took them. */
  readonly counts: Readonly<Record<string, number>>;
}

export function createLineReader(): LineReader {
  const readers = createReaders();
  const counts: Record<string, number> = {};
  return {
    counts,
    read: (text) => {
      const line = asRecord(parseJson(text));
      if (line === undefined) throw new UnreadableLineError('not a JSON object');
      const reader = readers.find((one) => one.recognises(line));
      if (reader === undefined) throw new UnreadableLineError('of no known form');
      counts[reader.name] = (counts[reader.name] ?? 0) + 1;
      return reader.read(line, text);
    },
  };
}
