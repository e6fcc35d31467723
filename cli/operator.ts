import type { Answer } from '../lib/operate/answer.ts';
import { LostAnswerError, functionsOf, PLACE_OPTIONS } from './functions.ts';
import { EXIT, tell, UsageError, type Args, type Context, type ExitCode } from './command.ts';

/** What the commands have in common that ask the operator for something. */
export const BY_OPTION = {
  by: {
    type: 'string',
    value: 'NAME',
    help: 'who you are (default: UNDERSTUDY_USER, then USER); CloudTrail knows whose credentials it were',
  },
} as const;
export const REASON_OPTION = { reason: { type: 'string', value: 'TEXT', help: 'why; it stays on record' } } as const;
export const DEED_OPTIONS = { ...REASON_OPTION, ...BY_OPTION, ...PLACE_OPTIONS } as const;

/** @throws {UnreachableError} */
export async function askOperator(context: Context, args: Args, request: Readonly<Record<string, unknown>>): Promise<unknown> {
  const invoke = await functionsOf(context, args);
  return await invoke('operator', request);
}

/** For requests that carry their own id: repeated once, because the same one twice is one. */
export async function askOperatorAgain(context: Context, args: Args, request: Readonly<Record<string, unknown>>): Promise<unknown> {
  try {
    return await askOperator(context, args, request);
  } catch (error) {
    if (!(error instanceof LostAnswerError)) throw error;
    context.remark(`${error.message} Asking once more.`);
    return await askOperator(context, args, request);
  }
}

/** A deed from request to exit code. */
export async function doDeed(context: Context, args: Args, request: Readonly<Record<string, unknown>>): Promise<ExitCode> {
  return tellAnswer(context, (await askOperator(context, args, request)) as Answer);
}

export function tellAnswer(context: Context, answer: Answer, lines: readonly string[] = []): ExitCode {
  tell(
    context,
    answer,
    answer.ok ? [...lines, context.paint('green', answer.told), ...warningLines(context, answer.warnings)] : refusal(context, answer),
  );
  return exitOf(answer);
}

export function warningLines(context: Context, warnings: readonly string[]): readonly string[] {
  return warnings.map((warning) => `${context.paint('yellow', 'Mind:')} ${warning}`);
}

function refusal(context: Context, { code, why, remedy }: Extract<Answer, { ok: false }>): readonly string[] {
  return [`${context.paint('red', 'Refused:')} ${why} ${context.paint('dim', `[${code}]`)}`, ...(remedy === undefined ? [] : [remedy])];
}

/** A request that can never work as it was put is a matter of usage; every other refusal is the answer no. */
export function exitOf(answer: { readonly ok: boolean; readonly code?: string }): ExitCode {
  if (answer.ok) return EXIT.ok;
  return answer.code === 'invalid' || answer.code === 'unknown-target' ? EXIT.usage : EXIT.no;
}

/** @throws {UsageError} */
export function doerOf(context: Context, args: Args, option = 'by'): string {
  const { environment } = context;
  const name = [args.text(option), environment['UNDERSTUDY_USER'], environment['USER'], environment['LOGNAME']].find(
    (each) => each !== undefined && each.trim() !== '',
  );
  if (name === undefined) throw new UsageError(`--${option} is missing: who are you?`);
  return name;
}

/** @throws {UsageError} */
export function demanded(args: Args, option: string): string {
  const text = args.text(option);
  if (text === undefined || text.trim() === '') throw new UsageError(`--${option} is missing.`);
  return text;
}
