import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { commands } from './commands.ts';
import { runCli } from './run.ts';

/** `understudy … | head` ends the reader first: that is no fault. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

process.exitCode = await runCli(process.argv.slice(2), {
  root: fileURLToPath(new URL('..', import.meta.url)),
  cwd: process.cwd(),
  environment: process.env,
  commands,
  nowMs: () => Date.now(),
  readInput: async () => await text(process.stdin),
  print: (line) => void process.stdout.write(`${line}\n`),
  remark: (line) => void process.stderr.write(`${line}\n`),
  // Looks at the stream and at NO_COLOR, NODE_DISABLE_COLORS and FORCE_COLOR.
  paint: (style, line) => styleText(style, line, { stream: process.stdout }),
});
