import { expect, test } from 'vitest';
import { feishu, feishuSign } from '../../../lib/notify/channels/feishu.ts';
import { benchOf, channelContract, notice, NOW_MS } from '../../contract/channel-contract.ts';

interface Plain {
  readonly tag: string;
  readonly content: string;
}
interface Body {
  readonly timestamp?: string;
  readonly sign?: string;
  readonly card: {
    readonly header: { readonly title: Plain; readonly template: string };
    readonly elements: readonly { readonly text: Plain }[];
  };
}
const textsOf = (body: Body): readonly Plain[] => [body.card.header.title, ...body.card.elements.map((element) => element.text)];
const ok = { status: 200, headers: {}, body: '{"code":0,"msg":"success"}' };

channelContract({
  kind: feishu,
  options: { keyword: 'understudy' },
  success: ok,
  deliveredStatuses: (status) => status >= 200 && status < 300,
  answers: [
    ['the older form of success', '{"StatusCode":0,"StatusMessage":"success"}', 'delivered'],
    ['signature refused', '{"code":19021}', 'refused'],
    ['address refused', '{"code":19022}', 'refused'],
    ['keyword missing', '{"code":19024}', 'refused'],
    ['bad body', '{"code":9499}', 'refused'],
    ['busy', '{"code":11232}', 'again', 60_000],
    ['a code nobody listed', '{"code":77}', 'again'],
    ['no JSON', 'ok', 'again'],
  ],
  maxBodyBytes: 20_000,
  shown: (body: Body) => textsOf(body).map((text) => text.content),
  markup: (body: Body) =>
    textsOf(body)
      .filter((text) => text.tag !== 'plain_text')
      .map((text) => text.content),
});

test('the signature is that of the published vector, and not the one of DingTalk’s way', () => {
  expect(feishuSign('demo-feishu-secret', 1_700_000_000)).toBe('V3Wp8znUoP+7XezI+6p/Lp2Uyk2BLceZJJbP1KE87hk=');
});

test('time in seconds, as a text, and signature are in the body', async () => {
  const bench = benchOf({ kind: feishu }, () => ok);
  await bench.deliver();
  const body = JSON.parse(bench.requests[0]?.body ?? '') as Body;
  expect(body).toMatchObject({
    timestamp: String(NOW_MS / 1000),
    sign: feishuSign('keysecret42-demo', NOW_MS / 1000),
    msg_type: 'interactive',
  });
});

test('a page is red', async () => {
  const bench = benchOf({ kind: feishu }, () => ok);
  await bench.deliver();
  await bench.deliver({ ...notice, urgency: 'tell' });
  expect(bench.requests.map((request) => (JSON.parse(request.body ?? '') as Body).card.header.template)).toEqual(['red', 'blue']);
});

test('a bot without a secret gets a message without a signature', async () => {
  const bench = benchOf({ kind: { ...feishu, secret: 'none' } }, () => ok);
  expect((await bench.deliver()).kind).toBe('delivered');
  const body = JSON.parse(bench.requests[0]?.body ?? '') as Body;
  expect(Object.keys(body)).toEqual(['msg_type', 'card']);
});
