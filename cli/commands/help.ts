import { EXIT, UsageError, type Command } from '../command.ts';
import { commandHelp, overview } from '../help.ts';

export const help: Command = {
  name: 'help',
  summary: 'What there is, or what one command does',
  usage: '[COMMAND]',
  options: {},
  async run(context, args) {
    const [name] = args.positionals;
    const command = context.commands.find((each) => each.name === name);
    if (name !== undefined && command === undefined) throw new UsageError(`There is no command ${name}. See understudy --help.`);
    context.print(command === undefined ? overview(context) : commandHelp(context, command));
    return await Promise.resolve(EXIT.ok);
  },
};
