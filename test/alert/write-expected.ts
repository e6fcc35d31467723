import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SOURCES } from '../../lib/alert/sources.ts';
import { understand } from '../../lib/alert/understand.ts';
import { CONFIGURED, eventsOf, samplesOf } from './fixtures.ts';

/**
 * Writes the expected results anew: `node test/alert/write-expected.ts [source …]`. What it writes is a claim that a person has to read
 * for truth before committing it; it is never run by the tests.
 */
const wanted = process.argv.slice(2);
for (const { name } of SOURCES) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const namedByPath = name === 'generic' ? name : undefined;
  for (const fixture of [...samplesOf(name), ...eventsOf(name)]) {
    mkdirSync(dirname(fixture.expectedPath), { recursive: true });
    writeFileSync(fixture.expectedPath, `${JSON.stringify(understand(fixture.delivery, CONFIGURED, namedByPath), undefined, 2)}\n`);
  }
}
