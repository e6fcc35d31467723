import type { Config } from '../config.ts';
import { formatDuration } from '../duration.ts';
import type { Finding } from '../lint.ts';
import { sectionOf } from '../schema/providers.ts';
import { usedPolicies, type UsedPolicy } from './usage.ts';

/** Above this a lag limit is hardly an RPO any more: seconds are what streaming replication is for. */
export const LAG_LIMIT_MS = 60_000;

export function guardLints(config: Config): readonly Finding[] {
  return [...usedPolicies(config).flatMap((used) => RULES.flatMap((rule) => rule(used))), ...brakeLints(config)];
}

type Rule = (used: UsedPolicy) => readonly Finding[];

const RULES: readonly Rule[] = [
  function unused({ policy, path, targets }) {
    if (targets.length > 0) return [];
    return [
      {
        level: 'info',
        code: 'policy-unused',
        path,
        message: `no target uses the policy ${policy.name}`,
        remedy: 'Remove it, or give it to a target.',
      },
    ];
  },
  function lagOverRpo({ policy: { guards }, path }) {
    if (guards.maxLagMs <= LAG_LIMIT_MS) return [];
    const message = `lets ${formatDuration(guards.maxLagMs)} of writes be lost with nobody asked (rule 10)`;
    return [
      {
        level: 'warning',
        code: 'lag-over-rpo',
        path: [...path, 'guards', 'maxLag'],
        message,
        remedy: 'Lower maxLag to the RPO; overLag: ask lets a person consent to more.',
      },
    ];
  },
  function coolDownShort({ policy: { guards }, path, targets }) {
    const refusing = targets.filter((target) => Number(sectionOf(target.provider)?.minCoolDownMs) > guards.coolDownMs);
    if (refusing.length === 0) return [];
    const message = `is shorter than the time in which the provider of ${refusing.map(({ id }) => id).join(', ')} refuses a second switch`;
    return [{ level: 'warning', code: 'cool-down-short', path: [...path, 'guards', 'coolDown'], message, remedy: 'Write at least 10m.' }];
  },
  function freezeBackwards({ policy: { guards }, path }) {
    return guards.freezes.flatMap((freeze, index): Finding[] => {
      if (freeze.toMs > freeze.fromMs) return [];
      return [
        {
          level: 'error',
          code: 'freeze-never-holds',
          path: [...path, 'guards', 'freezes', index],
          message: 'ends before it begins',
          remedy: 'Swap from and to.',
        },
      ];
    });
  },
];

function brakeLints({ fleet: { brake }, targets }: Config): readonly Finding[] {
  const acting = Object.values(targets).filter(({ mode }) => mode === 'act').length;
  if (acting <= 1 || brake.failovers < acting || brake.alarmingMin <= Object.keys(targets).length) return [];
  const message = 'can never trip: it allows as many failovers as there are acting targets, and wants more alarming targets than there are';
  return [
    { level: 'warning', code: 'brake-never-trips', path: ['fleet', 'brake'], message, remedy: 'Lower failovers or alarmingMin (rule 12).' },
  ];
}
