import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { LIFECYCLE, LIFECYCLE_EVENTS } from '../../lib/failover/lifecycle.ts';
import { TIMING } from '../../lib/timing.ts';
import { CHECKS, QUICK_CHECKS, type Check } from '../../scripts/model/checks.ts';
import { flagOf, RULES } from '../../scripts/model/rules.ts';
import { MODEL, runCheck } from '../../scripts/model/spin.ts';
import { renderStory, storyOf, type StoryLine } from '../../scripts/model/story.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const model = readFileSync(MODEL, 'utf8');
const code = withoutComments(model);
const A_MINUTE_MS = 60_000;

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/"[^"]*"/g, '""');
}

function source(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Whether a function or method of this name is declared there. */
function declares(text: string, name: string): boolean {
  return new RegExp(`function ${name}\\(|^ {2}${name}\\(`, 'm').test(text);
}

/** The names in the `mtype` that begins with one. */
function names(first: string): readonly string[] {
  const list = new RegExp(`mtype = \\{ (${first}\\b[^}]*)\\}`).exec(code)?.[1] ?? '';
  return list.split(',').map((name) => name.trim());
}

describe('the model and the code name the same things:', () => {
  const failoverSources = readdirSync(join(ROOT, 'lib/failover'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => source(`lib/failover/${file}`));

  test.each(names('idle').filter((place) => place !== 'idle'))('a worker is at %s, which is a function', (place) => {
    expect(failoverSources.filter((text) => declares(text, place))).toHaveLength(1);
  });

  test.each(['saveFailover', 'advance', 'becomeUnknown'])('%s is inline there, and a function here', (name) => {
    expect(code).toContain(`inline ${name}(`);
    expect(failoverSources.filter((text) => declares(text, name))).toHaveLength(1);
  });

  test('its transitions are all those of the life cycle between its states', () => {
    const states = new Set(names('requested'));
    const events: ReadonlySet<string> = new Set(LIFECYCLE_EVENTS);
    const modelled = [...code.matchAll(/\badvance\((?!from\b)(\w+), (\w+), (\w+)\)/g)].map(([, ...row]) => row.join(' '));
    const expected = LIFECYCLE.filter(({ from, to }) => states.has(from) && states.has(to)).map(
      ({ from, event, to }) => `${from} ${event} ${to}`,
    );
    expect([...new Set(modelled)].toSorted()).toEqual(expected.toSorted());
    expect(names('accepted').filter((event) => !events.has(event))).toEqual([]);
  });

  test('its kinds of repetition and answers are those of the types', () => {
    const literals = (file: string): string => source(file);
    for (const name of names('nothing')) expect(literals('lib/failover/failover.ts')).toContain(`'${name.replaceAll('_', '-')}'`);
    for (const name of names('busy')) expect(literals('lib/failover/provider.ts')).toContain(`'${name.replaceAll('_', '-')}'`);
  });

  test('its limits are those of the code, or stated to be smaller', () => {
    expect(code).toContain(`#define STARTS_MAX ${String(TIMING.startsMax)}`);
    expect(Number(/#define ATTEMPTS_MAX (\d)/.exec(code)?.[1])).toBeLessThanOrEqual(TIMING.attemptsMax);
  });

  test('every place in the code that a comment names is there', () => {
    const named = [...model.matchAll(/(lib\/[\w/-]+\.ts)(?: (\w+))?/g)];
    expect(named.length).toBeGreaterThan(20);
    const places = named.filter(([, , name]) => name !== undefined && /[a-z][A-Z]|^(?:fence|settle|start|insist)$/.test(name));
    expect(places.length).toBeGreaterThan(10);
    for (const [, file = ''] of named) expect(() => source(file), file).not.toThrow();
    for (const [, file = '', name = ''] of places) expect(source(file), `${name} in ${file}`).toMatch(new RegExp(`\\b${name}\\b`));
  });
});

describe('rules', () => {
  test('are those that the model can drop', () => {
    const flags = new Set([...code.matchAll(/\bWITHOUT_[A-Z_]+/g)].map(([flag]) => flag));
    expect([...flags].toSorted()).toEqual(RULES.map(flagOf).toSorted());
  });

  test.each(RULES)('$name is kept where it says', ({ where: [file, name] }) => {
    expect(source(file)).toMatch(new RegExp(`\\b${name}\\b`));
  });
});

describe('the protocol', () => {
  const holding = QUICK_CHECKS.filter(({ wants }) => wants !== 'broken');

  test.each(holding)(
    '$name: $says',
    async (check) => {
      const outcome = await runCheck(check);
      expect(outcome).toMatchObject({ ok: true, found: 'every state was seen', story: [] });
      expect(outcome.states).toBeGreaterThan(200_000);
    },
    3 * A_MINUTE_MS,
  );
});

/** How each story must end. */
const LAST: Readonly<Record<'effects' | 'belief' | 'end', RegExp>> = {
  effects: /effect number 2$/,
  belief: /effect number 1$|becomes (?:refused|cancelled)$/,
  end: /dies$|attempt 3/,
};

/** How many workers call in it: it has to break for the reason that the rule is about. */
const SENDERS: Readonly<Record<string, number>> = { oneRequest: 1, endAsSeen: 1, pushFailover: 0, attemptsMax: 1 };

function sendersIn(story: readonly StoryLine[]): number {
  return new Set(story.filter(({ what }) => what === 'sends the request').map(({ who }) => who)).size;
}

describe('without a rule it breaks:', () => {
  const broken = QUICK_CHECKS.filter(({ wants }) => wants === 'broken');

  test('each rule is dropped once', () => {
    expect(broken.map(({ rule }) => rule?.name)).toEqual(RULES.map(({ name }) => name));
  });

  test.each(broken)(
    '$name: $says',
    async (check) => {
      const { ok, story } = await runCheck(check);
      expect(ok).toBe(true);
      expect(story.at(-1)?.what).toMatch(LAST[check.property ?? 'effects']);
      expect(sendersIn(story)).toBe(SENDERS[check.name] ?? 2);
    },
    3 * A_MINUTE_MS,
  );
});

describe('a broken protocol is not taken for a sound one:', () => {
  const safe = CHECKS.find(({ name }) => name === 'safe');

  test('dropping the fence makes `safe` fail, with its story', async () => {
    const outcome = await runCheck({ ...(safe as Check), defines: ['WORKERS=2', 'CRASHES=0', 'WITHOUT_FENCE'] });
    expect(outcome.ok).toBe(false);
    expect(outcome.found).toMatch(/^assertion violated/);
    expect(outcome.story.length).toBeGreaterThan(5);
  }, 60_000);

  test('a rule that nothing depends on is told: nothing breaks', async () => {
    const outcome = await runCheck({ ...(safe as Check), wants: 'broken', defines: ['WORKERS=2', 'CRASHES=0'] });
    expect(outcome).toMatchObject({ ok: false, story: [] });
  }, 60_000);

  test('a model that does not compile is an error', async () => {
    await expect(runCheck({ ...(safe as Check), defines: ['WORKERS=two'] })).rejects.toThrow(/failed/);
  });
});

test('a story is told with letters for workers, and with the code’s own names', () => {
  const replay = ['   STORY worker 0 | fence | writes on_its_way', 'spin: noise', 'STORY clock | the lease of worker 1 ends'].join('\n');
  expect(renderStory(storyOf(replay))).toBe('   1. worker A  writes on-its-way  (fence)\n   2. clock     the lease of worker B ends');
});

describe('npm run model', () => {
  const run = async (args: readonly string[], path = process.env['PATH']): Promise<{ code: number; out: string; err: string }> => {
    const command = promisify(execFile)(process.execPath, ['scripts/model.ts', ...args], { cwd: ROOT, env: { PATH: path ?? '' } });
    return command.then(
      ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, out: error.stdout, err: error.stderr }),
    );
  };

  test('without spin it says how to get it, and exits with 2', async () => {
    expect(await run(['endAsSeen'], '/nonexistent')).toMatchObject({ code: 2, err: expect.stringContaining('apt-get install spin') });
  });

  test('an unknown check is told with those there are', async () => {
    const { code: exit, err } = await run(['endAsSeem']);
    expect(exit).toBe(2);
    for (const { name } of CHECKS) expect(err).toContain(name);
  });

  test('a single check is told as a story, and as JSON', async () => {
    const [told, json] = await Promise.all([run(['endAsSeen']), run(['endAsSeen', '--json'])]);
    expect(told).toMatchObject({ code: 0, out: expect.stringContaining('→ the record says that nothing was started, and it was') });
    expect(JSON.parse(json.out)).toMatchObject([{ ok: true, check: { name: 'endAsSeen' } }]);
  }, 60_000);
});
