import { describe, expect, test } from 'vitest';
import type { Json } from './semantics.ts';
import { alertBy, eventJson, refusalBy } from './semantics.ts';

describe('Azure Monitor', () => {
  const FIRED = eventJson('azure-monitor', 'polardb-fired.json');
  const essentials = (change: Json): Json => {
    const data = FIRED['data'] as Json;
    return { ...FIRED, data: { ...data, essentials: { ...(data['essentials'] as Json), ...change } } };
  };

  test('fired and resolved are one series, though the alert’s id is new each time', () => {
    const resolved = alertBy('azure-monitor', eventJson('azure-monitor', 'polardb-resolved.json'));
    expect(resolved).toMatchObject({ fingerprint: alertBy('azure-monitor', FIRED).fingerprint, status: 'resolved' });
    expect(resolved.observedAtMs - resolved.startsAtMs).toBe(240_000);
    expect(alertBy('azure-monitor', essentials({ alertId: 'other', originAlertId: 'other' })).fingerprint).toBe(resolved.fingerprint);
  });

  test.each([
    ['Sev0', 'critical'],
    ['Sev1', 'error'],
    ['Sev2', 'warning'],
    ['Sev3', 'info'],
    ['Sev4', 'info'],
    ['Sev9', 'unknown'],
  ])('%s', (severity, expected) => {
    expect(alertBy('azure-monitor', essentials({ severity })).severity).toBe(expected);
  });

  test('a time in the manner of the United States needs a zone', () => {
    const body = essentials({ firedDateTime: '11/21/2026 8:00:04 PM' });
    expect(refusalBy('azure-monitor', body)).toBe('zone-needed data.essentials.firedDateTime');
    expect(alertBy('azure-monitor', body, { zone: 'UTC' }).startsAtMs).toBe(Date.UTC(2026, 10, 21, 20, 0, 4));
  });

  test.each([
    [{ monitorCondition: 'Maybe' }, 'malformed data.essentials.monitorCondition'],
    [{ alertRule: null }, 'malformed data.essentials.alertRule'],
    [{ firedDateTime: 7 }, 'bad-time data.essentials.firedDateTime'],
  ])('refused: %j', (change, expected) => {
    expect(refusalBy('azure-monitor', essentials(change))).toBe(expected);
  });
});

describe('Google Cloud Monitoring', () => {
  const OPEN = eventJson('google-cloud', 'polardb-open.json');
  const incident = (change: Json): Json => ({ ...OPEN, incident: { ...(OPEN['incident'] as Json), ...change } });

  test('open and closed are one series, though the incident’s id is new each time', () => {
    expect(alertBy('google-cloud', eventJson('google-cloud', 'polardb-closed.json'))).toMatchObject({
      fingerprint: alertBy('google-cloud', incident({ incident_id: 'other' })).fingerprint,
      status: 'resolved',
      observedAtMs: 1_795_291_444_000,
    });
  });

  test('states in capital letters', () => {
    expect(alertBy('google-cloud', incident({ state: 'OPEN' })).status).toBe('firing');
  });

  test.each([
    [{ state: 'ajar' }, 'malformed incident.state'],
    [{ started_at: 0 }, 'bad-time incident.started_at'],
    [{ resource: {}, resource_name: '', metric: {} }, 'no-resource incident.resource'],
  ])('refused: %j', (change, expected) => {
    expect(refusalBy('google-cloud', incident(change))).toBe(expected);
  });
});
