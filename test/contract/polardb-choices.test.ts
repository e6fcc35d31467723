import { describe, expect, test } from 'vitest';
import { FLEET } from '../../local/simulators/fleet.ts';
import type { PolardbChoices } from '../../local/simulators/polardb/choices.ts';
import type { PolardbSettings } from '../../lib/config/config.ts';
import type { End } from './drive.ts';
import { runFaultMatrix, type FaultMatrixRow } from './fault-matrix.ts';
import { polardbContract } from './polardb-contract.ts';
import { polardbGdnContract } from './polardb-gdn-contract.ts';
import { POSTGRES_SCENE, type PolardbUnderTest } from './polardb-matrix.ts';
import type { ProviderContract } from './provider-contract.ts';
import { READER_1, READER_2 } from './polardb-wire.ts';

/** What the vendor's pages leave open must not matter: every case runs with the provider behaving one way and the other. */
type Choices = Partial<PolardbChoices>;
type Ending = `${End} ${0 | 1 | 2}`;

const LOST_ON_ITS_WAY = 'start: drop-before';
const LOST_ANSWER = 'start: accept-then-drop';
const HELD_UP = 'start: effect-later';
const BEYOND = 'held up beyond every bound';

async function row(contract: ProviderContract<PolardbUnderTest>, fault: string): Promise<FaultMatrixRow> {
  const [only] = await runFaultMatrix(contract, { operation: 'failover', fault });
  if (only === undefined) throw new Error(`no such fault: ${fault}`);
  return only;
}

async function ending(contract: ProviderContract<PolardbUnderTest>, fault: string): Promise<Ending> {
  const { end, effects, why, trail } = await row(contract, fault);
  return effects > 1
    ? `${end} 2`
    : effects === 1 || effects === 0
      ? `${end} ${effects}`
      : expect.unreachable(`${why} ${trail.join(' → ')}`);
}

describe('PolarDB, one way and the other', () => {
  const minute = 60_000;
  test.each<[string, Choices, readonly (readonly [string, Ending])[]]>([
    [
      'tokens are not honoured',
      { clientTokenHonoured: false },
      [
        ['none', 'succeeded 1'],
        [LOST_ON_ITS_WAY, 'succeeded 1'],
        [LOST_ANSWER, 'succeeded 1'],
        [HELD_UP, 'succeeded 1'],
      ],
    ],
    [
      'tokens are forgotten after a minute',
      { clientTokenKeptMs: minute },
      [
        [LOST_ANSWER, 'succeeded 1'],
        [LOST_ON_ITS_WAY, 'succeeded 1'],
        [HELD_UP, 'succeeded 1'],
      ],
    ],
    [
      'a refused request uses its token up',
      { tokenOfRefused: 'kept' },
      [
        ['start: busy', 'succeeded 1'],
        [LOST_ON_ITS_WAY, 'succeeded 1'],
      ],
    ],
    [
      'the ten-minute rule speaks after the status',
      { frequencyRule: 'after-status' },
      [
        [LOST_ANSWER, 'succeeded 1'],
        ['start: automatic-failover-meanwhile', 'preflight 1'],
      ],
    ],
    [
      'there is no ten-minute rule',
      { frequencyRule: 'off' },
      [
        [LOST_ANSWER, 'succeeded 1'],
        [HELD_UP, 'succeeded 1'],
        ['start: automatic-failover-meanwhile', 'preflight 1'],
      ],
    ],
    [
      'the switch shows only after three minutes',
      { startDelayMs: 3 * minute },
      [
        ['none', 'succeeded 1'],
        [LOST_ANSWER, 'succeeded 1'],
      ],
    ],
    [
      'the log shows the switch half an hour late',
      { haLogVisibleAfterMs: 30 * minute },
      [
        ['none', 'succeeded 1'],
        [LOST_ANSWER, 'succeeded 1'],
        [LOST_ON_ITS_WAY, 'succeeded 1'],
      ],
    ],
    [
      'a dead node is Maintaining',
      { deadNodeStatus: 'Maintaining' },
      [
        ['none', 'succeeded 1'],
        [LOST_ON_ITS_WAY, 'succeeded 1'],
      ],
    ],
    [
      'a dead node has a status that no document lists',
      { deadNodeStatus: 'Zombie' },
      [
        ['none', 'succeeded 1'],
        [LOST_ON_ITS_WAY, 'unproved 0'],
      ],
    ],
    [
      'a switch takes nine minutes',
      { failoverMs: 9 * minute },
      [
        ['none', 'succeeded 1'],
        [LOST_ANSWER, 'succeeded 1'],
      ],
    ],
    ['a wrong key is 400, not 404', { invalidAccessKeyStatus: 400 }, [['none', 'succeeded 1']]],
  ])('%s', async (_, choices, cases) => {
    for (const [fault, expected] of cases) {
      const contract = polardbContract({ world: { choices } });
      expect([fault, await ending(contract, fault)]).toEqual([fault, expected]);
    }
  });

  test('PostgreSQL: no log, a named node; every loss still ends in one promotion', async () => {
    const settings = { clusterId: FLEET.polardb.postgresClusterId };
    for (const fault of ['none', LOST_ON_ITS_WAY, LOST_ANSWER, HELD_UP, BEYOND]) {
      expect([fault, await ending(polardbContract({ scene: POSTGRES_SCENE, settings }), fault)]).toEqual([fault, 'succeeded 1']);
    }
  });

  test('the provider’s own failover comes first, onto the same node: it is not repeated, and it is told whose it was', async () => {
    const { end, effects, why } = await row(polardbContract(), 'start: automatic-failover-meanwhile');
    expect({ end, effects }).toEqual({ end: 'succeeded', effects: 1 });
    expect(why).toContain('its own automatic failover and not our request');
  });

  test('the provider’s own failover comes first, onto another node: people are told, and nothing is repeated', async () => {
    const { end, effects, why } = await row(
      polardbContract({ settings: { targetNodeId: READER_2 } }),
      'start: automatic-failover-meanwhile',
    );
    expect({ end, effects }).toEqual({ end: 'failed', effects: 1 });
    expect(why).toContain(`Instead of ${READER_2}, ${READER_1} is the writer now`);
    expect(why).toContain('its own automatic failover and not our request');
  });
});

describe('a request that is held up until after the second start: the hole of rule 17', () => {
  test.each<[string, Choices, Partial<PolardbSettings>, Ending]>([
    ['the token closes it', {}, {}, 'succeeded 1'],
    [
      'without tokens a named node closes it: it is the writer already',
      { clientTokenHonoured: false },
      { targetNodeId: READER_1 },
      'succeeded 1',
    ],
    ['without either it stays open, as is stated to users', { clientTokenHonoured: false, frequencyRule: 'off' }, {}, 'succeeded 2'],
  ])('%s', async (_, choices, settings, expected) => {
    expect(await ending(polardbContract({ world: { choices }, settings }), BEYOND)).toBe(expected);
  });

  test('beyond fifteen minutes the date of its own signature closes it', async () => {
    const world = { choices: { clientTokenHonoured: false, frequencyRule: 'off' } as const };
    const contract = polardbContract({ world });
    const late = {
      ...contract,
      matrix: {
        ...contract.matrix,
        setFault: (under: PolardbUnderTest) =>
          under.simulator.faults.set({ operation: 'FailoverDBCluster', fault: 'effect-later', params: { delayMs: 15 * 60_000 + 1000 } }),
      },
    };
    expect(await ending(late, 'none')).toBe('succeeded 1');
  });
});

describe('the network switch, one way and the other', () => {
  const minute = 60_000;
  test.each<[string, Choices, readonly (readonly [string, Ending])[]]>([
    [
      'the network is not locked meanwhile',
      { gdnLockedDuringSwitch: false },
      [
        ['none', 'succeeded 1'],
        [LOST_ANSWER, 'succeeded 1'],
        [LOST_ON_ITS_WAY, 'succeeded 1'],
      ],
    ],
    [
      'nothing at all is to be seen meanwhile, for ten minutes',
      { gdnLockedDuringSwitch: false, gdnClusterStatus: 'Running', gdnSwitchMs: 10 * minute - 1000 },
      [
        ['none', 'succeeded 1'],
        [LOST_ANSWER, 'succeeded 1'],
        [HELD_UP, 'succeeded 1'],
      ],
    ],
    [
      'a status that no document lists meanwhile',
      { gdnLockedDuringSwitch: false, gdnClusterStatus: 'HALFWAY' },
      [
        ['none', 'succeeded 1'],
        [LOST_ANSWER, 'succeeded 1'],
      ],
    ],
    ['an unforced switch with the primary dead is refused', { gdnUnforced: 'needs-primary' }, [['none', 'succeeded 1']]],
    ['a late copy finds the target leading', {}, [[BEYOND, 'succeeded 1']]],
  ])('%s', async (_, choices, cases) => {
    for (const [fault, expected] of cases) {
      expect([fault, await ending(polardbGdnContract({ choices }), fault)]).toEqual([fault, expected]);
    }
  });
});
