import { FAULTS, type FaultName, type FaultRow } from '../../local/simulators/faults.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import type { FaultOrder } from '../../local/simulators/fault-switch.ts';
import { startPolardbSimulator, type PolardbSimulator, type PolardbWorld } from '../../local/simulators/polardb/simulator.ts';
import type { Operation } from '../../lib/failover/provider.ts';
import type { TestClock } from './drive.ts';
import type { Fault, FaultMatrixSubject, SimulatorUnderTest } from './fault-matrix.ts';
import { GDN, intentOf, SECRET } from './polardb-wire.ts';

/** What the two PolarDB providers differ in, seen from the simulator. */
export interface Scene {
  /** The action that changes something, and the read that tells its roles. */
  readonly action: 'FailoverDBCluster' | 'SwitchOverGlobalDatabaseNetwork';
  readonly read: 'DescribeDBClusterAttribute' | 'DescribeGlobalDatabaseNetwork';
  /** What is promoted, by the simulator's counters. */
  readonly promoted: string;
  /** Whose writer dies when a failover is due. */
  readonly dies: string;
}
export const CLUSTER_SCENE: Scene = {
  action: 'FailoverDBCluster',
  read: 'DescribeDBClusterAttribute',
  promoted: FLEET.polardb.mysqlClusterId,
  dies: FLEET.polardb.mysqlClusterId,
};
/** PostgreSQL: no HA log, and a node has to be named. */
export const POSTGRES_SCENE: Scene = { ...CLUSTER_SCENE, promoted: FLEET.polardb.postgresClusterId, dies: FLEET.polardb.postgresClusterId };
export const NETWORK_SCENE: Scene = {
  action: 'SwitchOverGlobalDatabaseNetwork',
  read: 'DescribeGlobalDatabaseNetwork',
  promoted: GDN,
  dies: FLEET.polardb.gdnPrimaryClusterId,
};

export interface PolardbUnderTest extends SimulatorUnderTest {
  readonly simulator: PolardbSimulator;
  /** Set as soon as the simulator has accepted the operation. */
  onAccepted: readonly FaultOrder[];
}

type Expected = NonNullable<Fault['expected']>;
const SUCCEEDED: Expected = [{ end: 'succeeded', effects: 1 }];
const MINUTE_MS = 60_000;

/** Where not every fault of the operation's own request ends in one promotion that is seen to its end. */
const AT_START: Partial<Record<FaultName, Expected>> = {
  'expired-credentials': [{ end: 'refused', effects: 0 }],
  'accept-without-effect': [{ end: 'failed', effects: 0 }],
  'stuck-running': [{ end: 'stuck', effects: 1 }],
  'promote-fail': [{ end: 'failed', effects: 1 }],
};

interface Entry extends Fault {
  /** From the beginning. */
  readonly orders?: readonly FaultOrder[];
  readonly onAccepted?: readonly FaultOrder[];
}

/**
 * The whole menu of the simulator: each fault on the operation's own request, on every read from the beginning, and on the reads after
 * the acceptance; then what only several of them together can do.
 */
function menu(scene: Scene): readonly Entry[] {
  const rows = Object.entries(FAULTS) as [FaultName, FaultRow][];
  const mine = rows.filter(([, row]) => row.vendors.includes('polardb') && row.stage !== 'listener');
  return [
    { name: 'none', what: 'Nothing goes wrong.', expected: SUCCEEDED },
    ...mine.filter(([, row]) => row.on !== 'read').map(([name, row]) => atStart(scene, name, row)),
    ...mine.filter(([, row]) => row.on !== 'effect' && row.stage !== 'world').flatMap(([name, row]) => onReads(scene, name, row)),
    ...listener(),
    ...together(scene),
    ...(scene.action === 'FailoverDBCluster' ? log() : []),
  ];
}

function atStart({ action }: Scene, fault: FaultName, row: FaultRow): Entry {
  return { name: `start: ${fault}`, what: row.says, orders: [{ operation: action, fault }], expected: AT_START[fault] ?? SUCCEEDED };
}

/** A slow answer that still comes within the call is no fault of a read; one that comes too late is. */
function onReads({ read }: Scene, fault: FaultName, row: FaultRow): readonly Entry[] {
  const unread: Expected = [
    { end: 'impossible', effects: 0 },
    { end: 'preflight', effects: 0 },
  ];
  const lies = row.stage === 'reply';
  const always: Entry = {
    name: `reads: ${fault}`,
    what: `${row.says} On every read.`,
    orders: [{ operation: read, fault, times: 'always' }],
  };
  const after: Entry = {
    name: `reads after the start: ${fault}`,
    what: `${row.says} On five reads.`,
    onAccepted: [{ operation: read, fault, times: 5 }],
  };
  return [
    fault === 'wrong-role' ? always : { ...always, expected: unread },
    lies && fault === 'wrong-role' ? after : { ...after, expected: SUCCEEDED },
  ];
}

function listener(): readonly Entry[] {
  const fault = 'refuse-connection';
  return [
    {
      name: `all: ${fault}`,
      what: 'Nothing can be reached at all.',
      orders: [{ operation: '*', fault }],
      expected: [{ end: 'impossible', effects: 0 }],
    },
    {
      name: `start: ${fault}`,
      what: 'No connection is accepted when the request is about to leave, and for five seconds.',
      orders: [{ operation: '*', fault, params: { durationMs: 5000 } }],
      fromStart: true,
      expected: SUCCEEDED,
    },
    {
      name: `after the start: ${fault}`,
      what: 'Nothing can be reached for a minute after the acceptance.',
      onAccepted: [{ operation: '*', fault, params: { durationMs: MINUTE_MS } }],
      expected: SUCCEEDED,
    },
  ];
}

function together({ action, read }: Scene): readonly Entry[] {
  const start = (fault: FaultName, params: FaultOrder['params'] = {}, times = 1): FaultOrder => ({
    operation: action,
    fault,
    params,
    times,
  });
  const lateMs = 15 * MINUTE_MS - 1;
  return [
    {
      name: 'the answer is lost, and the reads fail',
      what: 'Accepted, the answer is lost, and five reads are answered with 500.',
      orders: [start('accept-then-drop')],
      onAccepted: [{ operation: read, fault: '5xx-before', times: 5 }],
      expected: SUCCEEDED,
    },
    {
      name: 'the answer is lost, and the roles show late',
      what: 'Accepted, the answer is lost, and the roles stay as they were for two minutes.',
      orders: [start('accept-then-drop'), start('state-lag', { ms: 2 * MINUTE_MS })],
      expected: SUCCEEDED,
    },
    {
      name: 'the answer is lost, and the log shows late',
      what: 'Accepted, the answer is lost, and the HA log has the switch ten minutes later.',
      orders: [start('accept-then-drop'), start('records-lag', { ms: 10 * MINUTE_MS })],
      expected: SUCCEEDED,
    },
    {
      name: 'the answer is lost, and nothing is done',
      what: 'Accepted without effect, and the answer is lost: the second start is the one that counts.',
      orders: [start('accept-then-drop'), start('accept-without-effect')],
    },
    {
      name: 'lost twice',
      what: 'Two requests in a row vanish without effect.',
      orders: [start('drop-before', {}, 2)],
      expected: [{ end: 'unproved', effects: 0 }],
    },
    {
      name: 'held up beyond every bound',
      what: 'The first request arrives after the second start: the hole that rule 17 names, closed by the token or by the provider’s own guard.',
      orders: [start('effect-later', { delayMs: lateMs })],
      expected: SUCCEEDED,
    },
  ];
}

/** The reads beside the one that tells the roles: nothing hangs on them alone, but without the log nothing can be proved not to be. */
function log(): readonly Entry[] {
  const never = (operation: string): FaultOrder => ({ operation, fault: '5xx-before', times: 'always' });
  return [
    {
      name: 'the list of nodes fails',
      what: 'DescribeDBClusters is always answered with 500.',
      orders: [never('DescribeDBClusters')],
      expected: SUCCEEDED,
    },
    { name: 'the log fails', what: 'DescribeHALogs is always answered with 500.', orders: [never('DescribeHALogs')], expected: SUCCEEDED },
    {
      name: 'the request is lost, and the log fails',
      what: 'The request vanishes, and DescribeHALogs is always answered with 500: nothing can be proved, and nothing is repeated.',
      orders: [{ operation: 'FailoverDBCluster', fault: 'drop-before' }, never('DescribeHALogs')],
      expected: [{ end: 'unproved', effects: 0 }],
    },
  ];
}

/** A simulator, in the state in which the operation is lawful: for a failover the writer is dead, for a switchover all is well. */
async function startSimulator(scene: Scene, world: PolardbWorld, operation: Operation, clock: TestClock): Promise<PolardbUnderTest> {
  const credentials = [{ accessKeyId: SECRET.id, secretKey: SECRET.key, securityToken: SECRET.token }];
  const under: { onAccepted: readonly FaultOrder[] } = { onAccepted: [] };
  let laterMs = 0;
  const simulator = await startPolardbSimulator({
    credentials,
    ...world,
    nowMs: () => clock.nowMs() + laterMs,
    onEvent: (event) => {
      if (event.kind !== 'started') return;
      for (const order of under.onAccepted) simulator.faults.set(order);
      under.onAccepted = [];
    },
  });
  if (operation === 'failover') simulator.setOutage(scene.dies, true);
  const count = (counts: Readonly<Record<string, number>>): number => counts[scene.promoted] ?? 0;
  return Object.assign(under, {
    simulator,
    url: simulator.url,
    // Counted an hour later, when everything that was still on its way has arrived. A switch by the provider itself counts too: two
    // switches are two switches, whoever made them.
    effects: () => {
      laterMs = 60 * MINUTE_MS;
      simulator.change(() => undefined);
      return count(simulator.counters().promotions) + count(simulator.counters().vendorPromotions);
    },
    calls: () => simulator.counters().requests[scene.action] ?? 0,
    settle: () => simulator.tick(),
    close: () => simulator.stop(),
  });
}

export function polardbMatrix(scene: Scene, world: PolardbWorld = {}): FaultMatrixSubject<PolardbUnderTest> {
  const entries = menu(scene);
  return {
    faults: entries,
    startSimulator: (operation, clock) => startSimulator(scene, world, operation, clock),
    setFault(under, fault) {
      const entry = entries.find((one) => one.name === fault);
      for (const order of entry?.orders ?? []) under.simulator.faults.set(order);
      under.onAccepted = [...(entry?.onAccepted ?? [])];
    },
    intent: intentOf,
  };
}
