import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbedded } from './embedded.ts';
import { createPrinter, lineOfCloud, lineOfLog, lineOfReceived, lineOfSimulator } from './timeline.ts';

const HELP = `npm run dev [-- options]

The embedded cloud stays up: webhook, queues, table, functions, schedules, and both providers' simulators. In another terminal:

  npx understudy status
  npx understudy send events/alertmanager/gaussdb-primary-unreachable.json --at now

  --port PORT   of the webhook (default: a free one)
  --data DIR    where everything is kept (default: .data)
  --speed N     how much faster than the documented durations the simulated clouds are (default 12)
  --config FILE another configuration than understudy.yml
  --json        one JSON object a line
  --help

Stop it with Ctrl-C. Exit code: 0 after a stop, 1 when it could not come up, 2 for wrong usage.`;

const ROOT = resolve(import.meta.dirname, '..');

function readOptions(): { port: number; dataDir: string; speed: number; json: boolean; configFile: string } | undefined {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '0' },
        data: { type: 'string', default: join(ROOT, '.data') },
        speed: { type: 'string', default: '12' },
        config: { type: 'string', default: 'understudy.yml' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(HELP);
      process.exit(0);
    }
    const [port, speed] = [Number(values.port), Number(values.speed)];
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new TypeError(`--port: expected 0 to 65535, got "${values.port}"`);
    if (!(speed > 0)) throw new TypeError(`--speed: expected a number above 0, got "${values.speed}"`);
    return { port, dataDir: resolve(values.data), speed, json: values.json, configFile: values.config };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return undefined;
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return 2;
  const { json, ...given } = options;
  mkdirSync(given.dataDir, { recursive: true });
  const print = createPrinter({ json, startedAtMs: Date.now() });
  const embedded = await startEmbedded({
    root: ROOT,
    ...given,
    onLog: (entry) => print(lineOfLog(entry)),
    onEvent: (event) => print(lineOfCloud(event)),
    onSimulator: (event) => print(lineOfSimulator(event)),
    onReceived: (received) => print(lineOfReceived(received)),
  });
  const { cloud, gaussdb, polardb } = embedded;
  const say = (what: string): void => print({ atMs: Date.now(), who: 'understudy', what, tone: 'plain' });
  say(`webhook   ${cloud.webhookUrl}hooks/alertmanager (Authorization: Bearer ${embedded.alertmanagerToken})`);
  say(`simulated GaussDB ${gaussdb.url}, its faults and state ${gaussdb.adminUrl}`);
  say(`simulated PolarDB ${polardb.url}, its faults and state ${polardb.adminUrl}`);
  say(`data      ${given.dataDir}; stop with Ctrl-C`);
  await new Promise<void>((stopped) => {
    process.once('SIGINT', () => stopped());
    process.once('SIGTERM', () => stopped());
  });
  await embedded.stop();
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
