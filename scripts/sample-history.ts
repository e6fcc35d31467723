import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A made-up month of notifications, for trying policies on: events/history/month.ndjson. Nothing in it is left to chance, so that writing
 * it again gives the same file.
 */
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

interface Series {
  readonly name: string;
  readonly observer: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly severity?: string;
  readonly labels?: Readonly<Record<string, string>>;
}
interface Episode {
  readonly series: Series;
  readonly fromMs: number;
  readonly toMs: number;
}
interface Line {
  readonly receivedAtMs: number;
  readonly text: string;
}

const ORDERS = { gaussdbv5_instance_id: 'c04c789b6baa4b6dbcc139c5226f3a2cin14' };
const PAYMENTS = { clusterId: 'pc-bp1abcdefghijk01' };
const LEDGER = { gdnId: 'gdn-bp1fedcba987654' };
const REPORTS = { clusterId: 'pc-bp1mnopqrstuv02' };

const at = (day: number, clock: string): number => Date.parse(`2026-10-${String(day).padStart(2, '0')}T${clock}Z`);
const unreachable = (observer: string, resource: Series['resource']): Series => ({ name: 'DatabaseUnreachable', observer, resource });

/** Both observers see it, the second four seconds later. */
function seenByBoth(resource: Series['resource'], fromMs: number, lastingMs: number): readonly Episode[] {
  return [
    { series: unreachable('eu-1', resource), fromMs, toMs: fromMs + lastingMs },
    { series: unreachable('eu-2', resource), fromMs: fromMs + 4 * SECOND_MS, toMs: fromMs + lastingMs },
  ];
}

/** What happened in that month, told as it would be at a post-mortem. */
function month(): readonly Episode[] {
  const cpu: Series = { name: 'GaussdbHighCpu', observer: 'eu-1', resource: ORDERS, severity: 'warning' };
  const staging: Series = { ...unreachable('eu-1', ORDERS), labels: { env: 'staging' } };
  const stagingToo: Series = { ...unreachable('eu-2', ORDERS), labels: { env: 'staging' } };
  return [
    // A sale: the primary is slow for two hours. Overload is not death.
    { series: cpu, fromMs: at(3, '09:00:00'), toMs: at(3, '11:05:00') },
    // The weekly patch window of the ledger (Tuesdays at three in the morning in Singapore).
    ...seenByBoth(LEDGER, at(5, '19:08:00'), 11 * MINUTE_MS),
    // A 43-second partition between two sites during work on the network.
    ...seenByBoth(ORDERS, at(9, '22:52:05'), 43 * SECOND_MS),
    // One observer alone loses its own network three times in an hour.
    ...[0, 17, 38].map((minute) => ({
      series: unreachable('eu-2', ORDERS),
      fromMs: at(12, '04:10:00') + minute * MINUTE_MS,
      toMs: at(12, '04:10:00') + (minute + 6) * MINUTE_MS,
    })),
    // The primary's disks fail in the night.
    ...seenByBoth(ORDERS, at(15, '02:14:30'), 26 * MINUTE_MS),
    // Half an hour after the failover the new primary restarts.
    ...seenByBoth(ORDERS, at(15, '02:55:00'), 9 * MINUTE_MS),
    // The writer of the payments dies; one monitor sees it, and our own probe would.
    { series: unreachable('eu-1', PAYMENTS), fromMs: at(18, '13:31:12'), toMs: at(18, '13:44:00') },
    // Somebody tests the alerts in staging.
    { series: staging, fromMs: at(19, '10:00:00'), toMs: at(19, '10:20:00') },
    { series: stagingToo, fromMs: at(19, '10:00:03'), toMs: at(19, '10:20:00') },
    // A whole region is gone: three of four databases at once. One event, and one for people.
    ...[ORDERS, PAYMENTS, LEDGER].flatMap((resource) => seenByBoth(resource, at(21, '16:40:00'), 34 * MINUTE_MS)),
    // A slow switch in the network: 75 seconds.
    ...seenByBoth(ORDERS, at(27, '06:18:20'), 75 * SECOND_MS),
    // The reports restart by themselves, and once not quite fast enough.
    { series: unreachable('eu-1', REPORTS), fromMs: at(23, '01:00:00'), toMs: at(23, '01:00:52') },
    { series: unreachable('eu-1', REPORTS), fromMs: at(30, '01:00:00'), toMs: at(30, '01:03:10') },
  ];
}

const GROUP_WAIT_MS = 5 * SECOND_MS;
const REPEAT_MS = 5 * MINUTE_MS;

/** Each episode is told, repeated while it lasts, and told to be over: as Alertmanager does it with short intervals. */
function linesOf(episode: Episode): readonly Line[] {
  const { fromMs, toMs } = episode;
  const lines: Line[] = [];
  for (let atMs = fromMs + GROUP_WAIT_MS; atMs < toMs; atMs += REPEAT_MS) lines.push(notification(episode, 'firing', atMs));
  lines.push(notification(episode, 'resolved', toMs + SECOND_MS));
  return lines;
}

function notification({ series, fromMs, toMs }: Episode, status: 'firing' | 'resolved', receivedAtMs: number): Line {
  const { name, observer, resource, severity = 'critical' } = series;
  const labels = { alertname: name, ...resource, env: 'prod', severity, prometheus: observer, ...series.labels };
  const body = {
    receivedAt: new Date(receivedAtMs).toISOString(),
    version: '4',
    groupKey: `{}:{alertname="${name}"}`,
    truncatedAlerts: 0,
    status,
    receiver: 'understudy',
    groupLabels: { alertname: name },
    commonLabels: labels,
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example.com',
    alerts: [
      {
        status,
        labels,
        annotations: { summary: `${name} seen by ${observer}` },
        startsAt: new Date(fromMs).toISOString(),
        endsAt: status === 'resolved' ? new Date(toMs).toISOString() : '0001-01-01T00:00:00Z',
        generatorURL: '',
        fingerprint: '',
      },
    ],
  };
  return { receivedAtMs, text: JSON.stringify(body) };
}

/** A dead-letter queue that somebody drains a day late: what was said about the disks comes once more. */
function drained(lines: readonly Line[]): readonly Line[] {
  const fromMs = at(15, '02:14:00');
  const late = lines.filter(({ receivedAtMs }) => receivedAtMs >= fromMs && receivedAtMs < fromMs + 10 * MINUTE_MS);
  return late.map(({ receivedAtMs, text }) => {
    const againMs = receivedAtMs + 31 * HOUR_MS;
    const body = JSON.parse(text) as Record<string, unknown>;
    return { receivedAtMs: againMs, text: JSON.stringify({ ...body, receivedAt: new Date(againMs).toISOString() }) };
  });
}

export function sampleHistory(): string {
  const told = month().flatMap(linesOf);
  const lines = [...told, ...drained(told)].sort((a, b) => a.receivedAtMs - b.receivedAtMs);
  return `${lines.map(({ text }) => text).join('\n')}\n`;
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, '../events/history/month.ndjson'), sampleHistory());
