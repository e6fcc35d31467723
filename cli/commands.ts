import type { Command } from './command.ts';
import { check } from './commands/check.ts';
import { help } from './commands/help.ts';
import { send } from './commands/send.ts';
import { version } from './commands/version.ts';

/** Every command, in the order of the help: one file each, one line here. */
export const commands: readonly Command[] = [check, send, help, version];
