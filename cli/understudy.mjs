#!/usr/bin/env node
// The launcher: plain JavaScript for whatever Node is installed. The command line itself is TypeScript, which Node strips of its types
// from 22.18 (23.6) on; an older one starts the Node that came with `npm ci`.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const UNREACHABLE = 3;

/** @param {string} version such as `20.20.2` */
function stripsTypes(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}

if (stripsTypes(process.versions.node)) {
  await import('./main.ts');
} else {
  const node = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
  if (existsSync(node)) startUnder(node);
  else {
    console.error(
      `understudy needs Node 22.18 or later, and this is ${process.version}. Run npm ci in its folder first: it brings one along.`,
    );
    process.exitCode = UNREACHABLE;
  }
}

/** @param {string} node */
function startUnder(node) {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of FORWARDED) {
    // A terminal sends Ctrl-C to both of us: the child must not get it twice.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
  }
  child.on('error', (error) => {
    console.error(`understudy could not start ${node}: ${error.message}`);
    process.exitCode = UNREACHABLE;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exitCode = code ?? 1;
    else endBy(signal);
  });
}

/** Ends as the child ended, so that a shell sees the signal. @param {NodeJS.Signals} signal */
function endBy(signal) {
  process.removeAllListeners(signal);
  process.exitCode = 128 + (constants.signals[signal] ?? 0);
  process.kill(process.pid, signal);
}
