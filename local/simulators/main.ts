import { FLEET } from './fleet.ts';
import { startGaussdbSimulator } from './gaussdb/simulator.ts';
import { startPolardbSimulator } from './polardb/simulator.ts';
import type { SimulatorEvent } from './event.ts';

/** Both clouds, stand-alone: `node local/simulators/main.ts [--speed 10] [--data FOLDER]`. Ends on SIGINT or SIGTERM. */
function optionOf(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? undefined : process.argv[at + 1];
}

function tell(event: SimulatorEvent): void {
  process.stdout.write(
    `${new Date(event.atMs).toISOString()} ${event.vendor} ${event.operation} ${event.id} ${event.kind} ${event.detail}\n`,
  );
}

const speed = Number(optionOf('speed') ?? 1);
if (!(speed > 0)) throw new Error('--speed must be a number above 0');
const data = optionOf('data');
const fileOf = (name: string): { stateFile?: string } => (data === undefined ? {} : { stateFile: `${data}/${name}.json` });
const gaussdb = await startGaussdbSimulator({ speed, onEvent: tell, ...fileOf('gaussdb') });
const polardb = await startPolardbSimulator({ speed, onEvent: tell, ...fileOf('polardb') });

const lines = [
  ...Object.entries(gaussdb.urls).map(([name, url]) => `gaussdb ${name}  ${url}`),
  `gaussdb admin  ${gaussdb.adminUrl}`,
  `gaussdb database ports  ${FLEET.gaussdb.primaryInstanceId} ${gaussdb.databasePort(FLEET.gaussdb.primaryInstanceId)}, ${FLEET.gaussdb.instanceId} ${gaussdb.databasePort(FLEET.gaussdb.instanceId)}`,
  `polardb  ${polardb.url}`,
  `polardb admin  ${polardb.adminUrl}`,
  `polardb database port  ${FLEET.polardb.mysqlClusterId} ${polardb.databasePort(FLEET.polardb.mysqlClusterId)}`,
];
process.stdout.write(`${lines.join('\n')}\nReady. The keys are made up and stand in local/simulators/fleet.ts.\n`);

async function end(): Promise<void> {
  await Promise.all([gaussdb.stop(), polardb.stop()]);
  process.exit(0);
}
process.on('SIGINT', () => void end());
process.on('SIGTERM', () => void end());
