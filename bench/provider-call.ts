import { fork } from 'node:child_process';
import { once } from 'node:events';
import * as http from 'node:http';
import { join } from 'node:path';
import type { Plan, Provider } from '../lib/failover/provider.ts';
import { PROVIDERS, type ProviderName } from '../lib/failover/providers.ts';
import { createHttp } from '../lib/platform/https.ts';
import { exampleConfig, withTarget } from '../test/scenarios/story.ts';
import type { Row } from './row.ts';

const CALLS = 500;
const ROUNDS = 15;
const WARM_UP = 8;

interface Measured {
  readonly name: ProviderName;
  readonly call: () => Promise<void>;
}

/** What signing, our HTTP port and reading the answer add to a warm call: beside a bare `node:http` request to the same server, in turns. */
export async function run(): Promise<Row[]> {
  const server = fork(join(import.meta.dirname, 'answering-server.ts'), { stdio: 'ignore' });
  try {
    const [port] = (await once(server, 'message')) as [number];
    const url = `http://127.0.0.1:${port}`;
    const rows: Row[] = [];
    for (const measured of PLANS.map((plan) => measuredOf(url, plan))) rows.push(await beside(url, measured));
    return rows;
  } finally {
    server.kill();
  }
}

async function beside(url: string, { name, call }: Measured): Promise<Row> {
  const agent = new http.Agent({ keepAlive: true });
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
    const bareUs = await timed(() => bareCall(url, agent));
    const oursUs = await timed(call);
    if (round < WARM_UP) continue;
    bare.push(bareUs);
    ours.push(oursUs);
  }
  agent.destroy();
  const against = `a bare node:http request, ${Math.round(median(bare))} µs`;
  return { name: `${name}: a warm call, signed`, value: Math.round(median(ours)), unit: 'µs', ratio: median(ours) / median(bare), against };
}

/** @returns microseconds of the processor a call, all threads of this process: the same whoever else uses the machine. */
async function timed(call: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < CALLS; index += 1) await call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / CALLS;
}

async function bareCall(url: string, agent: http.Agent): Promise<void> {
  const body = '{"disaster_type":"stream"}';
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
  await new Promise<void>((resolve, reject) => {
    const request = http.request(
      `${url}/v3.5/project/instances/instance/disaster-recovery/failover`,
      { method: 'POST', agent, headers },
      (answer) => {
        answer.resume();
        answer.on('end', resolve);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

const PLANS: readonly { readonly name: ProviderName; readonly targetId: string; readonly plan: Plan }[] = [
  { name: 'gaussdb', targetId: 'orders-gaussdb', plan: { operation: 'failover', parameters: { disaster_type: 'stream' } } },
  { name: 'polardb', targetId: 'payments-polardb', plan: { operation: 'failover', parameters: { DBClusterId: 'pc-bp1abcdefghijk01' } } },
  {
    name: 'polardb-gdn',
    targetId: 'ledger-gdn',
    plan: { operation: 'failover', parameters: { GDNId: 'gdn-bp1fedcba987654', DBClusterId: 'pc-j6cgdnstandby004', Forced: true } },
  },
];

function measuredOf(endpoint: string, { name, targetId, plan }: (typeof PLANS)[number]): Measured {
  const provider = providerOf(name);
  const { gaussdb, polardb, gdn } = exampleConfig('bench').targets[targetId] ?? {};
  const config = withTarget(exampleConfig('bench'), targetId, {
    ...(gaussdb === undefined ? {} : { gaussdb: { ...gaussdb, endpoint } }),
    ...(polardb === undefined ? {} : { polardb: { ...polardb, endpoint } }),
    ...(gdn === undefined ? {} : { gdn: { ...gdn, endpoint } }),
  });
  const target = config.targets[targetId];
  if (target === undefined) throw new Error(`no target ${targetId}`);
  const call = async (): Promise<void> => {
    const outcome = await provider.start({ target, plan, token: 'a'.repeat(64), deadlineMs: Date.now() + 5_000 });
    if (outcome.kind !== 'accepted') throw new Error(`${name}: ${JSON.stringify(outcome)}`);
  };
  return { name, call };
}

function providerOf(name: ProviderName): Provider {
  const secrets = { values: async () => await Promise.resolve(['AKIDEXAMPLE0000:wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY'] as const) };
  let ids = 0;
  const entropy = { id: () => (++ids).toString(16).padStart(32, '0') };
  return PROVIDERS[name]({ http: createHttp(), secrets, clock: { nowMs: () => Date.now() }, entropy });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
