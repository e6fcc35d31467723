import type { Dialect } from '../alertmanager-shape.ts';
import { hasAlertBatch, parseAlertBatch, plainDialect } from '../alertmanager-shape.ts';
import { refusal } from '../compose.ts';
import { asList, asRecord, at } from '../read.ts';
import type { Source } from '../source.ts';

const OWN_LABEL = '_aliyun_arms_';

const DIALECT: Dialect = {
  ...plainDialect('alibaba-arms'),
  severityWords: (labels) => [labels['severity'], labels[`${OWN_LABEL}alert_level`]],
};

/**
 * Alibaba Cloud ARMS, Prometheus edition (alerts §4d): Alertmanager's alerts without version and group key. A firing alert has an
 * `endsAt` in the future, which says when it will be forgotten and not when it ended.
 */
export const alibabaArms: Source = {
  name: 'alibaba-arms',
  recognises(_delivery, json) {
    const body = asRecord(json);
    if (!body || !hasAlertBatch(body) || body['groupKey'] !== undefined) return false;
    const labels = asRecord(at(asList(body['alerts'])[0], 'labels')) ?? {};
    return Object.keys(labels).some((key) => key.startsWith(OWN_LABEL));
  },
  parse(_delivery, json, settings) {
    if (json === undefined) return refusal('not-json', '$', 'the body is not JSON');
    const body = asRecord(json);
    return body ? parseAlertBatch(body, settings, DIALECT) : refusal('malformed', '$', 'not an object');
  },
};
