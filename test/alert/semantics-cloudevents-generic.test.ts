import { describe, expect, test } from 'vitest';
import { alertBy, eventJson, ignoredBy, parsedBy, refusalBy } from './semantics.ts';

describe('CloudEvents', () => {
  const EVENT = eventJson('cloudevents', 'unreachable.structured.json');
  const TYPE = 'org.example.database.unreachable';
  const binary = (headers: Readonly<Record<string, string>>, body = '{}') =>
    parsedBy('cloudevents', body, {
      headers: { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/a', 'ce-type': TYPE, 'ce-time': '2026-11-21T20:00:04Z', ...headers },
    });

  test.each([
    ['the type’s last word', { type: `${TYPE}.resolved` }, 'resolved'],
    ['the data’s state, which wins', { type: `${TYPE}.firing`, data: { status: 'RESOLVED' } }, 'resolved'],
    ['a configured type', { type: TYPE }, 'firing'],
  ])('state by %s', (_case, change, status) => {
    expect(alertBy('cloudevents', { ...EVENT, ...change })).toMatchObject({ name: TYPE, class: 'unreachable', status });
  });

  test('a type that says nothing is no alert', () => {
    for (const type of ['com.example.backup', 'toString', 'a.constructor'])
      expect(ignoredBy('cloudevents', { ...EVENT, type })).not.toBe('');
  });

  test('begin and end are one series of one source and subject', () => {
    const [began, ended] = ['unreachable.structured.json', 'unreachable-resolved.structured.json'].map((file) =>
      alertBy('cloudevents', eventJson('cloudevents', file)),
    );
    expect(ended?.fingerprint).toBe(began?.fingerprint);
    expect(alertBy('cloudevents', { ...EVENT, source: '/b' }).fingerprint).not.toBe(began?.fingerprint);
  });

  test('binary: attributes are headers, percent-encoded', () => {
    expect(binary({ 'ce-subject': 'pc%2D1' }).alerts[0]?.resources[0]).toStrictEqual({ key: 'subject', value: 'pc-1' });
    expect(binary({ 'ce-subject': 'pc%zz' }).alerts[0]?.resources[0]?.value).toBe('pc%zz');
    expect(binary({}, 'no json at all').alerts).toHaveLength(1);
  });

  test.each([
    [{ specversion: '0.3' }, 'malformed specversion'],
    [{ id: '' }, 'malformed id'],
    [{ source: null }, 'malformed source'],
    [{ time: null }, 'bad-time time'],
  ])('refused: %j', (change, expected) => {
    expect(refusalBy('cloudevents', { ...EVENT, ...change })).toBe(expected);
  });

  test('an empty batch is lawful', () => {
    expect(ignoredBy('cloudevents', '[]', { contentType: 'application/cloudevents-batch+json' })).toBe('an empty batch');
  });
});

describe('the generic source', () => {
  const BODY = { what: 'PrimaryUnreachable', s: 'firing', at: '2026.11.21 21:00:04', id: 'pc-1', deep: { l: { team: 'x' } } };
  const MAPPING = { name: 'what', status: 's', startsAt: 'at', resources: 'id' };
  const mapping = (change: Readonly<Record<string, string>>) => ({ zone: 'Europe/Berlin', mapping: { ...MAPPING, ...change } });

  test('reads by the mapping', () => {
    const alert = alertBy(
      'generic',
      BODY,
      mapping({ labels: 'deep.l', class: "'down'", severity: "'P1'", fingerprint: "join('/', [what, id])", summary: 'what' }),
    );
    expect(alert).toMatchObject({
      name: 'PrimaryUnreachable',
      class: 'down',
      severity: 'critical',
      fingerprint: 'PrimaryUnreachable/pc-1',
      labels: { team: 'x' },
    });
    expect(alert).toMatchObject({ startsAtMs: Date.UTC(2026, 10, 21, 20, 0, 4), resources: [{ key: 'resource', value: 'pc-1' }] });
  });

  test.each([
    ['an expression that does not parse', { name: '][' }, 'malformed $ mapping.name'],
    ['a function that does not suit the value', { name: 'length(`5`)' }, 'malformed $ mapping.name'],
    ['a status that is neither', { status: "s == 'x' && 'firing'" }, 'malformed $ mapping.status'],
    ['true is no status', { status: '`true`' }, 'malformed $ mapping.status'],
    ['no list of alerts', { alerts: 'what' }, 'malformed mapping.alerts'],
    ['no resource', { resources: 'nothing' }, 'no-resource $ mapping.resources'],
    ['no time', { startsAt: 'nothing' }, 'bad-time $ mapping.startsAt'],
    ['an expression without bounds', { name: 'a'.repeat(600) }, 'malformed $ mapping.name'],
  ])('refused: %s', (_case, change, expected) => {
    expect(refusalBy('generic', BODY, mapping(change))).toBe(expected);
  });

  test('without a mapping it reads nothing', () => {
    expect(refusalBy('generic', BODY, { mapping: {} })).toBe('malformed $ mapping.name');
  });

  test('too deep and too large', () => {
    expect(refusalBy('generic', `${'['.repeat(200)}${']'.repeat(200)}`, mapping({}))).toBe('too-large $');
    expect(refusalBy('generic', { ...BODY, x: 'x'.repeat(70_000) }, mapping({}))).toBe('too-large $');
  });
});
