import type { Config, Guards, Policy } from '../../lib/config/config.ts';
import { DECIDER_MUTANTS } from './mutants-deciding.ts';
import { ACTING_MUTANTS } from './mutants-acting.ts';
import type { Mutant } from './mutant.ts';

export function changePolicies(change: (policy: Policy) => Policy): (config: Config) => Config {
  return (config) => ({
    ...config,
    policies: Object.fromEntries(Object.entries(config.policies).map(([name, policy]) => [name, change(policy)])),
  });
}

const guards = (change: (guards: Guards) => Partial<Guards>): ((config: Config) => Config) =>
  changePolicies((policy) => ({ ...policy, guards: { ...policy.guards, ...change(policy.guards) } }));
const criteria = (change: (criterion: Policy['criteria'][number]) => Partial<Policy['criteria'][number]>): ((config: Config) => Config) =>
  changePolicies((policy) => ({ ...policy, criteria: policy.criteria.map((one) => ({ ...one, ...change(one) })) }));

/** Bugs that are a wrong number or a forgotten line where the configuration is read. */
const CONFIGURED: readonly Mutant[] = [
  { name: 'no-dwell', breaks: 'The dwell is forgotten: it acts at once.', seen: criteria(() => ({ forMs: 0 })) },
  {
    name: 'quorum-counts-alerts',
    breaks: 'One observer suffices, if it says enough.',
    seen: criteria(({ quorum }) => ({ quorum: { ...quorum, observers: quorum.probe ? 2 : 1 } })),
  },
  { name: 'age-ignored', breaks: 'An alert is never too old.', seen: criteria(() => ({ maxAgeMs: Number.MAX_SAFE_INTEGER })) },
  {
    name: 'seconds-for-milliseconds',
    breaks: 'The cool-down is taken for seconds in one place.',
    seen: guards(({ coolDownMs }) => ({ coolDownMs: coolDownMs / 1_000 })),
  },
  { name: 'daily-limit-ignored', breaks: 'Failovers a day are not counted.', seen: guards(() => ({ failoversPerDay: 1_000 })) },
  { name: 'lag-limit-ignored', breaks: 'Any lag is small enough.', seen: guards(() => ({ maxLagMs: Number.MAX_SAFE_INTEGER })) },
  {
    name: 'approval-not-asked',
    breaks: 'The policy wants an approval and nobody is asked.',
    seen: guards(({ approval }) => ({ approval: { ...approval, required: false } })),
  },
  { name: 'freeze-ignored', breaks: 'Freezes are not read.', seen: guards(() => ({ freezes: [] })) },
  {
    name: 'shadow-acts',
    breaks: 'Shadow mode is not looked at.',
    seen: (config) => ({
      ...config,
      targets: Object.fromEntries(Object.entries(config.targets).map(([id, target]) => [id, { ...target, mode: 'act' }])),
    }),
  },
];

/** Every planted bug, by name. */
export const MUTANTS: readonly Mutant[] = [...ACTING_MUTANTS, ...DECIDER_MUTANTS, ...CONFIGURED];

/** @throws {RangeError} for a name that is none. */
export function mutantNamed(name: string): Mutant {
  const found = MUTANTS.find((mutant) => mutant.name === name);
  if (found === undefined) throw new RangeError(`no planted bug "${name}"; there are ${MUTANTS.map((one) => one.name).join(', ')}`);
  return found;
}
