import type { Check } from '../../../decide/verdict.ts';
import type { GdnSettings } from '../../../config/config.ts';
import type { Observation, Operation, Plan, PreflightLimits } from '../../provider.ts';
import { check, lagCheck, readCheck } from '../alibaba/checks.ts';

export const GDN_OPERATIONS: readonly Operation[] = ['failover', 'switchover'];

/**
 * The parameters of SwitchOverGlobalDatabaseNetwork (provider contracts §2.5), in the order in which they are sent: a failover is forced, a
 * switchover is not. Pure.
 */
export function planGdn(settings: GdnSettings, operation: Operation, seen: Observation): Plan | { readonly impossible: string } {
  const impossible = whyImpossible(settings, operation, seen);
  if (impossible !== undefined || seen.writer === undefined)
    return { impossible: impossible ?? 'The network does not have exactly one primary.' };
  return {
    operation,
    parameters: {
      GDNId: settings.gdnId,
      DBClusterId: settings.clusterId,
      Forced: operation === 'failover',
      RegionId: settings.regionId,
    },
    writerBefore: seen.writer,
    promotes: settings.clusterId,
  };
}

function whyImpossible(settings: GdnSettings, operation: Operation, seen: Observation): string | undefined {
  if (!GDN_OPERATIONS.includes(operation)) return `A global database network has no ${operation}.`;
  if (operation === 'failover' && !settings.forced) return 'A failover is a forced switch, and the target says forced: false.';
  if (seen.details['unread'] !== undefined) return `The network could not be read: ${seen.details['unread']}`;
  if (seen.standbyRole === 'none') return `${settings.clusterId} is not a member of the network.`;
  if (seen.standbyRole === 'primary') return `${settings.clusterId} is the primary already.`;
  return undefined;
}

/** Every condition of a network, on what was read right before the call (rules 5, 10, 11). Pure. */
export function preflightGdn(plan: Plan, seen: Observation, limits: PreflightLimits): readonly Check[] {
  const detail = (name: string): string => seen.details[name] ?? '';
  const running = seen.candidates.filter((candidate) => candidate.healthy).map((candidate) => candidate.id);
  const primary = check('writer-healthy', 5, detail('primaryStatus') === 'Running', [detail('primaryStatus'), 'Running']);
  return [
    readCheck('network-read', seen.details['unread']),
    check('network-active', 5, detail('networkStatus') === 'active', [detail('networkStatus'), 'active']),
    check('writer-as-planned', 5, seen.writer !== undefined && seen.writer === plan.writerBefore, [
      seen.writer ?? '',
      plan.writerBefore ?? '',
    ]),
    check('target-standby', 5, seen.standbyRole === 'standby', [seen.standbyRole, 'standby']),
    check('target-running', 11, running.includes(plan.promotes ?? ''), [
      running.join(', ') || 'no standby is running',
      plan.promotes ?? '',
    ]),
    check('replication-healthy', 11, seen.relation === 'healthy', [seen.relation, 'healthy']),
    check('nothing-in-flight', 5, seen.inFlight.length === 0, [seen.inFlight.join(', ') || 'nothing', 'nothing']),
    lagCheck(seen.lagMs, limits),
    ...(plan.operation === 'switchover' ? [primary] : []),
  ];
}
