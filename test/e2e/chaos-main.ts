import { parseArgs } from 'node:util';
import { chaos } from './chaos.ts';

const HELP = `npm run chaos [-- --seed S --runs N --storm SECONDS]

Chaos on the real embedded cloud: SIGKILL of functions and of the host, provider connections dropped and delayed, the data folder's disk filled,
clocks skewed by up to a minute. Then it heals, and every failover has to end, told, with at most one promotion. Exit code 0 or 1.`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '3' },
    storm: { type: 'string', default: '30' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
let wrong = 0;
for (let run = 0; run < Number(values.runs); run += 1) {
  const seed = Number(values.seed) + run;
  const result = await chaos({
    seed,
    stormMs: Number(values.storm) * 1_000,
    hurry: 20,
    log: (line) => console.error(`seed ${seed}: ${line}`),
  });
  const { hostKills, workerKills, faults, fullDisks } = result;
  console.log(`seed ${seed}: ${hostKills} host kills, ${workerKills} worker kills, ${faults} faults, ${fullDisks} full disks`);
  for (const { targetId, promotions, state, starts, trailVerifies } of result.targets) {
    const right = promotions <= 1 && trailVerifies && (state !== 'succeeded' || promotions === 1);
    if (!right) wrong += 1;
    console.log(`  ${targetId.padEnd(18)} ${promotions} promotions, ${state}, sent ${starts} times${right ? '' : '  <-- WRONG'}`);
  }
}
process.exit(wrong === 0 ? 0 : 1);
