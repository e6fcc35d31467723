/**
 * What the vendors do not document is our choice, and every choice can be switched: one table a vendor, of rows made here.
 * `meaning` says what it decides and which paragraph leaves it open.
 */
export interface Choice<T> {
  readonly standard: T;
  readonly meaning: string;
}
export type ChoiceTable = Readonly<Record<string, Choice<unknown>>>;
export type ChoicesOf<Table extends ChoiceTable> = { readonly [K in keyof Table]: Table[K]['standard'] };

export function choice<T>(standard: T, meaning: string): Choice<T> {
  return { standard, meaning };
}

/** @throws {Error} when a choice is named that the table does not have. */
export function choose<Table extends ChoiceTable>(table: Table, chosen: Partial<ChoicesOf<Table>>): ChoicesOf<Table> {
  for (const name of Object.keys(chosen)) if (!(name in table)) throw new Error(`no such choice: ${name}`);
  const standard = Object.fromEntries(Object.entries(table).map(([name, row]) => [name, row.standard]));
  return { ...standard, ...chosen };
}

/** An error answer as a choice: its status, code and text. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export function answer(status: number, code: string, message: string): ErrorAnswer {
  return { status, code, message };
}
