import { expect, test } from 'vitest';
import { teams } from '../../../lib/notify/channels/teams.ts';
import { benchOf, channelContract, notice } from '../../contract/channel-contract.ts';

interface Body {
  readonly attachments: readonly {
    readonly contentType: string;
    readonly content: {
      readonly body: readonly {
        readonly type: string;
        readonly text?: string;
        readonly inlines: readonly { readonly type: string; readonly text: string; readonly color?: string }[];
      }[];
    };
  }[];
}
const blocksOf = (body: Body) => body.attachments.flatMap((attachment) => attachment.content.body);

channelContract({
  kind: teams,
  success: { status: 202, body: '' },
  deliveredStatuses: (status) => status >= 200 && status < 300,
  answers: [['whatever the body says', 'x', 'delivered']],
  maxBodyBytes: 28_000,
  shown: (body: Body) => blocksOf(body).flatMap((block) => block.inlines.map((inline) => inline.text)),
  markup: (body: Body) => blocksOf(body).flatMap((block) => block.text ?? []),
});

test('text stands in runs, which are not read as markdown', async () => {
  const bench = benchOf({ kind: teams }, () => ({ status: 202, headers: {}, body: '' }));
  await bench.deliver();
  const blocks = blocksOf(JSON.parse(bench.requests[0]?.body ?? '') as Body);
  expect(new Set(blocks.map((block) => block.type))).toEqual(new Set(['RichTextBlock']));
  expect(new Set(blocks.flatMap((block) => block.inlines.map((inline) => inline.type)))).toEqual(new Set(['TextRun']));
});

test('the title of a page is in the colour of attention, that of what is only told is not', async () => {
  const bench = benchOf({ kind: teams }, () => ({ status: 202, headers: {}, body: '' }));
  await bench.deliver();
  await bench.deliver({ ...notice, urgency: 'tell' });
  const titles = bench.requests.map((request) => blocksOf(JSON.parse(request.body ?? '') as Body)[0]?.inlines[0]);
  expect(titles.map((title) => title?.color)).toEqual(['Attention', undefined]);
});
