import { describe, expect, test } from 'vitest';
import {
  CONDITION_CLASSES,
  MAX_ALERTS_PER_DELIVERY,
  MAX_LABEL_CHARS,
  MAX_LABELS,
  MAX_SUMMARY_CHARS,
  SEVERITIES,
} from '../../lib/alert/alert.ts';
import type { Alert } from '../../lib/alert/alert.ts';
import { asRecord, parseJson } from '../../lib/alert/read.ts';
import type { Parsed } from '../../lib/alert/source.ts';
import { SOURCES } from '../../lib/alert/sources.ts';
import { understand } from '../../lib/alert/understand.ts';
import type { Fixture } from './fixtures.ts';
import { ALL_FIXTURES, CONFIGURED } from './fixtures.ts';
import { mutate, randomFrom } from './mutate.ts';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const MUTANTS = Number(process.env['FUZZ_MUTANTS'] ?? 100_000);
const PER_SOURCE = Math.ceil(MUTANTS / SOURCES.length);

/** The first law that an answer breaks. Plain comparisons, because an assertion library is too slow for this many. */
function brokenLaw({ alerts, refusals, ignored }: Parsed): string | undefined {
  if (alerts.length > MAX_ALERTS_PER_DELIVERY) return 'too many alerts';
  if (alerts.length + refusals.length + ignored.length === 0) return 'no answer at all';
  for (const { path, detail } of refusals) if (path === '' || detail.length > 500) return 'a refusal without a path, or without bounds';
  for (const alert of alerts) {
    const law = brokenAlertLaw(alert);
    if (law !== undefined) return law;
  }
  return undefined;
}

function brokenAlertLaw(alert: Alert): string | undefined {
  if (!CONDITION_CLASSES.includes(alert.class) || !SEVERITIES.includes(alert.severity)) return 'class or severity';
  if (!['firing', 'resolved'].includes(alert.status)) return 'status';
  if (!(Number.isSafeInteger(alert.startsAtMs) && alert.observedAtMs >= alert.startsAtMs)) return 'times';
  if (alert.fingerprint === '' || alert.fingerprint.length > 128) return 'fingerprint';
  // oxlint-disable-next-line no-control-regex
  if (alert.summary.length > MAX_SUMMARY_CHARS || /[\u0000-\u001f\u007f-\u009f]/.test(alert.summary)) return 'summary';
  return brokenBound(alert);
}

function brokenBound({ resources, labels }: Alert): string | undefined {
  const isBounded = (text: unknown): boolean => typeof text === 'string' && text.length <= MAX_LABEL_CHARS;
  if (!resources.every(({ value }) => isBounded(value))) return 'resource';
  const entries = Object.entries(labels);
  return entries.length <= MAX_LABELS && entries.flat().every(isBounded) ? undefined : 'labels';
}

interface Tally {
  alerts: number;
  refusals: number;
  ignored: number;
}

function fuzz(fixtures: readonly Fixture[], source: string, seed: number): Tally {
  const random = randomFrom(seed);
  const tally: Tally = { alerts: 0, refusals: 0, ignored: 0 };
  for (let run = 0; run < PER_SOURCE; run++) {
    const { delivery } = fixtures[run % fixtures.length] as Fixture;
    const mutant = { ...delivery, body: mutate(delivery.body, random) };
    const { parsed } = understand(mutant, CONFIGURED, run % 4 === 0 ? undefined : source);
    const law = brokenLaw(parsed);
    if (law !== undefined) throw new Error(`${law}; seed ${seed}, run ${run}: ${mutant.body.slice(0, 2_000)}`);
    tally.alerts += Math.min(1, parsed.alerts.length);
    tally.refusals += Math.min(1, parsed.refusals.length);
    tally.ignored += Math.min(1, parsed.ignored.length);
  }
  return tally;
}

describe(`mutants of every sample and event, ${PER_SOURCE} a source`, () => {
  test.each(SOURCES.map(({ name }, index) => [name, SEED + index] as const))('%s answers all of them (seed %i)', (name, seed) => {
    const fixtures = ALL_FIXTURES.filter(({ source }) => source === name);
    const tally = fuzz(fixtures, name, seed);
    // Mutants that are all refused, or never refused, would test nothing.
    expect(tally.alerts).toBeGreaterThan(PER_SOURCE / 50);
    expect(tally.refusals).toBeGreaterThan(PER_SOURCE / 50);
    expect(({} as Record<string, unknown>)['prototype']).toBeUndefined();
  });
});

/** Texts that send careless expressions and careless splitting into the square of their length. */
const PATTERNS = [
  ' ',
  'a',
  'a=',
  ', ',
  'a:b,',
  '[',
  '{',
  '\\',
  '"',
  '/',
  '.',
  '\n\n',
  '-',
  '1',
  '%',
  '&a=',
  'severity ',
  'priority=',
  ', a.b',
  '\u202e',
  '{"',
  '=',
];

const LARGER = 16;
const BASE_CHARS = 512;
/** Linear work takes 16 times as long for 16 times the text; square work 256 times. */
const LIMIT = 64;

function inflate(json: unknown, pattern: string, chars: number): unknown {
  if (typeof json === 'string') {
    const inner = parseJson(json);
    return asRecord(inner) ? JSON.stringify(inflate(inner, pattern, chars)) : json + pattern.repeat(chars / pattern.length);
  }
  if (Array.isArray(json)) return json.map((item) => inflate(item, pattern, chars));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, inflate(value, pattern, chars)]));
}

const isJson = ({ file }: Fixture): boolean => file.endsWith('.json');

/** Bodies in which every text is long, beside the same with their envelopes' own words untouched in one text after the other. */
function inflated(fixture: Fixture, chars: number): readonly string[] {
  if (!isJson(fixture)) return PATTERNS.map((pattern) => fixture.delivery.body + pattern.repeat(chars / pattern.length));
  const json: unknown = JSON.parse(fixture.delivery.body);
  const whole = PATTERNS.map((pattern) => JSON.stringify(inflate(json, pattern, chars)));
  return [
    ...whole,
    ...(typeof json === 'object' && json !== null && !Array.isArray(json) ? byField(json as Record<string, unknown>, chars) : []),
  ];
}

const byField = (json: Readonly<Record<string, unknown>>, chars: number): readonly string[] =>
  Object.keys(json).flatMap((key) =>
    PATTERNS.slice(0, 8).map((pattern) => JSON.stringify({ ...json, [key]: inflate(json[key], pattern, chars) })),
  );

function fastestMs(fixture: Fixture, bodies: readonly string[], source: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3; attempt++) {
    const startedAt = performance.now();
    for (const body of bodies) understand({ ...fixture.delivery, body: body.slice(0, 262_144) }, CONFIGURED, source);
    best = Math.min(best, performance.now() - startedAt);
  }
  return best;
}

describe('time grows with the size and not with its square', () => {
  test.each(SOURCES.map(({ name }) => [name] as const))('%s', (name) => {
    for (const fixture of ALL_FIXTURES.filter(({ source }) => source === name).slice(0, 6)) {
      const small = inflated(fixture, BASE_CHARS);
      const large = inflated(fixture, BASE_CHARS * LARGER);
      let ratio = Number.POSITIVE_INFINITY;
      // A busy machine can spoil one measurement, not five.
      for (let attempt = 0; attempt < 5 && ratio >= LIMIT; attempt++) {
        ratio = fastestMs(fixture, large, name) / Math.max(0.2, fastestMs(fixture, small, name));
      }
      expect(ratio, fixture.file).toBeLessThan(LIMIT);
    }
  });
});
