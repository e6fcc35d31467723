import type { Check } from '../../../decide/verdict.ts';
import type { PreflightLimits } from '../../provider.ts';

/** One named check out of a condition; an empty value is unknown, and is said. */
export function check(name: string, rule: number, passes: boolean, [value, limit]: readonly [string, string]): Check {
  return { name, rule, verdict: passes ? 'pass' : 'fail', value: value === '' ? 'unknown' : value, limit };
}

/** Rule 10: an unknown lag is refused, whatever was consented to; one over the limit needs the consent. */
export function lagCheck(lagMs: number | undefined, limits: PreflightLimits): Check {
  const limit = `${limits.maxLagMs} ms${limits.dataLossConsented ? ', or more with the consent that was given' : ''}`;
  if (lagMs === undefined) return check('lag', 10, false, ['unknown', limit]);
  return check('lag', 10, lagMs <= limits.maxLagMs || limits.dataLossConsented, [`${lagMs} ms`, limit]);
}

/** Whether there is anything to check at all; what could not be read may be readable in a moment. */
export function readCheck(name: string, unread: string | undefined): Check {
  return check(name, 5, unread === undefined, [unread === undefined ? 'read' : `not read: ${unread}`, 'read']);
}
