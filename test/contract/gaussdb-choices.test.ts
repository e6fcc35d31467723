import { expect, test } from 'vitest';
import type { GaussdbSettings } from '../../lib/config/config.ts';
import { createGaussdbProvider } from '../../lib/failover/providers/gaussdb.ts';
import { createHttp } from '../../lib/platform/https.ts';
import type { GaussdbChoices } from '../../local/simulators/gaussdb/choices.ts';
import { startGaussdbSimulator } from '../../local/simulators/gaussdb/simulator.ts';
import { createTestClock, drive, type Driven } from './drive.ts';
import { gaussdbTarget } from './gaussdb-target.ts';
import { GAUSSDB_KEY } from './gaussdb-wire.ts';

/**
 * What the vendor's documents leave open, run both ways (provider contracts §1.10): whatever the cloud really does, one promotion comes out,
 * and nobody is told of a success that is none.
 */
interface World {
  readonly choices?: Partial<GaussdbChoices>;
  readonly settings?: Partial<GaussdbSettings>;
  readonly engine?: string;
  readonly token?: string;
}

async function failOver(world: World, lost: boolean): Promise<Driven & { effects: number }> {
  const clock = createTestClock();
  const tokens = world.token === undefined ? [] : [{ token: world.token, projectId: PROJECT, region: REGION, expiresAtMs: Infinity }];
  const credentials = [{ accessKeyId: GAUSSDB_KEY.accessKey, secretKey: GAUSSDB_KEY.secretKey }];
  const simulator = await startGaussdbSimulator({ nowMs: () => clock.nowMs(), choices: world.choices ?? {}, tokens, credentials });
  try {
    simulator.change((state) => {
      for (const instance of Object.values(state.instances)) instance.completeVersion = world.engine ?? instance.completeVersion;
    });
    if (lost) simulator.faults.set({ operation: 'failover', fault: 'accept-then-drop' });
    const secret = world.token === undefined ? `${GAUSSDB_KEY.accessKey}:${GAUSSDB_KEY.secretKey}` : `token:${world.token}`;
    const provider = createGaussdbProvider({
      http: createHttp(),
      clock,
      entropy: { id: () => '0'.repeat(32) },
      secrets: { values: async () => [secret] },
    });
    const target = gaussdbTarget(simulator.url, world.settings ?? {});
    const driven = await drive({ provider, target, operation: 'failover', clock, callTimeoutMs: 1000, token: 't' });
    return { ...driven, effects: simulator.counters().effects.length };
  } finally {
    await simulator.stop();
  }
}
const PROJECT = '0483b6b16e954cb88930a360d2c4e663';
const REGION = 'ap-southeast-1';

const WORLDS: readonly (readonly [string, World])[] = [
  ['200 in place of 202', { choices: { successStatus: 200 } }],
  ['201 in place of 202', { choices: { successStatus: 201 } }],
  ['the role word stays `disaster` after the promotion', { choices: { roleAfterPromotion: 'disaster' } }],
  ['the relation is dissolved and listed', { settings: { supportRestore: false } }],
  ['the relation is dissolved and hidden', { settings: { supportRestore: false }, choices: { completedRelations: 'hide' } }],
  [
    'the relation is dissolved, and the role word stays',
    { settings: { supportRestore: false }, choices: { roleAfterPromotion: 'disaster' } },
  ],
  ['an engine that does not know is_support_restore', { engine: 'V2.0-2.7.2' }],
  ['an engine whose version cannot be read', { engine: '505.2.1' }],
  ['jobs show up after 30 s', { choices: { jobVisibleAfterMs: 29_000 } }],
  ['jobs never show up', { choices: { jobVisibleAfterMs: Infinity } }],
  ['records show up after a minute', { choices: { recordsVisibleAfterMs: 60_000 } }],
  ['records never show up', { choices: { recordsVisibleAfterMs: Infinity } }],
  ['neither jobs nor records', { choices: { jobVisibleAfterMs: Infinity, recordsVisibleAfterMs: Infinity } }],
  ['jobs have other names, records other words', { choices: { jobNames: {}, recordStatus: { started: '?', finished: '?', failed: '?' } } }],
  ['it takes 50 minutes', { choices: { promotionMs: 50 * 60_000 } }],
  ['token authentication', { token: 'MIIEXAMPLETOKEN', settings: { auth: { kind: 'token', secret: 'env:TOKEN' } } }],
];

test.each(WORLDS)('%s: one promotion, seen to its end, with the answer and without', async (_, world) => {
  for (const lost of [false, true]) {
    const { end, effects, why, trail } = await failOver(world, lost);
    expect({ end, effects }, `${lost ? 'lost' : 'answered'}: ${why} — ${trail.join(' → ')}`).toEqual({ end: 'succeeded', effects: 1 });
  }
});

test.each<[string, World]>([['it takes longer than an hour', { choices: { promotionMs: 61 * 60_000 } }]])(
  '%s: stuck, and people are told',
  async (_, world) => {
    expect(await failOver(world, false)).toMatchObject({ end: 'stuck', effects: 1 });
  },
);
