import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The data folder belongs to another host that lives. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';
}
export interface HostLock {
  release(): void;
}

/**
 * Takes the data folder for this process. The lock is the operating system's on an SQLite file, so it ends with the process however that
 * dies: there is no stale lock to judge, and no process id that another process has taken over since. The id in `host.pid` is only for people.
 *
 * @throws {DataFolderInUseError} naming the process that has it.
 */
export async function lockDataFolder(dataDir: string): Promise<HostLock> {
  await mkdir(dataDir, { recursive: true });
  const pidFile = join(dataDir, 'host.pid');
  const database = new DatabaseSync(join(dataDir, 'host.lock'));
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!String(error).includes('locked')) throw error;
    const pid = await readFile(pidFile, 'utf8').catch(() => 'unknown');
    throw new DataFolderInUseError(`${dataDir} is in use by process ${pid.trim()}: stop it first, or choose another data folder`, {
      cause: error,
    });
  }
  await writeFile(pidFile, `${String(process.pid)}\n`);
  return { release: () => database.close() };
}
