import { expect, test } from 'vitest';
import { dingtalk, dingtalkSign } from '../../../lib/notify/channels/dingtalk.ts';
import { benchOf, channelContract, notice, NOW_MS } from '../../contract/channel-contract.ts';

interface Body {
  readonly text: { readonly content: string };
  readonly at: { readonly atMobiles: readonly string[]; readonly isAtAll: boolean };
}

const ok = { status: 200, headers: {}, body: '{"errcode":0,"errmsg":"ok"}' };

channelContract({
  kind: dingtalk,
  options: { keyword: 'understudy', mobiles: '15800000000' },
  success: ok,
  deliveredStatuses: (status) => status >= 200 && status < 300,
  answers: [
    ['sign, keyword or address refused', '{"errcode":310000,"errmsg":"sign not match"}', 'refused'],
    ['too many messages: silenced for ten minutes', '{"errcode":130101,"errmsg":"send too fast"}', 'again', 600_000],
    ['busy', '{"errcode":-1}', 'again', 30_000],
    ['a code nobody listed', '{"errcode":123}', 'again'],
    ['a code that is a text', '{"errcode":"0"}', 'again'],
    ['a code that is a name of an object', '{"errcode":"constructor"}', 'again'],
    ['no JSON', 'ok', 'again'],
    ['a list', '[0]', 'again'],
    ['nothing', '', 'again'],
  ],
  maxBodyBytes: 20_000,
  shown: (body: Body) => [body.text.content],
  markup: () => [],
});

test('the signature is that of the published vector', () => {
  expect(dingtalkSign(`SECdemo${'0'.repeat(58)}`, 1_700_000_000_000)).toBe('Xj9RSuJGKC2yHQNQQnzh5J0ueNaIwwruApIj36Uk1+I=');
});

test('time and signature are in the URL, encoded', async () => {
  const bench = benchOf({ kind: dingtalk }, () => ok, { 'ssm:/url': 'https://oapi.example.test/robot/send?access_token=T' });
  await bench.deliver();
  const url = new URL(bench.requests[0]?.url ?? '');
  expect(url.searchParams.get('access_token')).toBe('T');
  expect(url.searchParams.get('timestamp')).toBe(String(NOW_MS));
  expect(url.searchParams.get('sign')).toBe(dingtalkSign('keysecret42-demo', NOW_MS));
  expect(bench.requests[0]?.url).toContain('%3D');
});

test('the keyword stands in every message, once', async () => {
  const bench = benchOf({ kind: dingtalk, options: { keyword: '告警' } }, () => ok);
  await bench.deliver();
  await bench.deliver({ ...notice, title: '告警 orders-gaussdb' });
  const contents = bench.requests.map((request) => (JSON.parse(request.body ?? '') as Body).text.content);
  expect(contents.map((content) => content.split('告警').length - 1)).toEqual([1, 1]);
});

test('people are rung for a page, and not for what is only told', async () => {
  const bench = benchOf({ kind: dingtalk, options: { mobiles: '1580, 1590' } }, () => ok);
  await bench.deliver();
  await bench.deliver({ ...notice, urgency: 'tell' });
  const rung = bench.requests.map((request) => (JSON.parse(request.body ?? '') as Body).at);
  expect(rung).toEqual([
    { atMobiles: ['1580', '1590'], isAtAll: false },
    { atMobiles: [], isAtAll: false },
  ]);
});

test('a robot without a secret is called by its URL as it is', async () => {
  const url = 'https://oapi.example.test/robot/send?access_token=T';
  const bench = benchOf({ kind: { ...dingtalk, secret: 'none' } }, () => ok, { 'ssm:/url': url });
  expect((await bench.deliver()).kind).toBe('delivered');
  expect(bench.requests[0]?.url).toBe(url);
});

test('time and signature begin the query where the URL has none', async () => {
  const bench = benchOf({ kind: dingtalk }, () => ok, { 'ssm:/url': 'https://oapi.example.test/robot' });
  await bench.deliver();
  expect(bench.requests[0]?.url).toMatch(/^https:\/\/oapi\.example\.test\/robot\?timestamp=\d+&sign=/);
});
