import type { Operation } from '../../lib/failover/provider.ts';
import type { HttpRequest } from '../../lib/ports.ts';
import type { GaussdbState } from '../../local/simulators/gaussdb/model.ts';
import { startGaussdbSimulator } from '../../local/simulators/gaussdb/simulator.ts';
import type { Simulator } from '../../local/simulators/simulator.ts';
import type { TestClock } from './drive.ts';
import type { FaultMatrixSubject, SimulatorUnderTest } from './fault-matrix.ts';
import { GAUSSDB_FAULTS, ordersOf } from './gaussdb-faults.ts';
import { GAUSSDB_KEY } from './gaussdb-wire.ts';

export interface GaussdbUnderTest extends SimulatorUnderTest {
  readonly simulator: Simulator<GaussdbState>;
}

/** The real simulator over real HTTP, on the driver's clock. */
export const GAUSSDB_MATRIX: FaultMatrixSubject<GaussdbUnderTest> = {
  faults: GAUSSDB_FAULTS,
  startSimulator: async (operation, clock) => await startGaussdbUnderTest(operation, clock),
  setFault: ({ simulator }, fault, operation) => {
    for (const order of ordersOf(fault, operation)) simulator.faults.set(order);
  },
  intent: ({ method, url, body }: HttpRequest) => (method === 'GET' ? undefined : `${method} ${new URL(url).pathname} ${body ?? ''}`),
};

export async function startGaussdbUnderTest(operation: Operation, clock: TestClock): Promise<GaussdbUnderTest> {
  const { accessKey: accessKeyId, secretKey, securityToken } = GAUSSDB_KEY;
  const credentials = [{ accessKeyId, secretKey, securityToken }];
  const simulator = await startGaussdbSimulator({ nowMs: () => clock.nowMs(), credentials });
  simulator.change((state) => arrange(state, operation));
  return {
    simulator,
    url: simulator.url,
    effects: (name) => simulator.counters().effects.filter((effect) => effect.operation === name && effect.by === 'request').length,
    calls: (name) => simulator.counters().requests[name] ?? 0,
    settle: async () => await simulator.tick(),
    close: async () => await simulator.stop(),
  };
}

/** Restore follows a failover that kept the relation; a simulation ends only when one is on. */
export function arrange(state: GaussdbState, operation: Operation): void {
  const [relation] = state.relations;
  if (relation === undefined) throw new Error('the simulator has no relation');
  if (operation === 'restore') Object.assign(relation, { status: 'failover', promotedId: relation.disasterId, supportsRestore: true });
  if (operation === 'simulation-stop') relation.status = 'simulation';
}
