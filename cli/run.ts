import { parseArgs } from 'node:util';
import { nearest } from '../lib/config/faults.ts';
import { Args, EXIT, UnreachableError, UsageError, type Command, type Context, type ExitCode } from './command.ts';
import { commandHelp, GLOBAL_OPTIONS, overview } from './help.ts';

/** The surroundings of a run; whether results are JSON is only known when the arguments are read. */
export type Surroundings = Omit<Context, 'json'>;

/** The whole command line: finds the command, reads its options, runs it, and turns whatever happens into an exit code. */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const context: Context = { ...surroundings, json: args.includes('--json') };
  try {
    return await dispatch(args, context);
  } catch (error) {
    return failed(error, context);
  }
}

async function dispatch(args: readonly string[], context: Context): Promise<ExitCode> {
  const [first, ...rest] = args;
  if (first === undefined) {
    context.remark(overview(context));
    return EXIT.usage;
  }
  const name = ALIASES.get(first) ?? first;
  const command = context.commands.find((each) => each.name === name);
  if (command === undefined) throw unknownCommand(name, context.commands);
  const { values, positionals } = parsed(command, rest);
  if (values['help'] === true) {
    context.print(commandHelp(context, command));
    return EXIT.ok;
  }
  demandArguments(command, positionals);
  return await command.run(context, new Args(values, positionals));
}

/** What other tools have taught people to type. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['--help', 'help'],
  ['-h', 'help'],
  ['--version', 'version'],
  ['-v', 'version'],
]);

function unknownCommand(name: string, commands: readonly Command[]): UsageError {
  const near = nearest(
    name,
    commands.map((command) => command.name),
  );
  const advice = near === undefined ? 'See understudy --help.' : `Did you mean ${near}?`;
  return new UsageError(`There is no command ${name}. ${advice}`);
}

function parsed(command: Command, args: readonly string[]): { values: Readonly<Record<string, unknown>>; positionals: readonly string[] } {
  const options = Object.fromEntries(
    Object.entries({ ...command.options, ...GLOBAL_OPTIONS }).map(([name, { type, short }]) => [
      name,
      short === undefined ? { type } : { type, short },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('. ')[0] ?? '') : '';
    throw new UsageError(`${message}. See understudy ${command.name} --help.`, { cause: error });
  }
}

/** Counts by the usage: `FILE [OTHER] MORE…`. */
function demandArguments(command: Command, positionals: readonly string[]): void {
  const words = command.usage.split(' ').filter((word) => word !== '');
  const needed = words.filter((word) => !word.startsWith('['));
  const most = words.some((word) => word.includes('…')) ? Number.POSITIVE_INFINITY : words.length;
  const missing = needed[positionals.length];
  if (missing !== undefined)
    throw new UsageError(`${missing.replace('…', '')} is missing. Usage: understudy ${command.name} ${command.usage}`);
  if (positionals.length > most) {
    throw new UsageError(`${String(positionals[most])} is too much. Usage: understudy ${command.name} ${command.usage}`.trim());
  }
}

function failed(error: unknown, context: Context): ExitCode {
  const [kind, code] =
    error instanceof UsageError
      ? (['usage', EXIT.usage] as const)
      : error instanceof UnreachableError
        ? (['unreachable', EXIT.unreachable] as const)
        : (['failed', EXIT.no] as const);
  const message = error instanceof Error ? error.message : String(error);
  context.remark(context.json ? JSON.stringify({ error: { kind, message } }) : `${context.paint('red', 'understudy:')} ${message}`);
  return code;
}
