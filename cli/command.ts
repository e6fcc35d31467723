/** What a command ends with; the same for all of them. */
export const EXIT = { ok: 0, no: 1, usage: 2, unreachable: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
export const EXIT_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.ok, 'done, or the answer is yes'],
  [EXIT.no, 'the answer is no, or it failed'],
  [EXIT.usage, 'the command was not understood'],
  [EXIT.unreachable, 'what it needs to talk to could not be reached'],
];

export interface CommandOption {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** How the value is called in the help: `FILE`. */
  readonly value?: string;
  readonly help: string;
}

/** One command, one file; its line in commands.ts makes it known. */
export interface Command {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** Its arguments: `FILE` must be there, `[FILE]` may, `FILE…` may be several. */
  readonly usage: string;
  /** More for `--help`: what it does, with examples. */
  readonly details?: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  /**
   * @throws {UsageError} → exit code 2.
   * @throws {UnreachableError} → exit code 3.
   */
  run(context: Context, args: Args): Promise<ExitCode>;
}

/** What a command may know of the world around it. */
export interface Context {
  /** The folder of the project: `understudy.yml`, `.data`. */
  readonly root: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly commands: readonly Command[];
  /** `--json`: results are for machines. */
  readonly json: boolean;
  nowMs(): number;
  /** The whole of standard input. */
  readInput(): Promise<string>;
  /** Results, on standard output. */
  print(text: string): void;
  /** Remarks, on standard error. */
  remark(text: string): void;
  /** Colour where the terminal has it. */
  paint(style: Style, text: string): string;
}
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export class Args {
  readonly positionals: readonly string[];
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>, positionals: readonly string[]) {
    this.#values = values;
    this.positionals = positionals;
  }
  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }
  flag(name: string): boolean {
    return this.#values[name] === true;
  }
}

/** The command was not understood, or cannot be carried out as it was put. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
/** A service, the embedded cloud or a file of it could not be reached. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** A result: JSON for machines, lines for people. */
export function tell(context: Context, result: unknown, lines: readonly string[]): void {
  context.print(context.json ? JSON.stringify(result, undefined, 2) : lines.join('\n'));
}
