import type { Config, Policy, Target } from '../config.ts';
import type { Path } from '../faults.ts';

/** A policy as it was written, with the targets that live by it. */
export interface UsedPolicy {
  readonly policy: Policy;
  readonly path: Path;
  readonly targets: readonly Target[];
}

/** A policy derived for one target (`standard/orders`) is told by the name that is in the file. */
export function writtenName(policyName: string): string {
  return policyName.replace(/\/.*/, '');
}

export function usedPolicies(config: Config): readonly UsedPolicy[] {
  return Object.values(config.policies)
    .filter(({ name }) => writtenName(name) === name)
    .map((policy) => ({
      policy,
      path: ['policies', policy.name],
      targets: Object.values(config.targets).filter((target) => writtenName(target.policyName) === policy.name),
    }));
}
