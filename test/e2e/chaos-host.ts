import { dirname } from 'node:path';
import type { FaultOrder } from '../../local/simulators/fault-switch.ts';
import { startEmbedded, type Embedded } from '../../local/embedded.ts';
import { actingConfig, OUTAGES, PROVIDER_NAMES } from '../scenarios/outage.ts';
import { alertmanagerBody } from '../scenarios/story.ts';
import { ended, ROOT } from './lost-reply.ts';

/** What the test tells the host, and what the host tells the test. */
export type Order =
  | { readonly do: 'fire' }
  | { readonly do: 'kill-workers' }
  | { readonly do: 'fault'; readonly vendor: 'gaussdb' | 'polardb'; readonly order: FaultOrder }
  | { readonly do: 'heal' }
  | { readonly do: 'report' };
export type Answer =
  | { readonly say: 'up' }
  | { readonly say: 'told'; readonly channel: string; readonly title: string }
  | { readonly say: 'report'; readonly targets: readonly TargetReport[]; readonly dead: number };
export interface TargetReport {
  readonly targetId: string;
  readonly promotions: number;
  readonly state: string;
  readonly path: readonly string[];
  readonly starts: number;
  readonly trailVerifies: boolean;
}

const [dataDir, hurryText, skewText] = process.argv.slice(2);
if (dataDir === undefined || process.send === undefined) throw new Error('chaos-host is started by the chaos run');
const say = (answer: Answer): void => void process.send?.(answer);
const hurry = Number(hurryText);

const embedded = await startEmbedded({
  root: ROOT,
  dataDir,
  simulatorDir: dirname(dataDir),
  hurry,
  skewMs: Number(skewText),
  releaseInFlight: true,
  functionsDir: process.env['CHAOS_FUNCTIONS'] ?? '.build',
  adjust: () => ({
    ...actingConfig('local'),
    fleet: { brake: { failovers: 99, windowMs: 3_600_000, alarmingPercent: 100, alarmingMin: 99 } },
  }),
  onReceived: ({ channel, title }) => say({ say: 'told', channel, title }),
  onEvent: () => undefined,
});
setInterval(() => void embedded.cloud.invoke('watchdog', {}), 60_000 / hurry);
process.on('message', (order: Order) => void obey(embedded, order));
say({ say: 'up' });

async function obey(running: Embedded, order: Order): Promise<void> {
  const { cloud, gaussdb, polardb } = running;
  if (order.do === 'fire') return fire(running);
  if (order.do === 'kill-workers') return void (await cloud.killEnvironments());
  if (order.do === 'fault') return (order.vendor === 'gaussdb' ? gaussdb : polardb).faults.set(order.order);
  if (order.do === 'heal') {
    gaussdb.faults.clear();
    polardb.faults.clear();
    return;
  }
  const targets = await Promise.all(PROVIDER_NAMES.map((provider) => report(running, provider)));
  const dead = (['alerts', 'failovers', 'polls', 'notices'] as const).reduce((sum, queue) => sum + cloud.deadLetters(queue).length, 0);
  say({ say: 'report', targets, dead });
}

async function fire(running: Embedded): Promise<void> {
  const startsAtMs = running.nowMs() - 100_000;
  for (const provider of PROVIDER_NAMES) {
    OUTAGES[provider].kill(running as never);
    const alert = { startsAtMs, instance: '', labels: OUTAGES[provider].labels, name: 'DatabaseUnreachable' };
    running.cloud.send(
      'alerts',
      alertmanagerBody([
        { ...alert, observer: 'eu-1' },
        { ...alert, observer: 'eu-2' },
      ]),
    );
  }
}

async function report(running: Embedded, provider: (typeof PROVIDER_NAMES)[number]): Promise<TargetReport> {
  const { targetId, promotions } = OUTAGES[provider];
  const { verifyTrail } = await import('../../lib/failover/advance.ts');
  const failover = await ended(running, targetId);
  return {
    targetId,
    promotions: promotions(running as never),
    state: failover?.state ?? 'open',
    path: failover?.trail.map((entry) => `${entry.to}: ${entry.why}`) ?? [],
    starts: failover?.starts ?? 0,
    trailVerifies: failover !== undefined && verifyTrail(failover.trail),
  };
}
