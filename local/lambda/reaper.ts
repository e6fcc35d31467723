import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * A shell of one megabyte that outlives the host for a moment: when its input ends, because the host is gone, it kills every process that
 * was named to it. An environment ends by itself when its host dies, unless a function never gives the processor back; then only this helps.
 */
const SCRIPT = `
pids=" "
while read -r sign pid; do
  case $sign in
    +) pids="$pids$pid " ;;
    -) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
  esac
done
for pid in $pids; do kill -9 "$pid"; done
`;

let input: Socket | undefined;

function tell(sign: '+' | '-', pid: number): void {
  input ??= startReaper();
  input.write(`${sign} ${String(pid)}\n`);
}

function startReaper(): Socket {
  // In a session of its own, so that an interrupt from the terminal, which goes to the whole group, does not end it first.
  const shell = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  shell.on('error', () => {});
  shell.unref();
  const pipe = shell.stdin as Socket;
  // Without a shell there is one protection less, and no reason to end the host.
  pipe.on('error', () => {});
  pipe.unref();
  return pipe;
}

/** From now on the process dies with this one, even if this one is killed. */
export function bindToHost(pid: number): void {
  tell('+', pid);
}

/** The process has ended: its id may soon be another's. */
export function unbindFromHost(pid: number): void {
  tell('-', pid);
}
