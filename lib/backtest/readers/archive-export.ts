import type { ArchiveEntry } from '../../store/archive-store.ts';
import { UnreadableLineError, type HistoryReader } from '../history.ts';

/** The mark at the head of each line of our own archive's export. */
export const ARCHIVE_MARK = 'archive';

export function exportLine(entry: ArchiveEntry): string {
  return JSON.stringify({ understudy: ARCHIVE_MARK, ...entry });
}

/** What `understudy archive export` writes. */
export const archiveExport: HistoryReader = {
  name: 'archive export',
  recognises: (line) => line['understudy'] === ARCHIVE_MARK,
  read: ({ understudy: _mark, ...entry }) => {
    const { targetId, receivedAtMs, alerts } = entry;
    if (typeof targetId !== 'string' || typeof receivedAtMs !== 'number' || !Array.isArray(alerts))
      throw new UnreadableLineError('an entry of the archive without its target, time or alerts');
    return [{ kind: 'entry', entry: entry as unknown as ArchiveEntry }];
  },
};
