import { readFileSync } from 'node:fs';
import { loadConfig } from '../../lib/config/load.ts';
import type { Config, Target } from '../../lib/config/config.ts';
import type { Alert } from '../../lib/alert/alert.ts';

/** The example configuration of the repository: what runs is what is tested. */
export function exampleConfig(stage = 'test'): Config {
  const loaded = loadConfig(readFileSync(new URL('../../understudy.yml', import.meta.url), 'utf8'), { stage });
  if (!loaded.ok) throw new Error(`understudy.yml: ${JSON.stringify(loaded.faults)}`);
  return loaded.config;
}

export function withTarget(config: Config, targetId: string, change: Partial<Target>): Config {
  const target = config.targets[targetId];
  if (target === undefined) throw new Error(`no target ${targetId}`);
  return { ...config, targets: { ...config.targets, [targetId]: { ...target, ...change } } };
}

/** An Alertmanager body with the alerts given. */
export function alertmanagerBody(alerts: readonly Partial<StoryAlert>[]): string {
  return JSON.stringify({
    version: '4',
    groupKey: '{}:{}',
    truncatedAlerts: 0,
    status: alerts.some((alert) => alert.status !== 'resolved') ? 'firing' : 'resolved',
    receiver: 'understudy',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example.com',
    alerts: alerts.map((alert) => rendered({ ...standard, ...alert })),
  });
}

export interface StoryAlert {
  readonly name: string;
  readonly status: Alert['status'];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly observer: string;
  readonly instance: string;
  readonly severity: string;
  readonly labels: Readonly<Record<string, string>>;
}

const standard: StoryAlert = {
  name: 'GaussdbPrimaryUnreachable',
  status: 'firing',
  startsAtMs: 0,
  endsAtMs: 0,
  observer: 'monitoring/eu-1',
  instance: 'c04c789b6baa4b6dbcc139c5226f3a2cin14',
  severity: 'critical',
  labels: {},
};

function rendered(alert: StoryAlert): Record<string, unknown> {
  const { name, status, startsAtMs, endsAtMs, observer, instance, severity } = alert;
  return {
    status,
    labels: { alertname: name, gaussdbv5_instance_id: instance, severity, prometheus: observer, env: 'prod', ...alert.labels },
    annotations: { summary: `${name} seen by ${observer}` },
    startsAt: new Date(startsAtMs).toISOString(),
    endsAt: status === 'resolved' ? new Date(endsAtMs).toISOString() : '0001-01-01T00:00:00Z',
    generatorURL: '',
    fingerprint: '',
  };
}
