import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface StateFile<T> {
  /** What was kept last; `undefined`: nothing yet. */
  read(): T | undefined;
  /** Replaces the file in one step: a process killed at any moment leaves the old text or the new, never half of one. */
  write(value: T): void;
}

export function stateFile<T>(path: string): StateFile<T> {
  return {
    read: () => (existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : undefined),
    write: (value) => {
      mkdirSync(dirname(path), { recursive: true });
      const next = `${path}.next`;
      // No fsync: it is a killed process that this outlives, not a power cut.
      writeFileSync(next, JSON.stringify(value));
      renameSync(next, path);
    },
  };
}
