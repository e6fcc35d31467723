import { expect, test } from 'vitest';
import { escapeMrkdwn, slack } from '../../../lib/notify/channels/slack.ts';
import { benchOf, channelContract, notice } from '../../contract/channel-contract.ts';

interface Body {
  readonly text: string;
  readonly blocks: readonly { readonly text: { readonly type: string; readonly text: string } }[];
}

channelContract({
  kind: slack,
  success: { status: 200, body: 'ok' },
  deliveredStatuses: (status) => status >= 200 && status < 300,
  answers: [
    ['ok with a line end', 'ok\n', 'delivered'],
    ['an archived channel', 'channel_is_archived', 'refused'],
    ['a page of somebody else', '<html>ok</html>', 'again'],
    ['nothing', '', 'again'],
  ],
  maxBodyBytes: 8_000,
  shown: (body: Body) => body.blocks.map((block) => block.text.text),
  markup: (body: Body) => [body.text, ...body.blocks.filter((block) => block.text.type !== 'plain_text').map((block) => block.text.text)],
});

test('every block is plain text, within the limits of Block Kit', async () => {
  const bench = benchOf({ kind: slack }, () => ({ status: 200, headers: {}, body: 'ok' }));
  await bench.deliver({ ...notice, title: 'x'.repeat(5_000) });
  const body = JSON.parse(bench.requests[0]?.body ?? '') as Body;
  expect(body.blocks.map((block) => block.text.type)).toEqual(['plain_text', 'plain_text']);
  expect(body.blocks[0]?.text.text.length).toBeLessThanOrEqual(150);
  expect(body.blocks[1]?.text.text.length).toBeLessThanOrEqual(3_000);
});

test('the fallback line has no markup left', () => {
  expect(escapeMrkdwn('<!channel> & *b* @here')).toBe('&lt;!channel&gt; &amp; \u2060*\u2060b\u2060*\u2060 \u2060@\u2060here');
});
