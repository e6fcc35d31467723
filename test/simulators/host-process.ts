import { startGaussdbSimulator } from '../../local/simulators/gaussdb/simulator.ts';
import { startPolardbSimulator } from '../../local/simulators/polardb/simulator.ts';

/** A process of its own for the durability test, which kills it. Prints the urls as one line of JSON. */
const [, , folder] = process.argv;
const gaussdb = await startGaussdbSimulator({ speed: 100, stateFile: `${folder}/gaussdb.json` });
const polardb = await startPolardbSimulator({ speed: 100, stateFile: `${folder}/polardb.json` });
process.stdout.write(
  `${JSON.stringify({ gaussdb: gaussdb.url, gaussdbAdmin: gaussdb.adminUrl, polardb: polardb.url, polardbAdmin: polardb.adminUrl })}\n`,
);
