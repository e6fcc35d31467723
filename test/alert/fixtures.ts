import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deliveryOfFile } from '../../lib/alert/delivery-file.ts';
import type { Delivery, SourceSettings } from '../../lib/alert/source.ts';
import { SOURCES } from '../../lib/alert/sources.ts';
import type { ConfiguredSources, Understood } from '../../lib/alert/understand.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const RECEIVED_AT_MS = Date.UTC(2026, 10, 21, 20, 0, 30);

/** What the sources' settings are in all these tests; anything not named here is left out. */
const SETTINGS: Readonly<Record<string, SourceSettings>> = {
  alertmanager: { observerLabel: 'prometheus' },
  'huawei-ces': { resourceAliases: { a1b2c3d4e5f64708a9b0c1d2e3f4a5b6no14: 'c04c789b6baa4b6dbcc139c5226f3a2cin14' } },
  zabbix: { zone: 'Europe/Berlin' },
  cloudevents: { classes: { 'org.example.database.unreachable': 'unreachable' } },
  generic: {
    mapping: {
      alerts: 'checks',
      name: 'check',
      status: "state == 'DOWN' && 'firing' || state == 'UP' && 'resolved'",
      startsAt: 'since',
      resources: '{ cluster: db.cluster }',
      severity: 'level',
      labels: 'tags',
      summary: "join(': ', [check, text])",
    },
  },
};

/** Every source that there is, each under its own name. */
export const CONFIGURED: ConfiguredSources = Object.fromEntries(
  SOURCES.map(({ name }) => [name, { ...SETTINGS[name], kind: name, auth: [] }]),
);

export interface Fixture {
  readonly source: string;
  readonly file: string;
  readonly delivery: Delivery;
  /** Where the expected result lies. */
  readonly expectedPath: string;
}

const isFixture = (file: string): boolean => !file.includes('.expected.') && !file.endsWith('.md');

function fixturesIn(folder: string, source: string, expectedFolder: string): readonly Fixture[] {
  const path = join(ROOT, folder, source);
  if (!existsSync(path)) return [];
  const files = readdirSync(path).filter(isFixture).sort();
  return files.map((file) => ({
    source,
    file,
    delivery: deliveryOfFile(file, readFileSync(join(path, file), 'utf8'), RECEIVED_AT_MS),
    expectedPath: join(ROOT, expectedFolder, source, `${file.replace(/\.(json|txt)$/, '')}.expected.json`),
  }));
}

/** Third-party bodies; see `test/samples/SOURCES.md`. */
export const samplesOf = (source: string): readonly Fixture[] => fixturesIn('test/samples', source, 'test/samples');
/** The project's own. */
export const eventsOf = (source: string): readonly Fixture[] => fixturesIn('events', source, 'test/alert/expected');

export const expectedOf = (fixture: Fixture): Understood => JSON.parse(readFileSync(fixture.expectedPath, 'utf8')) as Understood;

/** Every body that there is, for tests that take them as raw material. */
export const ALL_FIXTURES: readonly Fixture[] = SOURCES.flatMap(({ name }) => [...samplesOf(name), ...eventsOf(name)]);
