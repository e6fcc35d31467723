import { expect, test } from 'vitest';
import { wecom } from '../../../lib/notify/channels/wecom.ts';
import { benchOf, channelContract, notice } from '../../contract/channel-contract.ts';

interface Body {
  readonly text: { readonly content: string; readonly mentioned_mobile_list: readonly string[] };
}
const ok = { status: 200, headers: {}, body: '{"errcode":0,"errmsg":"ok"}' };

channelContract({
  kind: wecom,
  options: { mobiles: '15800000000' },
  success: ok,
  deliveredStatuses: (status) => status >= 200 && status < 300,
  answers: [
    ['an unknown key', '{"errcode":93000}', 'refused'],
    ['too many messages', '{"errcode":45009}', 'again', 60_000],
    ['busy', '{"errcode":-1}', 'again', 30_000],
    ['a code nobody listed', '{"errcode":5}', 'again'],
    ['no JSON', '', 'again'],
  ],
  maxBodyBytes: 4_300,
  shown: (body: Body) => [body.text.content],
  markup: () => [],
});

test('2048 bytes, not characters', async () => {
  const bench = benchOf({ kind: wecom }, () => ok);
  await bench.deliver({
    ...notice,
    facts: [{ name: '原因', value: '库'.repeat(2_000) }, ...notice.facts, { name: '说明', value: '库'.repeat(2_000) }],
  });
  const { content } = (JSON.parse(bench.requests[0]?.body ?? '') as Body).text;
  expect(Buffer.byteLength(content)).toBeLessThanOrEqual(2_048);
  expect(Buffer.byteLength(content)).toBeGreaterThan(2_040);
});

test('people are rung for a page, and not for what is only told', async () => {
  const bench = benchOf({ kind: wecom, options: { mobiles: '1580, 1590' } }, () => ok);
  await bench.deliver();
  await bench.deliver({ ...notice, urgency: 'tell' });
  const rung = bench.requests.map((request) => (JSON.parse(request.body ?? '') as Body).text.mentioned_mobile_list);
  expect(rung).toEqual([['1580', '1590'], []]);
});
