import { asRecord, parseJson } from '../alert/read.ts';
import { UnreadableLineError, type HistoryItem, type HistoryReader } from './history.ts';
import { createAlarmHistory } from './readers/alarm-history.ts';
import { archiveExport } from './readers/archive-export.ts';
import { notificationLog } from './readers/notification-log.ts';

/** The particular forms of history; what none of them knows is a notification. One for each file: some lines lend to later ones. */
function createReaders(): readonly HistoryReader[] {
  return [archiveExport, createAlarmHistory()];
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
      const reader = readers.find((one) => one.recognises(line)) ?? notificationLog;
      counts[reader.name] = (counts[reader.name] ?? 0) + 1;
      return reader.read(line, text);
    },
  };
}
