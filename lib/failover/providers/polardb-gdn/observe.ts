import type { GdnSettings } from '../../../config/config.ts';
import type { Observation } from '../../provider.ts';
import { isMoving, isSwitching, memberOf, primaryOf, type Member, type Network, type Unread } from './network.ts';

/** The network in neutral words, seen from the cluster that is to become primary. Pure. */
export function observeGdn(settings: GdnSettings, network: Network | Unread, observedAtMs: number): Observation {
  if ('unread' in network) return unreadObservation(observedAtMs, network.unread);
  const target = memberOf(network, settings.clusterId);
  const standbys = network.members.filter((member) => member.role === 'standby');
  return {
    observedAtMs,
    standbyRole: roleOf(target),
    relation: relationOf(network, target),
    standbyHealthy: target === undefined ? false : target.status === 'Running',
    // Only a standby can be behind; the number of a primary says nothing about what a switch would lose.
    lagMs: target?.role === 'standby' ? target.lagMs : undefined,
    inFlight: inFlight(network),
    writer: primaryOf(network)?.id,
    candidates: standbys.map((member) => ({ id: member.id, healthy: member.status === 'Running', zone: member.region, priority: 0 })),
    lastSwitchAtMs: undefined,
    details: {
      networkStatus: network.status,
      primaryStatus: primaryOf(network)?.status ?? '',
      members: network.members.map((member) => [member.id, member.role, member.status, member.region].join(' ').trim()).join(', '),
    },
  };
}

function unreadObservation(observedAtMs: number, why: string): Observation {
  return {
    observedAtMs,
    standbyRole: 'unknown',
    relation: 'unknown',
    standbyHealthy: undefined,
    lagMs: undefined,
    inFlight: [],
    writer: undefined,
    candidates: [],
    lastSwitchAtMs: undefined,
    details: { unread: why },
  };
}

function roleOf(target: Member | undefined): Observation['standbyRole'] {
  if (target === undefined) return 'none';
  return target.role === 'standby' || target.role === 'primary' ? target.role : 'unknown';
}

function relationOf(network: Network, target: Member | undefined): Observation['relation'] {
  if (isMoving(network)) return 'switching';
  if (network.status !== 'active' || target?.role !== 'standby') return 'unknown';
  return target.status === 'Running' ? 'healthy' : 'broken';
}

function inFlight(network: Network): readonly string[] {
  const whole = network.status === 'active' ? [] : [`network ${network.status === '' ? 'without a status' : network.status}`];
  return [...whole, ...network.members.filter(isSwitching).map((member) => `${member.id} ${member.status}`)];
}
