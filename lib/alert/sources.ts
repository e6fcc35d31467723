import type { Source } from './source.ts';
import { alertmanager } from './sources/alertmanager.ts';
import { alibabaArms } from './sources/alibaba-arms.ts';
import { alibabaCms } from './sources/alibaba-cms.ts';
import { alibabaEvents } from './sources/alibaba-events.ts';
import { azureMonitor } from './sources/azure-monitor.ts';
import { cloudevents } from './sources/cloudevents.ts';
import { cloudwatch } from './sources/cloudwatch.ts';
import { datadog } from './sources/datadog.ts';
import { generic } from './sources/generic.ts';
import { googleCloud } from './sources/google-cloud.ts';
import { grafana } from './sources/grafana.ts';
import { huaweiCes } from './sources/huawei-ces.ts';
import { nightingale } from './sources/nightingale.ts';
import { pagerduty } from './sources/pagerduty.ts';
import { uptimeKuma } from './sources/uptime-kuma.ts';
import { zabbix } from './sources/zabbix.ts';

/** Every monitoring system that is understood: one file and one line each. The configuration's `kind` is the source's name. */
export const SOURCES: readonly Source[] = [
  alertmanager,
  alibabaArms,
  alibabaCms,
  alibabaEvents,
  azureMonitor,
  cloudevents,
  cloudwatch,
  datadog,
  generic,
  googleCloud,
  grafana,
  huaweiCes,
  nightingale,
  pagerduty,
  uptimeKuma,
  zabbix,
];

const BY_NAME: ReadonlyMap<string, Source> = new Map(SOURCES.map((source) => [source.name, source]));
export const sourceNamed = (name: string): Source | undefined => BY_NAME.get(name);
