import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../lib/alert/alert.ts';
import {
  CONDITION_CLASSES,
  MAX_ALERTS_PER_DELIVERY,
  MAX_LABEL_CHARS,
  MAX_LABELS,
  MAX_SUMMARY_CHARS,
  SEVERITIES,
} from '../../lib/alert/alert.ts';
import { MAX_RESOURCES } from '../../lib/alert/resources.ts';
import { openEnvelope } from '../../lib/alert/sns-envelope.ts';
import type { Delivery, Parsed, Source, SourceSettings } from '../../lib/alert/source.ts';
import { SOURCES } from '../../lib/alert/sources.ts';
import { understand } from '../../lib/alert/understand.ts';
import { CONFIGURED, eventsOf, expectedOf, RECEIVED_AT_MS, samplesOf } from '../alert/fixtures.ts';

/** What holds for every alert, whoever sent it. */
export function expectLawful({ alerts, refusals, ignored }: Parsed): void {
  expect(alerts.length).toBeLessThanOrEqual(MAX_ALERTS_PER_DELIVERY);
  for (const alert of alerts) expectLawfulAlert(alert);
  for (const { code, path, detail } of refusals) {
    expect(code).toMatch(/^[a-z-]+$/);
    expect(path).not.toBe('');
    expect(detail).not.toBe('');
  }
  for (const { why } of ignored) expect(why).not.toBe('');
  expect(alerts.length + refusals.length + ignored.length).toBeGreaterThan(0);
}

function expectLawfulAlert(alert: Alert): void {
  expect(CONDITION_CLASSES).toContain(alert.class);
  expect(SEVERITIES).toContain(alert.severity);
  expect(alert.name.length).toBeLessThanOrEqual(MAX_LABEL_CHARS);
  expect(alert.fingerprint).toMatch(/^.{1,128}$/su);
  expect(Number.isSafeInteger(alert.startsAtMs)).toBe(true);
  expect(alert.observedAtMs).toBeGreaterThanOrEqual(alert.startsAtMs);
  expect(alert.summary.length).toBeLessThanOrEqual(MAX_SUMMARY_CHARS);
  // oxlint-disable-next-line no-control-regex
  expect(alert.summary + alert.name).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  expect(alert.resources.length).toBeLessThanOrEqual(MAX_RESOURCES + 1);
  expect(Object.keys(alert.labels).length).toBeLessThanOrEqual(MAX_LABELS);
  for (const text of Object.entries(alert.labels).flat()) {
    expect(typeof text).toBe('string');
    expect(text.length).toBeLessThanOrEqual(MAX_LABEL_CHARS);
  }
  expect(Object.getPrototypeOf(alert.labels)).toBe(Object.prototype);
}

const delivered = (body: string, contentType = 'application/json'): Delivery => ({
  contentType,
  headers: {},
  body,
  receivedAtMs: RECEIVED_AT_MS,
});

function deepFreeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}

const asJson = (body: string): unknown => {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
};

/** Bodies that no sender should send and some do. */
const HOSTILE: readonly string[] = [
  '',
  ' ',
  'null',
  'true',
  '0',
  '-1e999',
  '"text"',
  '[]',
  '{}',
  '[[]]',
  '[null]',
  '{"alerts":null}',
  '{"alerts":[null,1,"x",[]]}',
  '&',
  '&&==',
  'alertState=',
  'alertState=ALERT&dimensions=%',
  'alert=%7B',
  '--',
  '--x\n',
  '\u0000',
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  '{"status":"firing","receiver":"x","version":"4","groupKey":"x","alerts":[{"status":"firing","labels":{"__proto__":"x","constructor":"y","alertname":"toString"},"startsAt":"2026-11-21T20:00:00Z"}]}',
  '['.repeat(20_000) + ']'.repeat(20_000),
  '{"incident":'.repeat(5_000) + '1' + '}'.repeat(5_000),
];

/** The suite that every source runs. */
export function sourceContract(source: Source): void {
  const { name } = source;
  const settings: SourceSettings = CONFIGURED[name] ?? {};
  const fixtures = [...samplesOf(name), ...eventsOf(name)];
  const namedByPath = name === 'generic' ? name : undefined;

  describe(`source ${name}`, () => {
    test('has events of its own', () => {
      expect(eventsOf(name).length).toBeGreaterThan(0);
    });

    test.each(fixtures.map((fixture) => [fixture.file, fixture] as const))('%s gives what stands beside it', (_file, fixture) => {
      const understood = understand(fixture.delivery, CONFIGURED, namedByPath);
      expect(JSON.parse(JSON.stringify(understood))).toStrictEqual(expectedOf(fixture));
      expectLawful(understood.parsed);
    });

    test.each(eventsOf(name).map((fixture) => [fixture.file, fixture] as const))('%s is taken by no other source', (_file, fixture) => {
      const json = asJson(fixture.delivery.body);
      const takers = SOURCES.filter((candidate) => candidate.recognises(fixture.delivery, json)).map((taker) => taker.name);
      const isWrapped = openEnvelope(fixture.delivery, json) !== undefined;
      expect(takers).toStrictEqual(isWrapped || name === 'generic' ? [] : [name]);
    });

    test.each(fixtures.map((fixture) => [fixture.file, fixture] as const))(
      '%s is read without being changed, twice alike',
      (_file, { delivery }) => {
        const json = deepFreeze(asJson(delivery.body));
        expect(source.parse(delivery, json, settings)).toStrictEqual(source.parse(delivery, json, settings));
      },
    );

    test.each(HOSTILE.map((body) => [body.slice(0, 60), body] as const))('a hostile body is refused or ignored: %s', (_start, body) => {
      for (const contentType of ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data', '']) {
        const delivery = delivered(body, contentType);
        const json = asJson(body);
        expect(typeof source.recognises(delivery, json)).toBe('boolean');
        expectLawful(source.parse(delivery, json, settings));
      }
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });

    test('any JSON at all is answered lawfully', () => {
      fc.assert(
        fc.property(fc.jsonValue({ maxDepth: 4 }), (json) => {
          const delivery = delivered(JSON.stringify(json));
          source.recognises(delivery, json);
          expectLawful(source.parse(delivery, json, settings));
        }),
        { numRuns: 200 },
      );
    });

    test('the name in the configuration is the name that its alerts carry', () => {
      for (const { delivery } of eventsOf(name)) {
        const one = { mine: { ...settings, kind: name, auth: [], observer: 'somebody' } };
        for (const alert of understand(delivery, one, 'mine').parsed.alerts) {
          expect(alert.source).toBe('mine');
          const fromLabel =
            'observerLabel' in settings && settings.observerLabel !== undefined ? alert.labels[settings.observerLabel] : undefined;
          expect(alert.observer).toBe(fromLabel ?? 'somebody');
        }
      }
    });
  });
}
