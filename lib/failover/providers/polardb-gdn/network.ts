import type { GdnSettings } from '../../../config/config.ts';
import { unreadReason } from '../alibaba/answer.ts';
import { listOf, numberOf, wordOf, type Fields } from '../alibaba/fields.ts';
import type { Rpc } from '../alibaba/rpc.ts';

/** A global database network as DescribeGlobalDatabaseNetwork tells it (provider contracts §2.5). Words that were not there are empty. */
export interface Network {
  readonly status: string;
  readonly members: readonly Member[];
}
export interface Member {
  readonly id: string;
  /** `primary` or `standby`. */
  readonly role: string;
  readonly region: string;
  readonly status: string;
  /** From `ReplicaLag`, text in seconds; absent where it was not a number. */
  readonly lagMs?: number;
}
export interface Unread {
  readonly unread: string;
}

/** `locked`: no operation is possible; a switch is believed to set it [inferred], so nothing may depend on seeing it. */
export const NETWORK_STATUSES = new Set(['creating', 'active', 'deleting', 'locked', 'removing_member']);

const ACTION = 'DescribeGlobalDatabaseNetwork';

export async function readNetwork(rpc: Rpc, settings: GdnSettings, deadlineMs: number): Promise<Network | Unread> {
  const answer = await rpc.read({ target: settings, action: ACTION, parameters: { GDNId: settings.gdnId }, deadlineMs });
  if (answer.kind !== 'yes') return { unread: `${ACTION}: ${unreadReason(answer)}` };
  return parseNetwork(answer.body, settings.gdnId) ?? { unread: `${ACTION}: the answer was not understood.` };
}

export function memberOf(network: Network, clusterId: string | undefined): Member | undefined {
  return network.members.find((member) => member.id === clusterId);
}

/** The one primary; `undefined` if none or several are told. */
export function primaryOf(network: Network): Member | undefined {
  const primaries = network.members.filter((member) => member.role === 'primary');
  return primaries.length === 1 ? primaries[0] : undefined;
}

const SWITCHING = new Set(['Switching', 'ROLE_SWITCHING', 'StandbyTransing']);

/** Whether a member says that its roles are being changed now. */
export function isSwitching(member: Member): boolean {
  return SWITCHING.has(member.status);
}

/** Whether a switch may be under way, by whomever. */
export function isMoving(network: Network): boolean {
  return network.status === 'locked' || network.members.some(isSwitching);
}

function parseNetwork(body: Fields, gdnId: string): Network | undefined {
  const members = listOf(body['DBClusters'])?.map(parseMember);
  if (body['GDNId'] !== gdnId || members === undefined || members.length === 0) return undefined;
  return { status: wordOf(body['GDNStatus']) ?? '', members };
}

function parseMember(fields: Fields): Member {
  const seconds = numberOf(fields['ReplicaLag']);
  return {
    id: wordOf(fields['DBClusterId']) ?? '',
    role: wordOf(fields['Role']) ?? '',
    region: wordOf(fields['RegionId']) ?? '',
    status: wordOf(fields['DBClusterStatus']) ?? '',
    ...(seconds === undefined ? {} : { lagMs: Math.ceil(seconds * 1000) }),
  };
}
