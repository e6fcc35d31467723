import { hasAlertBatch, parseAlertBatch, plainDialect } from '../alertmanager-shape.ts';
import { refusal } from '../compose.ts';
import { asRecord } from '../read.ts';
import type { Source } from '../source.ts';

const DIALECT = plainDialect('alertmanager');

/**
 * Prometheus Alertmanager's webhook, version 4 and the older 3 (alerts §1). Version 3 has a 64-bit number for `groupKey`, which JSON
 * numbers cannot hold; it names the group, not an alert, and is not read.
 *
 * What tells it from its relatives is that it states a version above 1 and a group, and has none of Grafana's own fields.
 */
export const alertmanager: Source = {
  name: 'alertmanager',
  recognises(_delivery, json) {
    const body = asRecord(json);
    if (!body || !hasAlertBatch(body)) return false;
    return (body['version'] === '4' || body['version'] === '3') && body['groupKey'] !== undefined && body['orgId'] === undefined;
  },
  parse(_delivery, json, settings) {
    if (json === undefined) return refusal('not-json', '$', 'the body is not JSON');
    const body = asRecord(json);
    return body ? parseAlertBatch(body, settings, DIALECT) : refusal('malformed', '$', 'not an object');
  },
};
