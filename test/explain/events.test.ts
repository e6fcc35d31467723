import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Config } from '../../lib/config/config.ts';
import { deliveryOfFile } from '../../lib/alert/delivery-file.ts';
import { explain, type Explanation } from '../../lib/explain/explain.ts';
import { readBody } from '../../lib/explain/read.ts';
import { SUPPOSED } from '../../lib/explain/suppose.ts';
import { CONFIGURED, RECEIVED_AT_MS } from '../alert/fixtures.ts';
import { exampleConfig } from '../scenarios/story.ts';

const EVENTS = join(import.meta.dirname, '../../events');
/** The example's targets and policies, with every source that there is. */
const config: Config = { ...exampleConfig(), sources: CONFIGURED };
/** One alert and our own probe: of the example's policies the one that a single file can meet. */
const ASKED = 'payments-polardb';

type Row = readonly [file: string, where: string, verdict: string, misfits: string];
/**
 * Every sample: which target it leads to (or why to none), the verdict if it were about {@link ASKED} at the moment of its newest alert,
 * and what keeps its alerts, if anything, from counting there.
 */
const ROWS: readonly Row[] = [
  ['alertmanager/gaussdb-mixed.json', 'orders-gaussdb', 'failover criterion-met', ''],
  ['alertmanager/gaussdb-overload.json', 'orders-gaussdb', 'clear no-matching-alert', 'class+severity'],
  ['alertmanager/gaussdb-primary-resolved.json', 'orders-gaussdb', 'clear no-matching-alert', ''],
  ['alertmanager/gaussdb-primary-unreachable.json', 'orders-gaussdb', 'wait dwelling', ''],
  ['alertmanager/gaussdb-truncated.json', 'orders-gaussdb', 'wait dwelling', ''],
  ['alertmanager/unknown-target.json', 'unknown-target', 'wait dwelling', ''],
  ['alibaba-arms/polardb-unreachable.json', 'payments-polardb', 'wait dwelling', ''],
  ['alibaba-cms/polardb-cpu-ok.form.txt', 'payments-polardb', 'clear no-matching-alert', 'class'],
  ['alibaba-cms/polardb-cpu.form.txt', 'payments-polardb', 'clear no-matching-alert', 'class'],
  ['alibaba-cms/polardb-no-data.form.txt', 'payments-polardb', 'clear no-matching-alert', 'class'],
  ['alibaba-cms/polardb-writer-unreachable.form.txt', 'payments-polardb', 'wait dwelling', ''],
  ['alibaba-cms/time-with-unit.form.txt', 'refused bad-time', '', ''],
  ['alibaba-events/polardb-failover.json', 'unknown-target', 'clear no-matching-alert', 'class+severity'],
  ['alibaba-events/polardb-failure-end.json', 'unknown-target', 'clear no-matching-alert', 'severity'],
  ['alibaba-events/polardb-failure-start.form.txt', 'unknown-target', 'wait dwelling', ''],
  ['alibaba-events/polardb-failure-start.json', 'unknown-target', 'wait dwelling', ''],
  ['alibaba-events/rule-callback.json', 'unknown-target', 'wait dwelling', ''],
  ['azure-monitor/log-alert.json', 'unknown-target', 'clear no-matching-alert', 'severity'],
  ['azure-monitor/polardb-fired.json', 'payments-polardb', 'wait dwelling', ''],
  ['azure-monitor/polardb-resolved.json', 'payments-polardb', 'clear no-matching-alert', ''],
  ['azure-monitor/time-without-zone.json', 'refused zone-needed', '', ''],
  ['cloudevents/unreachable-resolved.structured.json', 'unknown-target', 'clear no-matching-alert', ''],
  ['cloudevents/unreachable.batch.json', 'unknown-target', 'wait dwelling', ''],
  ['cloudevents/unreachable.binary.http.txt', 'unknown-target', 'wait dwelling', ''],
  ['cloudevents/unreachable.structured.json', 'unknown-target', 'wait dwelling', ''],
  ['cloudevents/without-time.structured.json', 'refused bad-time', '', ''],
  ['cloudwatch/configuration-change.eventbridge.json', 'ignored', '', ''],
  ['cloudwatch/polardb-composite.eventbridge.json', 'unknown-target', 'clear no-matching-alert', 'class'],
  ['cloudwatch/polardb-overload.eventbridge.json', 'payments-polardb', 'clear no-matching-alert', 'class+severity'],
  ['cloudwatch/polardb-suppressed.eventbridge.json', 'ignored', '', ''],
  ['cloudwatch/polardb-writer-down.eventbridge.json', 'payments-polardb', 'wait dwelling', ''],
  ['cloudwatch/polardb-writer-down.lambda.json', 'payments-polardb', 'wait dwelling', ''],
  ['cloudwatch/polardb-writer-down.raw.json', 'payments-polardb', 'wait dwelling', ''],
  ['cloudwatch/polardb-writer-down.sns.json', 'payments-polardb', 'wait dwelling', ''],
  ['cloudwatch/polardb-writer-no-data.eventbridge.json', 'payments-polardb', 'clear no-matching-alert', ''],
  ['cloudwatch/polardb-writer-recovered.eventbridge.json', 'payments-polardb', 'clear no-matching-alert', ''],
  ['cloudwatch/subscription-confirmation.sns.json', 'ignored', '', ''],
  ['datadog/polardb-no-data.json', 'unknown-target', 'clear no-matching-alert', ''],
  ['datadog/polardb-recovered.json', 'unknown-target', 'clear no-matching-alert', ''],
  ['datadog/polardb-triggered.form.txt', 'unknown-target', 'wait dwelling', ''],
  ['datadog/polardb-triggered.json', 'unknown-target', 'wait dwelling', ''],
  ['datadog/polardb-warn.json', 'unknown-target', 'clear no-matching-alert', 'severity'],
  ['generic/two-checks.json', 'unknown-target', 'wait dwelling', 'class+severity'],
  ['google-cloud/polardb-closed.json', 'unknown-target', 'clear no-matching-alert', ''],
  ['google-cloud/polardb-open.json', 'unknown-target', 'wait dwelling', ''],
  ['google-cloud/test-button.json', 'ignored', '', ''],
  ['grafana/legacy-alerting.json', 'payments-polardb', 'wait dwelling', ''],
  ['grafana/polardb-no-data.json', 'payments-polardb', 'clear no-matching-alert', 'class'],
  ['grafana/polardb-resolved.json', 'payments-polardb', 'clear no-matching-alert', ''],
  ['grafana/polardb-unreachable.json', 'payments-polardb', 'wait dwelling', ''],
  ['grafana/test-button.json', 'ignored', '', ''],
  ['huawei-ces/custom-event-drill.json', 'orders-gaussdb', 'clear no-matching-alert', 'severity'],
  ['huawei-ces/custom-template.smn.json', 'unknown-target', 'clear no-matching-alert', 'class+severity'],
  ['huawei-ces/gaussdb-cpu.smn.json', 'orders-gaussdb', 'clear no-matching-alert', 'class'],
  ['huawei-ces/gaussdb-disk-reminder-zh.smn.json', 'orders-gaussdb', 'clear no-matching-alert', 'class'],
  ['huawei-ces/gaussdb-instance-faulty.smn.json', 'orders-gaussdb', 'clear no-matching-alert', 'severity'],
  ['huawei-ces/gaussdb-instance-recovered.smn.json', 'orders-gaussdb', 'clear no-matching-alert', 'severity'],
  ['huawei-ces/gaussdb-no-data.smn.json', 'orders-gaussdb', 'clear no-matching-alert', 'class'],
  ['huawei-ces/gaussdb-node-faulty.smn.json', 'orders-gaussdb', 'clear no-matching-alert', 'class+severity'],
  ['huawei-ces/gaussdb-replication-lag.functiongraph.json', 'orders-gaussdb', 'clear no-matching-alert', 'class+severity'],
  ['huawei-ces/subscription-confirmation.smn.json', 'ignored', '', ''],
  ['huawei-ces/taurus-instance-abnormal.smn.json', 'orders-gaussdb', 'clear no-matching-alert', 'severity'],
  ['huawei-ces/taurus-instance-recovered.smn.json', 'orders-gaussdb', 'clear no-matching-alert', 'severity'],
  ['nightingale/batch.json', 'payments-polardb', 'wait dwelling', 'class+severity'],
  ['nightingale/polardb-recovered.json', 'payments-polardb', 'clear no-matching-alert', ''],
  ['nightingale/polardb-unreachable.json', 'payments-polardb', 'wait dwelling', ''],
  ['pagerduty/incident-acknowledged.json', 'ignored', '', ''],
  ['pagerduty/incident-resolved.json', 'unknown-target', 'clear no-matching-alert', ''],
  ['pagerduty/incident-triggered.json', 'unknown-target', 'wait dwelling', ''],
  ['pagerduty/ping.json', 'ignored', '', ''],
  ['uptime-kuma/maintenance.json', 'ignored', '', ''],
  ['uptime-kuma/polardb-down.json', 'payments-polardb', 'wait dwelling', ''],
  ['uptime-kuma/polardb-down.multipart.txt', 'payments-polardb', 'wait dwelling', ''],
  ['uptime-kuma/polardb-up.json', 'payments-polardb', 'clear no-matching-alert', ''],
  ['uptime-kuma/test-button.json', 'ignored', '', ''],
  ['uptime-kuma/time-without-zone.json', 'refused zone-needed', '', ''],
  ['zabbix/gaussdb-acknowledged.json', 'ignored', '', ''],
  ['zabbix/gaussdb-problem.json', 'unknown-target', 'wait dwelling', ''],
  ['zabbix/gaussdb-recovery.json', 'unknown-target', 'clear no-matching-alert', ''],
  ['zabbix/gaussdb-timestamp.json', 'unknown-target', 'wait dwelling', ''],
];

function explained(file: string, policyOf?: string): { readonly explanation: Explanation; readonly none: string } {
  const read = deliveryOfFile(basename(file), readFileSync(join(EVENTS, file), 'utf8'), RECEIVED_AT_MS);
  const { understood, configured } = readBody(read, config.sources, dirname(file));
  expect(configured).toBe(true);
  const { alerts, refusals } = understood.parsed;
  const explanation = explain({ config, alerts, policyOf, supposition: SUPPOSED });
  return { explanation, none: refusals[0] === undefined ? 'ignored' : `refused ${refusals[0].code}` };
}

test('every sample is in the table', () => {
  const files = readdirSync(EVENTS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('history') && !entry.name.endsWith('.md'))
    .map((entry) => `${basename(entry.parentPath)}/${entry.name}`);
  expect(ROWS.map(([file]) => file).sort()).toEqual(files.sort());
});

describe('every sample is explained', () => {
  test.each(ROWS)('%s: %s; as its own: %s %s', (file, where, verdict, misfits) => {
    const { explanation, none } = explained(file);
    expect(explanation.targets[0]?.targetId ?? explanation.astray[0]?.why ?? none).toBe(where);
    const target = explained(file, ASKED).explanation.targets[0];
    expect(target === undefined ? '' : `${target.verdict.kind} ${target.verdict.reason}`).toBe(verdict);
    const kinds = target?.alerts.flatMap(({ standings }) => standings.flatMap((one) => one.misfits.map(({ what }) => what))) ?? [];
    expect([...new Set(kinds)].join('+')).toBe(misfits);
  });

  test('and for each that would not act there is something that would make it', () => {
    for (const [file, , verdict] of ROWS) {
      const target = explained(file, ASKED).explanation.targets[0];
      if (target === undefined) continue;
      expect(target.ways.length > 0, file).toBe(!verdict.startsWith('failover'));
      expect(target.stoppers.length > 0, file).toBe(verdict.startsWith('failover'));
    }
  });
});

test('an alert about nobody is astray, whoever it is', () => {
  const { explanation } = explained('alertmanager/unknown-target.json');
  expect(explanation.targets).toEqual([]);
  expect(explanation.astray.map(({ why }) => why)).toEqual(['unknown-target', 'unknown-target']);
});
