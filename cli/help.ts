import { EXIT_MEANINGS, type Command, type CommandOption, type Context } from './command.ts';

/** What every command understands besides its own options. */
export const GLOBAL_OPTIONS: Readonly<Record<string, CommandOption>> = {
  help: { type: 'boolean', short: 'h', help: 'print this' },
  json: { type: 'boolean', help: 'results as JSON, for machines' },
};

const GAP = 3;

export function overview(context: Context): string {
  const bold = (text: string): string => context.paint('bold', text);
  return [
    'Understudy: automatic failover for cloud databases.',
    '',
    `${bold('Usage')}  understudy COMMAND [options]`,
    '',
    bold('Commands'),
    ...table(context.commands.map((command) => [command.name, command.summary])),
    '',
    bold('Options'),
    ...optionTable(GLOBAL_OPTIONS),
    '',
    bold('Exit codes'),
    ...exitTable(),
    '',
    'understudy COMMAND --help tells more of each. NO_COLOR switches colour off.',
  ].join('\n');
}

export function commandHelp(context: Context, command: Command): string {
  const bold = (text: string): string => context.paint('bold', text);
  return [
    `${command.summary}.`,
    '',
    `${bold('Usage')}  ${['understudy', command.name, command.usage, '[options]'].filter((part) => part !== '').join(' ')}`,
    ...(command.details === undefined ? [] : ['', command.details.trim()]),
    '',
    bold('Options'),
    ...optionTable({ ...command.options, ...GLOBAL_OPTIONS }),
    '',
    bold('Exit codes'),
    ...exitTable(),
  ].join('\n');
}

function optionTable(options: Readonly<Record<string, CommandOption>>): readonly string[] {
  return table(
    Object.entries(options).map(([name, option]) => {
      const short = option.short === undefined ? '' : `-${option.short}, `;
      return [`${short}--${name}${option.type === 'string' ? ` ${option.value ?? 'TEXT'}` : ''}`, option.help];
    }),
  );
}

function exitTable(): readonly string[] {
  return table(EXIT_MEANINGS.map(([code, meaning]) => [String(code), meaning]));
}

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + GAP;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`);
}
