import type { PolardbWorld } from '../../local/simulators/polardb/simulator.ts';
import { createPolardbGdnProvider, GDN_ERRORS } from '../../lib/failover/providers/polardb-gdn.ts';

import { createHttp } from '../../lib/platform/https.ts';
import { NETWORK_SCENE, polardbMatrix, type PolardbUnderTest } from './polardb-matrix.ts';
import { documentedErrors, GDN, gdnTarget, MEMBERS, networkReply, no, PRIMARY, SECRET, STANDBY, yes } from './polardb-wire.ts';
import type { ProviderContract } from './provider-contract.ts';

/** The network switch as the contract suite and the generated docs take it; `world` turns what the vendor's pages leave open. */
export function polardbGdnContract(world: PolardbWorld = {}): ProviderContract<PolardbUnderTest> {
  return {
    name: 'polardb-gdn',
    create: createPolardbGdnProvider,
    target: gdnTarget,
    secret: { value: `${SECRET.id}:${SECRET.key}:${SECRET.token}`, parts: Object.values(SECRET) },
    plan: (operation) => ({
      operation,
      parameters: { GDNId: GDN, DBClusterId: STANDBY, Forced: operation === 'failover', RegionId: 'cn-hongkong' },
      writerBefore: PRIMARY,
      promotes: STANDBY,
    }),
    errors: documentedErrors(GDN_ERRORS),
    errorAnswer: no,
    acceptedAnswer: () => yes(),
    unreadableSuccess: 'unknown',
    foreignStatus(_request, word) {
      // The target leads: nothing but the words stands between this and a success.
      const members = MEMBERS.map((member) => ({ ...member, role: member.id === STANDBY ? 'primary' : 'standby', status: word }));
      return yes(networkReply(members, word));
    },
    matrix: polardbMatrix(NETWORK_SCENE, world),
    http: createHttp(),
  };
}
