import { readFileSync } from 'node:fs';
import { loadConfig } from '../lib/config/load.ts';
import type { Config } from '../lib/config/config.ts';

/** Bodies as Alertmanager posts them, made without chance, so that every run measures the same bytes. */
export interface Batches {
  readonly targets: number;
  readonly alertsPerBatch: number;
  readonly startMs: number;
  /** Between two batches. */
  readonly stepMs: number;
}

const MINUTE_MS = 60_000;
/** A series fires for so long … */
const EPISODE_MS = 10 * MINUTE_MS;
/** … of so long: what is slow or full half of the time, a database's death a twelfth of it. */
const CYCLE_MS = 2 * EPISODE_MS;
const DEATH_CYCLE_MS = 12 * EPISODE_MS;
/** Everything there is in a month of alerts: most of it is no death. */
const NAMES = [
  ['DatabaseUnreachable', 'critical'],
  ['GaussdbHighCpu', 'warning'],
  ['GaussdbDiskFull', 'warning'],
  ['ReplicationLag', 'warning'],
  ['TooManyConnections', 'warning'],
] as const;
const OBSERVERS = ['monitoring/eu-1', 'monitoring/eu-2'] as const;

export function targetName(index: number): string {
  return `instance-${String(index).padStart(4, '0')}in14`;
}

/** The example's configuration with as many targets as wanted, all under its strictest policy. */
export function configWith(targets: number): Config {
  const loaded = loadConfig(readFileSync(new URL('../understudy.yml', import.meta.url), 'utf8'), { stage: 'bench' });
  const model = loaded.ok ? loaded.config.targets['orders-gaussdb'] : undefined;
  if (!loaded.ok || model === undefined) throw new Error('understudy.yml cannot be read, or has no target orders-gaussdb');
  const made = Array.from({ length: targets }, (_, index) => {
    const id = `target-${String(index).padStart(4, '0')}`;
    return [id, { ...model, id, identities: [{ key: 'gaussdbv5_instance_id', value: targetName(index) }] }] as const;
  });
  return { ...loaded.config, targets: Object.fromEntries(made) };
}

/** The body of the batch of this number, and when it was received. */
export function batch(number: number, { targets, alertsPerBatch, startMs, stepMs }: Batches): { atMs: number; body: string } {
  const atMs = startMs + number * stepMs;
  const alerts = Array.from({ length: alertsPerBatch }, (_, index) => alert(number * alertsPerBatch + index, targets, atMs));
  const status = alerts.some((one) => one.status === 'firing') ? 'firing' : 'resolved';
  const body = {
    receiver: 'understudy',
    status,
    alerts,
    groupLabels: { alertname: 'databases' },
    commonLabels: { env: 'prod' },
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example.com:9093',
    version: '4',
    groupKey: '{}/{team="databases"}:{alertname="databases"}',
    truncatedAlerts: 0,
  };
  return { atMs, body: JSON.stringify(body) };
}

/** Series by series, each with its own rhythm of firing and resting. */
function alert(number: number, targets: number, atMs: number): { readonly status: string } & Readonly<Record<string, unknown>> {
  const series = (number * 7) % (targets * NAMES.length * OBSERVERS.length);
  const target = series % targets;
  const [alertname, severity] = NAMES[Math.floor(series / targets) % NAMES.length] ?? NAMES[0];
  const prometheus = OBSERVERS[Math.floor(series / targets / NAMES.length)] ?? OBSERVERS[0];
  const cycleMs = severity === 'critical' ? DEATH_CYCLE_MS : CYCLE_MS;
  // Both observers see one and the same thing.
  const beganMs = atMs - ((atMs + target * 97_000 + NAMES.length * alertname.length) % cycleMs);
  const firing = atMs - beganMs < EPISODE_MS;
  const instance = targetName(target);
  return {
    status: firing ? 'firing' : 'resolved',
    labels: { alertname, env: 'prod', gaussdbv5_instance_id: instance, job: 'database-exporter', prometheus, severity, team: 'databases' },
    annotations: {
      description: `${alertname} on ${instance} has been seen by ${prometheus} for more than a minute.`,
      runbook_url: 'https://runbooks.example.com/databases',
      summary: `${alertname} on ${instance}`,
    },
    startsAt: new Date(beganMs).toISOString(),
    endsAt: firing ? '0001-01-01T00:00:00Z' : new Date(beganMs + EPISODE_MS).toISOString(),
    generatorURL: `http://prometheus.example.com:9090/graph?g0.expr=${alertname}&g0.tab=1`,
    fingerprint: series.toString(16).padStart(16, '0'),
  };
}
