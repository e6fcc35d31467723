import type { Config, Criterion, Guards } from '../../lib/config/config.ts';
import type { HistoryItem } from '../../lib/backtest/history.ts';
import { Replay, type ReplayOptions } from '../../lib/backtest/replay.ts';
import type { Outcome, Report } from '../../lib/backtest/report.ts';
import { alertmanagerBody, exampleConfig, withTarget, type StoryAlert } from '../scenarios/story.ts';

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
/** A Friday at noon, far from every window. */
export const T0 = Date.UTC(2026, 10, 20, 12);
export const ORDERS = 'orders-gaussdb';
export const PAYMENTS = 'payments-polardb';
export const LEDGER = 'ledger-gdn';

const LABELS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [PAYMENTS]: { clusterId: 'pc-bp1abcdefghijk01' },
  [LEDGER]: { gdnId: 'gdn-bp1fedcba987654' },
};

/** A notification, received at a moment after {@link T0}. */
export function told(atMs: number, ...alerts: readonly (Partial<StoryAlert> & { readonly target?: string })[]): HistoryItem {
  const body = alertmanagerBody(
    alerts.map(({ target = ORDERS, ...alert }) => {
      const labels = LABELS[target];
      const named = labels === undefined ? {} : { instance: '', labels: { ...labels, ...alert.labels } };
      return { startsAtMs: T0 + atMs, endsAtMs: T0 + atMs, ...alert, ...named };
    }),
  );
  return { kind: 'delivery', delivery: { contentType: 'application/json', headers: {}, body, receivedAtMs: T0 + atMs } };
}

/** Both observers see it from `atMs` on, for so long; received when it happens. */
export function outage(atMs: number, lastingMs: number, target = ORDERS): readonly HistoryItem[] {
  const startsAtMs = T0 + atMs;
  const seen = ['eu-1', 'eu-2'].map((observer) => ({ target, observer, startsAtMs, name: 'DatabaseUnreachable' }));
  const endsAtMs = startsAtMs + lastingMs;
  return [told(atMs, ...seen), told(atMs + lastingMs, ...seen.map((one) => ({ ...one, status: 'resolved' as const, endsAtMs })))];
}

export function inOrder(...histories: readonly (readonly HistoryItem[])[]): readonly HistoryItem[] {
  const at = (item: HistoryItem): number => (item.kind === 'entry' ? item.entry.receivedAtMs : item.delivery.receivedAtMs);
  return histories.flat().toSorted((a, b) => at(a) - at(b));
}

/** The example, all targets acting, with changes to the policy of the orders. */
export function config(changes: { criterion?: Partial<Criterion>; guards?: Partial<Guards> } = {}): Config {
  const example = exampleConfig();
  const all = Object.keys(example.targets).reduce((one, id) => withTarget(one, id, { mode: 'act' }), example);
  const name = all.targets[ORDERS]?.policyName ?? '';
  const policy = all.policies[name];
  if (policy === undefined) throw new Error(`no policy ${name}`);
  const criteria = policy.criteria.map((criterion) => ({ ...criterion, ...changes.criterion }));
  return { ...all, policies: { ...all.policies, [name]: { ...policy, criteria, guards: { ...policy.guards, ...changes.guards } } } };
}

/** The policy of somebody who has never been woken for nothing: one observer, ten seconds, and at once. */
export const reckless = config({
  criterion: { forMs: 10 * SECOND, quorum: { alerts: 1, observers: 1, windowMs: 10 * MINUTE, probe: false } },
  guards: { providerGraceMs: 0 },
});

export function replayed(items: readonly HistoryItem[], given: Config = config(), options: Partial<ReplayOptions> = {}): Report {
  const replay = new Replay(given, { label: 'policy', ...options });
  let lastMs = 0;
  for (const item of items) lastMs = replay.take(item);
  return replay.finish(lastMs + HOUR);
}

/** What came out, in short: `failover orders-gaussdb +60`, seconds after {@link T0}. */
export function short({ outcomes }: Pick<Report, 'outcomes'>): readonly string[] {
  return outcomes.map((outcome) =>
    [outcome.kind, ...reasonOf(outcome), outcome.targetId, `+${String((outcome.atMs - T0) / SECOND)}`].join(' '),
  );
}

function reasonOf({ kind, reason }: Outcome): readonly string[] {
  return kind === 'hold' ? [reason] : [];
}
