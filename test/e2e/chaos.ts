import { fork, execFileSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunctions } from '../../scripts/build.ts';
import { Random } from '../simulate/random.ts';
import type { Answer, Order, TargetReport } from './chaos-host.ts';
import { ROOT } from './lost-reply.ts';
import { until } from './until.ts';

export interface ChaosOptions {
  readonly seed: number;
  /** How long things go wrong, in real milliseconds. */
  readonly stormMs: number;
  readonly hurry: number;
  readonly log: (line: string) => void;
}
export interface ChaosResult {
  readonly targets: readonly TargetReport[];
  readonly told: readonly string[];
  readonly hostKills: number;
  readonly workerKills: number;
  readonly faults: number;
  readonly fullDisks: number;
}

/** Provider faults as a network makes them: dropped, delayed, answered with an error; on whatever call comes next. */
const FAULTS = ['accept-then-drop', 'drop-before', 'accept-then-5xx', 'slow', '5xx-before', 'accept-then-hang', 'html-502-after'] as const;
const OPERATIONS = {
  gaussdb: ['failover', 'relations', 'monitor', 'job', 'records'],
  polardb: ['FailoverDBCluster', 'SwitchOverGlobalDatabaseNetwork', 'DescribeDBClusterAttribute', 'DescribeGlobalDatabaseNetwork'],
} as const;

const STARTS = [
  ['gaussdb', 'failover'],
  ['polardb', 'FailoverDBCluster'],
  ['polardb', 'SwitchOverGlobalDatabaseNetwork'],
] as const;

/**
 * Chaos on the real embedded cloud: processes of functions and of the host are killed with SIGKILL, provider connections dropped and delayed,
 * the disk of the data folder filled, clocks skewed by up to a minute. Then it heals, and everything has to end.
 */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, stormMs, hurry, log } = options;
  const random = new Random(seed);
  const folder = mkdtempSync(join(tmpdir(), 'understudy-chaos-'));
  const dataDir = join(folder, 'data');
  const functions = join(folder, 'functions');
  const disk = smallDisk(dataDir);
  await buildFunctions({ root: ROOT, outDir: functions });
  const counts = { hostKills: 0, workerKills: 0, faults: 0, fullDisks: 0 };
  const told: string[] = [];
  let host = await startHost(dataDir, functions, hurry, told);
  try {
    for (const [vendor, operation] of STARTS) {
      const fault = random.pick(['accept-then-hang', 'accept-then-drop', 'drop-before', 'slow'] as const);
      log(`${vendor}: ${fault} on the first ${operation}`);
      counts.faults += 1;
      host.send({ do: 'fault', vendor, order: { operation, fault, times: 1 } } satisfies Order);
    }
    host.send({ do: 'fire' } satisfies Order);
    const deadlineMs = Date.now() + stormMs;
    while (Date.now() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, random.between(400, 2_500)));
      const dice = random.unit();
      if (host.exitCode !== null) {
        log('the host had died of the full disk; it is started again');
        host = await startHost(dataDir, functions, hurry, told);
      } else if (dice < 0.15) {
        log('SIGKILL of the host');
        counts.hostKills += 1;
        host.kill('SIGKILL');
        host = await startHost(dataDir, functions, hurry, told);
      } else if (dice < 0.45) {
        log('SIGKILL of every function');
        counts.workerKills += 1;
        host.send({ do: 'kill-workers' } satisfies Order);
      } else if (dice < 0.55 && disk) {
        log('the disk is full for a moment');
        counts.fullDisks += 1;
        await fillDisk(dataDir, random.between(300, 1_200));
      } else {
        const vendor = random.pick(['gaussdb', 'polardb'] as const);
        const order = { operation: random.pick(OPERATIONS[vendor]), fault: random.pick(FAULTS), times: 1 };
        log(`${vendor}: ${order.fault} on the next ${order.operation}`);
        counts.faults += 1;
        host.send({ do: 'fault', vendor, order } satisfies Order);
      }
    }
    log('healed');
    if (host.exitCode !== null) host = await startHost(dataDir, functions, hurry, told);
    host.send({ do: 'heal' } satisfies Order);
    const targets = await settled(host, told);
    return { targets, told, ...counts };
  } finally {
    host.kill('SIGKILL');
    if (disk) execFileSync('umount', ['-l', dataDir]);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startHost(dataDir: string, functions: string, hurry: number, told: string[]): Promise<ChildProcess> {
  const host = fork(join(ROOT, 'test/e2e/chaos-host.ts'), [dataDir, String(hurry), '60000'], {
    execPath: process.execPath,
    env: { ...process.env, CHAOS_FUNCTIONS: functions },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  host.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2_000)));
  let up = false;
  let gone = false;
  host.on('exit', (_code, signal) => {
    gone = true;
    if (signal !== 'SIGKILL') process.stderr.write(`the host died by itself: ${errors}\n`);
  });
  host.on('message', (answer: Answer) => {
    if (answer.say === 'up') up = true;
    if (answer.say === 'told') told.push(`${answer.channel} ${answer.title}`);
  });
  await until('the host to be up', () => up || gone, 60_000);
  if (gone) throw new Error(`the host could not start: ${errors}`);
  return host;
}

/** Every target's failover has ended, and people were told of it. */
async function settled(host: ChildProcess, told: readonly string[]): Promise<readonly TargetReport[]> {
  let latest: readonly TargetReport[] = [];
  host.on('message', (answer: Answer) => {
    if (answer.say === 'report') latest = answer.targets;
  });
  const over = (target: TargetReport): boolean =>
    target.state !== 'open' &&
    told.some((line) => line.includes(` ${target.targetId}: `) && /promoted|FAILED|refused|cancelled/.test(line));
  await until(
    'every failover to end',
    () => {
      host.send({ do: 'report' } satisfies Order);
      return latest.length === 3 && latest.every(over);
    },
    400_000,
  );
  return latest;
}

/** A file system of its own, small enough to be filled, where this machine lets us mount one. */
function smallDisk(dataDir: string): boolean {
  execFileSync('mkdir', ['-p', dataDir]);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', dataDir], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function fillDisk(dataDir: string, forMs: number): Promise<void> {
  const ballast = join(dataDir, 'ballast');
  try {
    writeFileSync(ballast, Buffer.alloc(32 * 1024 * 1024));
  } catch {
    // It is full now: that is what was wanted.
  }
  await new Promise((resolve) => setTimeout(resolve, forMs));
  rmSync(ballast, { force: true });
}
