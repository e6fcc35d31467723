import type { Observation } from '../../lib/failover/provider.ts';
import type { ProbeResult } from '../../lib/ports.ts';
import type { Services } from '../../lib/services.ts';
import type { Mutant } from './mutant.ts';

type Bend = NonNullable<Mutant['bend']>;
const always =
  (change: (services: Services) => Services): Bend =>
  () =>
  (services) =>
    change(services);

interface Written {
  status: string;
  startsAt: string;
  endsAt: string;
  labels: Record<string, string>;
}
/** Reads every alert of a body otherwise than it was written. */
const misread =
  (change: (alert: Written, sentAtMs: number) => Written | undefined): NonNullable<Mutant['misreads']> =>
  (body, sentAtMs) => {
    if (!body.startsWith('{"version":"4"') || !body.includes('"alerts":[')) return body;
    const parsed = JSON.parse(body) as { alerts: Written[] };
    const alerts = parsed.alerts.map((alert) => change(alert, sentAtMs)).filter((alert) => alert !== undefined);
    return JSON.stringify({ ...parsed, alerts });
  };
const iso = (ms: number): string => new Date(ms).toISOString();

/** Bugs of understanding, folding, deciding, braking and of the second look. */
export const DECIDER_MUTANTS: readonly Mutant[] = [
  {
    name: 'trust-queue-order',
    breaks: 'What arrives last is what holds.',
    misreads: misread((alert, sentAtMs) =>
      alert.status === 'firing' ? { ...alert, startsAt: iso(sentAtMs) } : { ...alert, startsAt: iso(sentAtMs), endsAt: iso(sentAtMs) },
    ),
  },
  {
    name: 'act-on-message-time',
    breaks: "A firing alert counts from the message's time, not from its own.",
    misreads: misread((alert, sentAtMs) => (alert.status === 'firing' ? { ...alert, startsAt: iso(sentAtMs) } : alert)),
  },
  {
    name: 'overload-is-death',
    breaks: 'An overloaded database counts as dead.',
    misreads: misread((alert) => ({
      ...alert,
      labels: { ...alert.labels, alertname: alert.labels['alertname'] === 'HighCpu' ? 'DatabaseDown' : (alert.labels['alertname'] ?? '') },
    })),
  },
  {
    name: 'warning-is-critical',
    breaks: 'The severity is not looked at.',
    misreads: misread((alert) => ({ ...alert, labels: { ...alert.labels, severity: 'critical' } })),
  },
  {
    name: 'resolve-ignored',
    breaks: 'That a signal is over is not folded.',
    misreads: misread((alert) => (alert.status === 'resolved' ? undefined : alert)),
  },
  {
    name: 'ack-before-write',
    breaks: 'Messages are acknowledged as they are received, before anything is written.',
    acksEarly: true,
  },
  {
    name: 'ignore-pause',
    breaks: 'A pause is not looked at.',
    bend: always((services) => ({
      ...services,
      targets: {
        ...services.targets,
        load: async (targetId) => {
          const state = await services.targets.load(targetId);
          const { pause: _pause, ...controls } = state.controls;
          return { ...state, controls };
        },
      },
    })),
  },
  {
    name: 'brake-released-by-time',
    breaks: 'The brake lets go by itself after two minutes.',
    bend: always((services) => ({
      ...services,
      brake: {
        ...services.brake,
        load: async () => {
          const brake = await services.brake.load();
          const over = brake.on && services.clock.nowMs() - (brake.onSinceMs ?? 0) > 120_000;
          if (over) await services.brake.release('time', services.clock.nowMs());
          return over ? services.brake.load() : brake;
        },
      },
    })),
  },
  {
    name: 'brake-slots-not-counted',
    breaks: 'The slot under the brake is neither taken nor looked at.',
    bend: always((services) => ({
      ...services,
      brake: {
        ...services.brake,
        load: async () => ({ ...(await services.brake.load()), slots: [] }),
        reserve: () => Promise.resolve('reserved'),
      },
    })),
  },
  {
    name: 'no-second-look-before-call',
    breaks: 'Right before the call the provider and the probe are not read again: what the decider saw is good for ten minutes.',
    bend: () => {
      const observations = new Map<string, Observation>();
      const probes = new Map<string, ProbeResult>();
      return (services) => ({
        ...services,
        provider: (name) => {
          const provider = services.provider(name);
          return {
            ...provider,
            observe: (target, deadlineMs) => remembered(observations, target.id, () => provider.observe(target, deadlineMs)),
          };
        },
        probe: { connect: (endpoint, timeoutMs) => remembered(probes, endpoint.host, () => services.probe.connect(endpoint, timeoutMs)) },
      });
    },
  },
  {
    name: 'probe-not-believed',
    breaks: 'A probe that reaches the database contradicts nobody.',
    bend: always((services) => ({
      ...services,
      probe: {
        connect: async (endpoint, timeoutMs) => {
          const found = await services.probe.connect(endpoint, timeoutMs);
          return found.kind === 'alive' ? { kind: 'unreached', why: 'not believed' } : found;
        },
      },
    })),
  },
  {
    name: 'health-overwritten',
    breaks: 'The health is written whatever anybody else has folded meanwhile.',
    bend: always((services) => ({
      ...services,
      targets: {
        ...services.targets,
        save: async (before, change, dependsOn) => {
          if (change.health === undefined || change.failover !== undefined) return services.targets.save(before, change, dependsOn);
          const { healthVersion } = await services.targets.load(before.targetId);
          return services.targets.save({ ...before, healthVersion }, change, dependsOn);
        },
      },
    })),
  },
];

async function remembered<T>(known: Map<string, T>, key: string, read: () => Promise<T>): Promise<T> {
  const before = known.get(key);
  if (before !== undefined) return before;
  const found = await read();
  known.set(key, found);
  return found;
}
