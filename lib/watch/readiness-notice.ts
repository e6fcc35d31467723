import type { Target } from '../config/config.ts';
import { duration } from '../decide/words.ts';
import type { Notice } from '../notify/notice.ts';
import type { Readiness } from './standing.ts';

/** What a person does about a red check; the checks that are not here speak for themselves. */
const STEPS: Readonly<Record<string, string>> = {
  'own-record': 'Look at the item of the target in the table: nobody acts on what cannot be understood',
  'provider-read': 'Check the credential, its expiry and its rights at the provider, and the ids in the configuration',
  'provider-free': 'Look at the operation that does not end at the provider',
  'standby-role': 'If the roles were changed on purpose: rebuild the standby, or turn the settings of the target round',
  relation: 'Mend the replication at the provider',
  'standby-health': 'Mend the standby at the provider',
  lag: 'Find out why the standby lags: a failover now would lose data, or be refused',
  'probe-reaches': 'Check the endpoint of the probe, its name and its firewall',
  'last-drill': 'Find out why the scheduled drills do not run',
};

/** The notice of a standing that has just changed: the same record gives the same notice. Pure. */
export function readinessNotice({ mode }: Pick<Target, 'mode'>, readiness: Readiness): Notice {
  return readiness.standing === 'lost' ? lost(mode, readiness) : back(mode, readiness);
}

function lost(mode: Target['mode'], { targetId, sinceMs, checks }: Readiness): Notice {
  const red = checks.filter(({ verdict }) => verdict === 'fail');
  return {
    key: `${targetId}/readiness-lost/${sinceMs}`,
    targetId,
    kind: 'readiness-lost',
    urgency: mode === 'act' ? 'page' : 'tell',
    title: `${targetId}: NOT READY, a failover would not go through now`,
    facts: [
      { name: 'Mode', value: mode },
      ...red.map(({ name, value, limit }) => ({ name: `✗ ${name}`, value: `${value} (limit: ${limit})` })),
    ],
    steps: [...red.flatMap(({ name }) => STEPS[name] ?? []), `Prove that it is mended: understudy drill ${targetId}`],
    atMs: sinceMs,
  };
}

function back(mode: Target['mode'], { targetId, sinceMs, beforeMs, checks }: Readiness): Notice {
  const passed = checks.filter(({ verdict }) => verdict === 'pass').length;
  return {
    key: `${targetId}/readiness-back/${sinceMs}`,
    targetId,
    kind: 'readiness-back',
    urgency: 'tell',
    title: `${targetId}: ready again`,
    facts: [
      { name: 'Mode', value: mode },
      { name: 'Was not ready for', value: duration(beforeMs ?? 0) },
      { name: 'Checks', value: `${passed} of ${checks.length} pass, none fails` },
    ],
    steps: [],
    atMs: sinceMs,
  };
}
