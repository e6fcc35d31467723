import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { retime } from '../cli/retime.ts';
import { startEmbedded, type Embedded } from './embedded.ts';
import { createPrinter, lineOfCloud, lineOfLog, lineOfReceived, lineOfSimulator } from './timeline.ts';
import { FLEET } from './simulators/fleet.ts';
import { lastFailover, observeCosts, summarise, type CostBook } from './summary.ts';

const HELP = `npm start [-- options]

The main job, shown: brings up the embedded cloud and both providers' simulators, lets a GaussDB primary and a PolarDB writer die, sends
the alerts that monitoring would send, and follows both failovers to their end.

  --duplicate-everything   deliver every message of every queue twice
  --data DIR               keep queues, table and simulators in DIR; a later start there goes on where this one was killed
  --json                   one JSON object a line
  --timeout SECONDS        give up after this (default 180: a lost answer alone takes 90)
  --help

Exit code: 0 when both databases were promoted exactly once and people were told, 1 otherwise, 2 for wrong usage.`;

const ROOT = resolve(import.meta.dirname, '..');
/** A minute's dwell is nearly over when the alerts arrive, so that the timer is seen and nobody waits for a minute. */
const FIRING_FOR_MS = 55_000;
/** After a killed host nobody waits for the watchdog's own minute: what was lost between a write and its message is pushed soon. */
const RESUMED_WATCH_MS = 5_000;
const POST_ATTEMPTS_MAX = 5;
const POST_AGAIN_MS = 2_000;
const TARGETS = ['orders-gaussdb', 'payments-polardb'] as const;

interface Options {
  readonly duplicateEverything: boolean;
  readonly dataDir: string | undefined;
  readonly json: boolean;
  readonly timeoutMs: number;
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return 2;
  const startedAtMs = Date.now();
  const print = createPrinter({ json: options.json, startedAtMs });
  const say = (what: string): void => print({ atMs: Date.now(), who: 'understudy', what, tone: 'dim' });
  const book: CostBook = observeCosts();
  const ended = new Set<string>();
  const { dataDir } = options;
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  say('building the functions and bringing up the embedded cloud');
  const embedded = await startEmbedded({
    root: ROOT,
    speed: 12,
    duplicateEverything: options.duplicateEverything,
    releaseInFlight: true,
    ...(dataDir === undefined ? {} : { dataDir }),
    onLog: (entry) => {
      book.log(entry);
      noteEnd(entry.line, ended);
      print(lineOfLog(entry));
    },
    onEvent: (event) => print(lineOfCloud(event)),
    onSimulator: (event) => print(lineOfSimulator(event)),
    onReceived: (received) => print(lineOfReceived(received)),
  });
  say(`up: webhook ${embedded.cloud.webhookUrl}`);
  const stopOnSignal = (): void => void embedded.stop().then(() => process.exit(1));
  process.once('SIGINT', stopOnSignal);
  process.once('SIGTERM', stopOnSignal);
  try {
    await follow(embedded, ended, options.timeoutMs);
    return (await summarise({ embedded, book, json: options.json, targets: TARGETS, startedAtMs })) ? 0 : 1;
  } finally {
    await embedded.stop();
  }
}

/** From the disaster, or from where a killed host left it, until both have ended and people were told, or time is up. */
async function follow(embedded: Embedded, ended: Set<string>, timeoutMs: number): Promise<void> {
  const resumed = alreadyUnderWay(embedded);
  if (resumed) await noteEnded(embedded, ended);
  else await disaster(embedded);
  const watchdog = setInterval(() => resumed && void embedded.cloud.invoke('watchdog', {}), RESUMED_WATCH_MS);
  await until(() => TARGETS.every((target) => ended.has(target) && isTold(embedded, target)), timeoutMs);
  clearInterval(watchdog);
}

function readOptions(): Options | undefined {
  try {
    const { values } = parseArgs({
      options: {
        'duplicate-everything': { type: 'boolean', default: false },
        data: { type: 'string' },
        json: { type: 'boolean', default: false },
        timeout: { type: 'string', default: '180' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(HELP);
      process.exit(0);
    }
    const seconds = Number(values.timeout);
    if (!(seconds > 0)) throw new TypeError(`--timeout: expected seconds, got "${values.timeout}"`);
    return { duplicateEverything: values['duplicate-everything'], dataDir: values.data, json: values.json, timeoutMs: seconds * 1_000 };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return undefined;
  }
}

/** A kept data folder whose clouds were already asked to promote: the disaster has happened, and only the end is missing. */
function alreadyUnderWay({ gaussdb, polardb }: Embedded): boolean {
  return gaussdb.calls().length + polardb.calls().length > 0;
}

/** Both writers die, and monitoring says so: one alert by HTTP, one on the queue. */
async function disaster({ cloud, gaussdb, polardb, alertmanagerToken }: Embedded): Promise<void> {
  gaussdb.setOutage(FLEET.gaussdb.primaryInstanceId, true);
  polardb.setOutage(FLEET.polardb.mysqlClusterId, true);
  await polardb.tick();
  const event = (file: string): string =>
    retime(readFileSync(join(ROOT, 'events', file), 'utf8'), { startMs: Date.now() - FIRING_FOR_MS, nowMs: Date.now() });
  await post(
    `${cloud.webhookUrl.replace(/\/$/, '')}/hooks/alertmanager`,
    alertmanagerToken,
    event('alertmanager/gaussdb-primary-unreachable.json'),
  );
  cloud.send('alerts', event('cloudwatch/polardb-writer-down.eventbridge.json'));
}

/** As Alertmanager does: what is answered with 5xx is sent again. @throws {Error} with the answer when it is never taken. */
async function post(url: string, token: string, body: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const answer = await fetch(url, { method: 'POST', headers, body });
    if (answer.status === 202) return;
    if (answer.status < 500 || attempt >= POST_ATTEMPTS_MAX)
      throw new Error(`the webhook answered ${answer.status}: ${await answer.text()}`);
    await new Promise((resolve) => setTimeout(resolve, POST_AGAIN_MS));
  }
}

/** What had ended before the host was killed says nothing any more. */
async function noteEnded(embedded: Embedded, ended: Set<string>): Promise<void> {
  for (const target of TARGETS) if ((await lastFailover(embedded, target)) !== undefined) ended.add(target);
}

function noteEnd(line: unknown, ended: Set<string>): void {
  if (typeof line !== 'object' || line === null) return;
  const fields = line as Record<string, unknown>;
  if (fields['event'] === 'retired') ended.add(String(fields['targetId']));
}

/** People were told of its promotion on every channel of it. */
function isTold({ config, receiver }: Embedded, target: string): boolean {
  const told = receiver.received.filter(({ title }) => title.startsWith(`${target}: promoted`));
  return new Set(told.map(({ channel }) => channel)).size >= (config.targets[target]?.channels.length ?? 1);
}

async function until(done: () => boolean, timeoutMs: number): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  while (!done() && Date.now() < deadlineMs) await new Promise((resolve) => setTimeout(resolve, 100));
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
