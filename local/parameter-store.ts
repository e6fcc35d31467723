import { readFile, rename, writeFile } from 'node:fs/promises';

/** Every version of every secret, oldest first, by reference (`ssm:/path`, `secretsmanager:name`). */
export type Versions = Readonly<Record<string, readonly string[]>>;

/** The values behind both services: in memory, or in one file that is replaced as a whole. */
export class ParameterStore {
  readonly #file: string | undefined;
  #versions: Map<string, readonly string[]>;

  constructor(versions: Versions, file?: string) {
    this.#versions = new Map(Object.entries(versions));
    this.#file = file;
  }

  /** @throws {Error} when the file cannot be read as JSON. A missing file is an empty store. */
  static async open(file: string | undefined): Promise<ParameterStore> {
    if (file === undefined) return new ParameterStore({});
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{}';
      throw error;
    });
    return new ParameterStore(JSON.parse(text) as Versions, file);
  }

  versions(reference: string): readonly string[] {
    return this.#versions.get(reference) ?? [];
  }

  /** Adds a version, unless the newest is the same already. @returns the number of versions. */
  async put(reference: string, value: string): Promise<number> {
    const before = this.versions(reference);
    if (before.at(-1) === value) return before.length;
    this.#versions.set(reference, [...before, value]);
    await this.#save();
    return before.length + 1;
  }

  /** Written beside and renamed, so that a killed host leaves the old file or the new one; readable by its owner alone. */
  async #save(): Promise<void> {
    if (this.#file === undefined) return;
    const beside = `${this.#file}.new`;
    await writeFile(beside, JSON.stringify(Object.fromEntries(this.#versions), undefined, 2), { mode: 0o600 });
    await rename(beside, this.#file);
  }
}
