import { describe, expect, test } from 'vitest';
import { incidentsOf } from '../../lib/backtest/difference.ts';
import type { HistoryItem } from '../../lib/backtest/history.ts';
import { renderPage } from '../../lib/backtest/page.ts';
import { scaleOf, ticksOf } from '../../lib/backtest/axis.ts';
import type { Report } from '../../lib/backtest/report.ts';
import { escaped } from '../../lib/backtest/markup.ts';
import { rendered } from './chromium.ts';
import { DAY, HOUR, inOrder, MINUTE, ORDERS, outage, PAYMENTS, reckless, replayed, SECOND, T0, told } from './history.ts';

const BROWSER_MS = 120_000;
const history = inOrder(outage(0, 43 * SECOND), outage(DAY, 20 * MINUTE), outage(2 * DAY, 10 * MINUTE, PAYMENTS));
const supposed = ['Supposed: all is well.'];

function pageOf(report: Report, against?: Report, name = 'month.ndjson'): string {
  return renderPage({ history: name, report, against, incidents: incidentsOf(report, against), supposed });
}
const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

describe('in a real browser', () => {
  test(
    'two policies: lanes, marks, tints and sentences are there, the style applies, and nothing is loaded',
    async () => {
      const page = pageOf(replayed(history, reckless), replayed(history));
      const { dom, log } = await rendered(page);
      expect(log).not.toMatch(/Refused to|Content Security Policy|violates/);
      // One picture of the whole, one for each incident.
      expect(count(dom, /<svg [^>]*class="timeline"/g)).toBe(4);
      const [overview = ''] = /<svg [^>]*class="timeline"[\s\S]*?<\/svg>/.exec(dom) ?? [];
      expect(count(overview, /class="mark failover"/g)).toBe(5);
      expect(count(overview, /class="mark near-miss"/g)).toBe(1);
      expect(count(overview, /class="tint"/g)).toBe(2);
      expect(count(overview, /class="target">/g)).toBe(2);
      expect(dom).toContain('near-miss → failover');
      expect(dom).toContain('came within 17 s of acting');
      expect(dom).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|src=/i);
      expect(dom.match(/https?:\/\/[^"<\s]+/g) ?? []).toEqual([]);
    },
    BROWSER_MS,
  );

  test(
    'its style applies only because the policy names it: one more byte, and the browser refuses it',
    async () => {
      const { log } = await rendered(pageOf(replayed(history)).replace('<style>', '<style>/**/'));
      expect(log).toMatch(/style.*violates the following Content Security Policy|Refused to apply/);
    },
    BROWSER_MS,
  );

  test(
    'whatever stands in an alert stays text',
    async () => {
      const hostile = `</title></svg><script>document.title='taken'</script><img src=x onerror="document.title='taken'">`;
      const seen = ['"><b>eu-1', "eu-2' onload='x"].map((observer) => ({
        observer,
        startsAtMs: T0,
        name: hostile,
        labels: { understudy_class: 'down' },
      }));
      const report = replayed([told(0, ...seen)]);
      expect(report.outcomes[0]?.evidence[0]).toContain('<script>');
      const { dom } = await rendered(pageOf(report, undefined, hostile));
      expect(dom).toContain('&lt;script&gt;');
      expect(dom).not.toMatch(/<script|<img|<b>|<title>taken/);
      expect(count(dom, /<svg [^>]*class="timeline"/g)).toBe(2);
    },
    BROWSER_MS,
  );
});

describe('the page', () => {
  test('forbids everything but its own style', () => {
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(pageOf(replayed(history))) ?? [];
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'$/);
  });

  test('of a history in which nothing happened says so', () => {
    const page = pageOf(replayed([told(0, { name: 'GaussdbHighCpu' })]));
    expect(page).toContain('Nothing fired that any policy looks at.');
    expect(page).not.toContain('<h2>Incidents</h2>');
  });

  test('shows what was really decided beside it, where the archive says so', () => {
    const entry = { targetId: ORDERS, receivedAtMs: T0 + HOUR, decidedAtMs: T0 + HOUR, alerts: [], dropped: 0 };
    const items: readonly HistoryItem[] = [
      ...outage(0, 20 * MINUTE),
      { kind: 'entry', entry: { ...entry, verdict: { kind: 'hold', reason: 'paused' } } },
    ];
    const page = pageOf(replayed(items));
    expect(page).toContain('R: what was really decided then');
    expect(page).toMatch(/class="letter r"/);
  });

  test('stays small: a year of incidents is told by its first ones and counted', () => {
    const items = Array.from({ length: 1_000 }, (_, index) => outage(index * 5 * MINUTE, 30 * SECOND)).flat();
    const page = pageOf(replayed(items));
    expect(page).toContain('940 more are in the tables below.');
    expect(page).toContain('500 more are counted above.');
    expect(page.length).toBeLessThan(1_500_000);
  });
});

test('everything that could end a text or an attribute is escaped', () => {
  expect(escaped(`<a href="x" b='y'>&amp;`)).toBe('&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;');
});

describe('the axis', () => {
  test.each([
    ['seconds', 40 * SECOND, '12:00:05'],
    ['minutes', 20 * MINUTE, '12:02'],
    ['hours', 20 * HOUR, '14:00'],
    ['days', 26 * DAY, '23 Nov'],
    ['years', 900 * DAY, '2027-01-21'],
  ])('has round moments for %s', (_what, spanMs, label) => {
    const ticks = ticksOf(scaleOf(T0, T0 + spanMs, 0, 100), 10);
    expect(ticks.length).toBeGreaterThan(2);
    expect(ticks.length).toBeLessThanOrEqual(11);
    expect(ticks.map((tick) => tick.label)).toContain(label);
  });

  test('keeps what lies outside at its ends', () => {
    const scale = scaleOf(0, 100, 10, 20);
    expect([scale.x(-5), scale.x(0), scale.x(50), scale.x(100), scale.x(105)]).toEqual([10, 10, 15, 20, 20]);
  });
});
