import { availableParallelism } from 'node:os';
import { playInThreads, type Joined } from '../test/simulate/range.ts';
import type { Row } from './row.ts';

const FROM_SEED = 2_000_001;
/** So many that the compiler's warming up is a small part, as it is in the suite's 100,000. */
const EACH_THREAD = 8_000;

/** Histories of the whole system a second, on all processors and on one. */
export async function run(): Promise<Row[]> {
  const threads = availableParallelism();
  const alone = await playInThreads({ fromSeed: FROM_SEED, histories: EACH_THREAD }, 1);
  const all = await playInThreads({ fromSeed: FROM_SEED, histories: EACH_THREAD * threads }, threads);
  const broken = [...alone.broken, ...all.broken];
  if (broken.length > 0) throw new Error(`seed ${broken[0]?.seed} breaks an invariant: npm run simulate -- --replay ${broken[0]?.seed}`);
  return [
    { name: 'one thread', value: perSecond(alone), unit: 'histories/s' },
    {
      name: `${threads} threads`,
      value: perSecond(all),
      unit: 'histories/s',
      ratio: perSecond(all) / perSecond(alone),
      against: 'one thread',
      goal: '100,000 histories in two minutes on two cores: 833/s',
    },
    { name: 'events of a history', value: Math.round((10 * all.events) / all.histories) / 10, unit: 'on average' },
    { name: 'simulated time', value: Math.round(all.simulatedMs / all.wallMs), unit: 'times as fast as the clock' },
  ];
}

function perSecond({ histories, wallMs }: Joined): number {
  return Math.round((1_000 * histories) / wallMs);
}
