import { expect, test } from 'vitest';
import { renderShort, renderText } from '../../lib/notify/render.ts';
import { byteLength } from '../../lib/notify/text.ts';
import { notice } from '../contract/channel-contract.ts';

test('the whole notice as plain text', () => {
  expect(renderText(notice)).toBe(
    [
      '[PAGE] orders-gaussdb was promoted in 41 s',
      'Target: orders-gaussdb',
      'Failover: fo-1',
      'New primary: c04c789b6baa4b6dbcc139c5226f3a2cin14',
      'Old primary: not fenced',
      'Time: 2026-01-02T03:04:05.000Z',
      'What to do now:',
      '1. Stop writes on the old primary.',
      '2. Run npx understudy acknowledge orders-gaussdb',
    ].join('\n'),
  );
});

test('without a failover and steps there is no empty line', () => {
  const { failoverId: _, ...rest } = notice;
  expect(renderText({ ...rest, urgency: 'tell', facts: [], steps: [] })).toBe(
    'orders-gaussdb was promoted in 41 s\nTarget: orders-gaussdb\nTime: 2026-01-02T03:04:05.000Z',
  );
});

test('the short line names the target, once', () => {
  expect(renderShort(notice)).toBe('orders-gaussdb was promoted in 41 s');
  expect(renderShort({ ...notice, title: 'Promoted' })).toBe('orders-gaussdb: Promoted');
});

test.each([200, 300, 1_000])('cut to %d bytes the steps stay and the facts give way', (maxBytes) => {
  const text = renderText({ ...notice, facts: [{ name: '原因', value: '库'.repeat(5_000) }] }, maxBytes);
  expect(byteLength(text)).toBeLessThanOrEqual(maxBytes);
  expect(text).toContain('2. Run npx understudy acknowledge orders-gaussdb');
  expect(text).toContain('…');
});

test('a thousand facts are bounded, and it is said', () => {
  const text = renderText({ ...notice, facts: Array.from({ length: 1_000 }, (_, index) => ({ name: `n${String(index)}`, value: 'v' })) });
  expect(text).toContain('n49: v');
  expect(text).not.toContain('n50: v');
  expect(text).toContain('Left out: 950 more facts');
});
