import { MEMBER } from './fleet.ts';
import type { Delivery, ScriptedAlert } from './script.ts';

const bodies = new WeakMap<Delivery, string>();

/** What Alertmanager would post for these alerts. The history of a delivery has one start. */
export function bodyOf(delivery: Delivery, startMs: number): string {
  const body = bodies.get(delivery) ?? rendered(delivery, startMs);
  bodies.set(delivery, body);
  return body;
}

function rendered(delivery: Delivery, startMs: number): string {
  if (delivery.garbage !== undefined) return delivery.garbage;
  const alerts = delivery.alerts.map((alert) => renderedAlert(alert, startMs));
  const status = delivery.alerts.some((alert) => alert.status === 'firing') ? 'firing' : 'resolved';
  return JSON.stringify({ version: '4', groupKey: '{}', status, receiver: 'understudy', alerts });
}

function renderedAlert(alert: ScriptedAlert, startMs: number): unknown {
  const [key, value] = alert.target === 'nobody' ? ['clusterId', 'pc-of-somebody-else'] : MEMBER[alert.target].label;
  const { name, severity, observer, status, startsAtMs, endsAtMs = startsAtMs } = alert;
  return {
    status,
    labels: { alertname: name, severity, prometheus: observer, [key]: value },
    annotations: {},
    startsAt: iso(startMs + startsAtMs),
    endsAt: status === 'resolved' ? iso(startMs + endsAtMs) : '0001-01-01T00:00:00Z',
    fingerprint: `${name}-${observer}`,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
