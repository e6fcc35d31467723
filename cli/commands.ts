import type { Command } from './command.ts';
import { acknowledge } from './commands/acknowledge.ts';
import { approve } from './commands/approve.ts';
import { archive } from './commands/archive.ts';
import { backtest } from './commands/backtest.ts';
import { check } from './commands/check.ts';
import { deny } from './commands/deny.ts';
import { drill } from './commands/drill.ts';
import { explain } from './commands/explain.ts';
import { help } from './commands/help.ts';
import { history } from './commands/history.ts';
import { operate } from './commands/operate.ts';
import { pause } from './commands/pause.ts';
import { providers } from './commands/providers.ts';
import { refused } from './commands/refused.ts';
import { releaseBrake } from './commands/release-brake.ts';
import { resume } from './commands/resume.ts';
import { send } from './commands/send.ts';
import { status } from './commands/status.ts';
import { version } from './commands/version.ts';

/** Every command, in the order of the help: one file each, one line here. */
export const commands: readonly Command[] = [
  check,
  explain,
  backtest,
  archive,
  send,
  status,
  history,
  refused,
  pause,
  resume,
  acknowledge,
  approve,
  deny,
  releaseBrake,
  drill,
  operate,
  providers,
  help,
  version,
];
