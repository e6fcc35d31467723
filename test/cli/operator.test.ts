import { createServer } from 'node:http';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { EXIT } from '../../cli/command.ts';
import { failure } from '../../local/lambda/outcome.ts';
import { awaitingApproval, strike, TARGET, TWO_OF_THREE, worldWith } from '../operate/situation.ts';
import { alertmanagerBody } from '../scenarios/story.ts';
import type { World } from '../simulate/world.ts';
import { startOperatorWorld, type OperatorWorld } from './operator-world.ts';
import { run } from './surroundings.ts';

const HOUR_MS = 3_600_000;
const started: OperatorWorld[] = [];
async function over(world: World): Promise<OperatorWorld> {
  const made = await startOperatorWorld(world);
  started.push(made);
  return made;
}
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const each of started.splice(0)) await each.stop();
});

describe('status', () => {
  test('of a fleet: a line a target, what holds it, the last verdict and the last drill', async () => {
    const world = worldWith();
    const { cli } = await over(world);
    expect((await cli('drill', TARGET)).code).toBe(EXIT.ok);
    await cli('pause', 'payments-polardb', '--for', '2h', '--reason', 'moving disks');
    strike(world);
    await world.run(HOUR_MS);
    const { code, out, err } = await cli('status');
    expect([code, err]).toEqual([EXIT.ok, '']);
    expect(out).toMatch(/^● orders-gaussdb +act +cools down for .* more$/m);
    expect(out).toMatch(/^ +last act +failover succeeded .* ago: /m);
    expect(out).toMatch(/^ +last drill +ready, 60 min ago$/m);
    expect(out).toMatch(/^● payments-polardb +act +paused by ann for 60 min more: moving disks$/m);
    expect(out).toMatch(/^● ledger-gdn +shadow +quiet$/m);
    expect(out).toMatch(/^Fleet brake off, /m);
  });

  test('of a target that waits for approval: who has approved, how long is left, the plan and every check', async () => {
    const { world } = await awaitingApproval();
    const { cli } = await over(world);
    const { out } = await cli('status', TARGET);
    expect(out).toMatch(/^● orders-gaussdb {2}act {5}failover waits for approval: 0 of 2, 2\d\.\d min left$/m);
    expect(out).toMatch(/^failover, plan [0-9a-f]{12}$/m);
    expect(out).toMatch(/^ {2}pass +quorum +2 alerts from 2 observers/m);
    expect(out).toMatch(/^ {2}ask +approval +not approved \(limit: 2 of 3 approvers\)$/m);
  });

  test('the brake and a block come first', async () => {
    const world = worldWith();
    const services = world.aside();
    await services.brake.trip('a storm', world.nowMs);
    const state = await services.targets.load(TARGET);
    await services.targets.save(state, { controls: { ...state.controls, block: { failoverId: 'f', why: 'failed: no', sinceMs: 1 } } });
    const { cli } = await over(world);
    const { out } = await cli('status');
    expect(out.split('\n')[0]).toMatch(/^FLEET BRAKE ON since .*: a storm$/);
    expect(out).toContain('blocked until somebody acknowledges: failed: no');
  });

  test('for machines it is the whole of it', async () => {
    const { cli } = await over(worldWith());
    expect(JSON.parse((await cli('status', '--json')).out)).toMatchObject({
      brake: { on: false },
      targets: [{ targetId: TARGET }, {}, {}, {}],
    });
  });

  test('of an unknown target ends with 2', async () => {
    const { cli } = await over(worldWith());
    expect(await cli('status', 'nowhere')).toMatchObject({ code: EXIT.usage, out: expect.stringContaining('[unknown-target]') as string });
  });
});

describe('deeds', () => {
  test('pause and resume, with who and why', async () => {
    const world = worldWith();
    const { cli } = await over(world);
    expect(await cli('pause', TARGET, '--for', '1h30m', '--reason', 'disks', '--owner', 'dba')).toMatchObject({
      code: EXIT.ok,
      out: expect.stringMatching(/^orders-gaussdb is paused for 90 min, until 20/) as string,
    });
    expect((await world.aside().targets.load(TARGET)).controls.pause).toMatchObject({ owner: 'dba', reason: 'disks' });
    expect(await cli('resume', TARGET)).toMatchObject({ code: EXIT.ok, out: expect.stringContaining('is resumed') as string });
    expect(JSON.parse((await cli('resume', TARGET, '--json')).out)).toMatchObject({ ok: true, changed: false });
  });

  test.each([
    [['pause', TARGET, '--reason', 'x'], '--for is missing'],
    [['pause', TARGET, '--for', 'long', '--reason', 'x'], '--for is not a duration'],
    [['pause', TARGET, '--for', '1h'], '--reason is missing'],
    [['acknowledge', TARGET], '--reason is missing'],
    [['approve', TARGET], '--plan is missing'],
    [['deny', TARGET], '--reason is missing'],
    [['release-brake'], '--reason is missing'],
    [['operate', TARGET, 'switchover'], '--reason is missing'],
    [['operate', TARGET, '--reason', 'x'], 'OPERATION is missing'],
    [['history', TARGET, '--limit', 'all'], '--limit is not a number'],
    [['refused', '--limit', '0'], '--limit is not a number'],
    [['status', '--region', 'eu-west-1'], '--region goes with --stage'],
  ])('%j is not understood, and nobody is asked', async (args, message) => {
    const { cli, invoked } = await over(worldWith());
    expect(await cli(...args)).toMatchObject({ code: EXIT.usage, out: '', err: expect.stringContaining(message) as string });
    expect(invoked).toEqual([]);
  });

  test('a pause of more than thirty days is refused by the operator', async () => {
    const { cli } = await over(worldWith());
    expect(await cli('pause', TARGET, '--for', '31d', '--reason', 'x')).toMatchObject({
      code: EXIT.usage,
      out: expect.stringContaining('at most 30d') as string,
    });
  });

  test('nobody knows who asks', async () => {
    const { cli } = await over(worldWith());
    const { out } = await cli('status', '--json');
    expect(out).not.toBe('');
    expect(await run(['resume', TARGET], { environment: {} })).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('who are you?') as string,
    });
  });

  test('approve: refused, counted, enough; each with its exit code', async () => {
    const { world, failover } = await awaitingApproval();
    const { cli } = await over(world);
    const plan = ['--plan', failover.planHash.slice(0, 12)];
    expect(await cli('approve', TARGET, ...plan)).toMatchObject({
      code: EXIT.no,
      out: expect.stringContaining('[not-an-approver]') as string,
    });
    expect(await cli('approve', TARGET, ...plan, '--by', 'ann@example.com')).toMatchObject({
      code: EXIT.ok,
      out: expect.stringContaining('1 of 2 approvals') as string,
    });
    expect(await cli('approve', TARGET, ...plan, '--by', 'bob@example.com')).toMatchObject({
      code: EXIT.ok,
      out: expect.stringContaining('the failover begins') as string,
    });
  });

  test('deny, acknowledge and release-brake', async () => {
    const { world } = await awaitingApproval();
    const { cli } = await over(world);
    const reason = ['--reason', 'no'];
    expect((await cli('deny', TARGET, ...reason, '--by', 'cem@example.com')).out).toContain('is cancelled');
    expect((await cli('acknowledge', TARGET, ...reason)).out).toContain('no block and no cool-down');
    await world.aside().brake.trip('test', world.nowMs);
    expect((await cli('release-brake', ...reason)).out).toMatch(/^The fleet brake is released\./);
  });
});

describe('operate', () => {
  const asked = ['operate', TARGET, 'switchover', '--reason', 'patching'] as const;
  test('shows the plan and does nothing; with --yes and that plan it does it', async () => {
    const world = worldWith();
    const { cli } = await over(world);
    const shown = await cli(...asked);
    expect(shown.code).toBe(EXIT.no);
    expect(shown.out).toMatch(/^ {2}disaster_type = stream$/m);
    expect(shown.out).toMatch(/^ {2}pass +role/m);
    expect(shown.out).toContain('Nothing was done.');
    expect((await world.aside().targets.load(TARGET)).failover).toBeUndefined();
    const hash = /--plan ([0-9a-f]+)/.exec(shown.out)?.[1] ?? '';
    expect(await cli(...asked, '--plan', hash, '--yes')).toMatchObject({
      code: EXIT.ok,
      out: expect.stringContaining('is requested') as string,
    });
    await world.run(HOUR_MS);
    expect(await world.aside().records.failovers(TARGET, 2)).toMatchObject([
      { operation: 'switchover', state: 'succeeded', requestedBy: 'ann' },
    ]);
  });

  test('another plan, another state: refused with the reason', async () => {
    const world = worldWith();
    const { cli } = await over(world);
    expect(await cli(...asked, '--plan', '00000000', '--yes')).toMatchObject({
      code: EXIT.no,
      out: expect.stringContaining('[plan-changed]') as string,
    });
    await cli(...asked, '--yes');
    expect(await cli(...asked, '--yes', '--json')).toMatchObject({ code: EXIT.no, out: expect.stringContaining('"in-flight"') as string });
  });

  test('an answer that is lost is asked for again under the same id: one operation', async () => {
    const world = worldWith();
    const { cli, invoked, loseAnswerOf } = await over(world);
    loseAnswerOf('operate');
    expect(await cli(...asked, '--yes')).toMatchObject({
      code: EXIT.ok,
      out: expect.stringContaining('taken before') as string,
      err: expect.stringContaining('Asking once more') as string,
    });
    const ids = invoked.map(({ payload }) => (payload as { requestId?: string }).requestId).filter((id) => id !== undefined);
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
    await world.run(HOUR_MS);
    expect(await world.aside().records.failovers(TARGET, 5)).toHaveLength(1);
  });

  test('other deeds are not repeated by themselves: it is said that they may have been done', async () => {
    const { cli, invoked, loseAnswerOf } = await over(worldWith());
    loseAnswerOf('pause');
    expect(await cli('pause', TARGET, '--for', '1h', '--reason', 'x')).toMatchObject({
      code: EXIT.unreachable,
      err: expect.stringContaining('may have been done') as string,
    });
    expect(invoked).toHaveLength(1);
  });
});

describe('drill', () => {
  test('prints the report; a target that is not ready ends with 1', async () => {
    const world = worldWith();
    const { cli } = await over(world);
    const ready = await cli('drill', TARGET);
    expect(ready).toMatchObject({ code: EXIT.ok, out: expect.stringMatching(/^# Drill of orders-gaussdb: READY/) as string });
    expect(ready.out).toContain('by ann;');
    await cli('pause', TARGET, '--for', '1h', '--reason', 'x');
    expect(await cli('drill', TARGET)).toMatchObject({ code: EXIT.no, out: expect.stringContaining('NOT READY') as string });
    expect(JSON.parse((await cli('drill', TARGET, '--json')).out)).toMatchObject({ outcome: 'not-ready', wouldHave: { reason: 'paused' } });
  });
  test('of an unknown target ends with 2', async () => {
    const { cli } = await over(worldWith());
    expect(await cli('drill', 'nowhere')).toMatchObject({ code: EXIT.usage, err: expect.stringContaining('no target nowhere') as string });
  });
});

describe('history', () => {
  test('every step of every failover, and what people did', async () => {
    const world = worldWith({ approval: { ...TWO_OF_THREE, count: 1 } });
    const { cli } = await over(world);
    await cli('operate', TARGET, 'failover', '--reason', 'the region is gone', '--by', 'ann@example.com', '--yes');
    const plan = (await world.aside().targets.load(TARGET)).failover?.planHash ?? '';
    await cli('approve', TARGET, '--plan', plan, '--by', 'bob@example.com');
    await world.run(HOUR_MS);
    const { code, out } = await cli('history', TARGET);
    expect(code).toBe(EXIT.ok);
    expect(out).toMatch(/^failover succeeded {2}[0-9a-f]{32} {2}trail intact$/m);
    expect(out).toMatch(/awaiting-approval → requested {2}by bob@example\.com: approved by bob@example\.com$/m);
    expect(out).toMatch(/claimed → running {2}by failover: .* \[request /m);
    expect(out).toMatch(/approve by bob@example\.com: approved$/m);
  });

  test('a past that was changed ends with 1', async () => {
    const world = worldWith();
    const { cli } = await over(world);
    await cli('operate', TARGET, 'switchover', '--reason', 'x', '--yes');
    await world.run(HOUR_MS);
    for (const item of world.table.items.values()) {
      if (item['pk'] === `history#${TARGET}`) item['document'] = String(item['document']).replaceAll('"by":"ann"', '"by":"bob"');
    }
    expect(await cli('history', TARGET)).toMatchObject({ code: EXIT.no, out: expect.stringContaining('TRAIL CHANGED') as string });
  });

  test('of nothing', async () => {
    const { cli } = await over(worldWith());
    expect(await cli('history', TARGET)).toMatchObject({ code: EXIT.ok, out: 'Nothing has happened.' });
  });
});

test('refused: what became no verdict, with the reason', async () => {
  const world = worldWith();
  const { cli } = await over(world);
  expect((await cli('refused')).out).toBe('Every alert became a verdict.');
  strike(world);
  world.alert(alertmanagerBody([{ instance: 'nobody-knows-this', startsAtMs: world.nowMs }]));
  await world.run(60_000);
  expect((await cli('refused')).out).toMatch(/unknown-target: .*nobody-knows-this/);
});

describe('what is wrong on the way', () => {
  test('a function that fails is told with its own words', async () => {
    const { cli, failNext } = await over(worldWith());
    failNext(failure('handler', 'StoreUnavailableError', 'the table did not answer'));
    expect(await cli('status')).toMatchObject({ code: EXIT.no, err: expect.stringContaining('the table did not answer') as string });
  });
  test('one that is throttled may be tried again', async () => {
    const { cli, failNext } = await over(worldWith());
    failNext(failure('throttled', 'TooManyRequestsException', 'Rate Exceeded.'));
    expect(await cli('status')).toMatchObject({ code: EXIT.unreachable, err: expect.stringContaining('throttled') as string });
  });
  test('no embedded cloud runs', async () => {
    expect(await run(['status', '--cloud', '/nowhere/cloud.json'])).toMatchObject({
      code: EXIT.unreachable,
      err: expect.stringContaining('npm run dev') as string,
    });
  });
});

describe('a deployed stage', () => {
  const signedIn = (): void => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY');
    vi.stubEnv('AWS_SESSION_TOKEN', '');
  };
  const deployed = async (endpoint: string, ...args: readonly string[]) =>
    await run(args, { environment: { USER: 'ann', AWS_ENDPOINT_URL_LAMBDA: endpoint } });

  test('is invoked under the names of serverless.yml', async () => {
    signedIn();
    const { endpoint, invoked } = await over(worldWith());
    expect(await deployed(endpoint, 'status', '--stage', 'prod')).toMatchObject({ code: EXIT.ok });
    expect(invoked).toEqual([{ name: 'understudy-prod-operator', payload: { deed: 'status' } }]);
  });

  test('with a signature for Lambda, in the region of serverless.yml or the one that is named', async () => {
    signedIn();
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(seen.length === 1 ? 403 : 404).end('{}');
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    try {
      const endpoint = `http://127.0.0.1:${String(port)}`;
      expect(await deployed(endpoint, 'status', '--stage', 'prod')).toMatchObject({
        code: EXIT.unreachable,
        err: expect.stringContaining('lambda:InvokeFunction') as string,
      });
      expect(await deployed(endpoint, 'status', '--stage', 'prod', '--region', 'ap-southeast-1')).toMatchObject({
        code: EXIT.unreachable,
        err: expect.stringContaining('is the stage deployed') as string,
      });
      expect(seen).toEqual([
        expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/lambda\/aws4_request, SignedHeaders=/),
        expect.stringMatching(/\/ap-southeast-1\/lambda\/aws4_request/),
      ]);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('a name that is no name never becomes a part of an address', async () => {
    for (const args of [
      ['--stage', 'a/../b'],
      ['--stage', 'prod', '--region', 'evil.example.com/'],
    ]) {
      expect(await run(['status', ...args])).toMatchObject({ code: EXIT.usage, err: expect.stringContaining('is no name') as string });
    }
  });

  test('without credentials it is said what to do', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere/credentials');
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere/config');
    expect(await run(['status', '--stage', 'prod'])).toMatchObject({
      code: EXIT.unreachable,
      err: expect.stringContaining('AWS_PROFILE') as string,
    });
  });
});
