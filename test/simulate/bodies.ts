import type { Alert } from '../../lib/alert/alert.ts';
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
  const { status, startsAtMs, endsAtMs = startsAtMs } = alert;
  return {
    status,
    labels: labelsOf(alert),
    annotations: {},
    startsAt: iso(startMs + startsAtMs),
    endsAt: status === 'resolved' ? iso(startMs + endsAtMs) : '0001-01-01T00:00:00Z',
    fingerprint: fingerprintOf(alert),
  };
}

/** As it has to be understood. */
export function alertOf(alert: ScriptedAlert, startMs: number): Alert {
  const { name, severity, observer, status, startsAtMs, endsAtMs = startsAtMs } = alert;
  return {
    source: 'alertmanager',
    observer,
    fingerprint: fingerprintOf(alert),
    name,
    class: alert.class,
    severity,
    status,
    startsAtMs: startMs + startsAtMs,
    observedAtMs: startMs + (status === 'resolved' ? Math.max(startsAtMs, endsAtMs) : startsAtMs),
    resources: [],
    labels: labelsOf(alert),
    summary: name,
  };
}

function labelsOf({ target, name, severity, observer }: ScriptedAlert): Alert['labels'] {
  const [key, value] = target === 'nobody' ? ['clusterId', 'pc-of-somebody-else'] : MEMBER[target].label;
  return { alertname: name, severity, prometheus: observer, [key]: value };
}

function fingerprintOf({ name, observer }: ScriptedAlert): string {
  return `${name}-${observer}`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
