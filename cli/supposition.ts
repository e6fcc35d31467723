import { parseDuration } from '../lib/config/duration.ts';
import { duration } from '../lib/decide/words.ts';
import { SUPPOSED, type Supposition } from '../lib/explain/suppose.ts';
import { UsageError, type Args } from './command.ts';

/** What is supposed of the world, where nobody looks at it. */
export const SUPPOSITION_OPTIONS = {
  look: {
    type: 'string',
    value: 'WHAT',
    help: 'suppose that the provider was read and healthy, or none: nobody looked (default: healthy)',
  },
  probe: { type: 'string', value: 'WHAT', help: 'suppose that our probe found alive, unreached or unsure (default: unreached)' },
  lag: { type: 'string', value: 'TIME', help: 'suppose this replication lag (default: 0s)' },
} as const;

const LOOKS = ['healthy', 'none'] as const;
const PROBES = ['alive', 'unreached', 'unsure'] as const;

/** @throws {UsageError} */
export function suppositionOf(args: Args): Supposition {
  const lag = args.text('lag');
  const lagMs = lag === undefined ? SUPPOSED.lagMs : parseDuration(lag);
  if (lagMs === undefined) throw new UsageError('--lag is not a duration: write 500ms, 3s or 1m.');
  return { look: oneOf(args, 'look', LOOKS) ?? SUPPOSED.look, probe: oneOf(args, 'probe', PROBES) ?? SUPPOSED.probe, lagMs };
}

function oneOf<T extends string>(args: Args, option: string, words: readonly T[]): T | undefined {
  const text = args.text(option);
  const word = words.find((each) => each === text);
  if (text !== undefined && word === undefined) throw new UsageError(`--${option} is one of ${words.join(', ')}.`);
  return word;
}

/** One sentence, without a full stop. */
export function supposedWords({ look, probe, lagMs }: Supposition): string {
  if (look === 'none') return 'nobody has looked at the provider or with our probe';
  const found = { alive: 'reaches the database', unreached: 'does not reach the database', unsure: 'cannot tell' }[probe];
  return `the provider is idle, the standby healthy with a lag of ${duration(lagMs)}, and our own probe (where there is one) ${found}`;
}
