import type { Key, Table, WriteResult } from '../ports.ts';
import type { Readiness } from '../watch/standing.ts';

/** One item for each target, under a key that follows from it (design §6). It never touches the target's own item. */
export interface ReadinessStore {
  load(targetId: string): Promise<StoredReadiness>;
  /** `conflict`: another run has checked in the meantime, and its check counts. */
  save(readiness: Readiness, before: StoredReadiness): Promise<WriteResult>;
}
export interface StoredReadiness {
  readonly version: number;
  /** Absent: never checked, or written in another shape. */
  readonly readiness?: Readiness;
}

const keyOf = (targetId: string): Key => ({ pk: `readiness#${targetId}`, sk: 'state' });

export function createReadinessStore(table: Table): ReadinessStore {
  return {
    load: async (targetId) => {
      const item = await table.get(keyOf(targetId));
      const version = Number(item?.['version'] ?? 0);
      const readiness = parsed(item?.['document']);
      return readiness === undefined ? { version } : { version, readiness };
    },
    save: (readiness, { version }) =>
      table.update(
        keyOf(readiness.targetId),
        { set: { document: JSON.stringify(readiness), version: version + 1 } },
        { version: version === 0 ? undefined : version },
      ),
  };
}

/** What cannot be read is checked anew: nothing else is lost with it. */
function parsed(document: unknown): Readiness | undefined {
  try {
    const readiness = JSON.parse(String(document)) as Partial<Readiness>;
    return typeof readiness.checkedAtMs === 'number' && Array.isArray(readiness.checks) ? (readiness as Readiness) : undefined;
  } catch {
    return undefined;
  }
}
