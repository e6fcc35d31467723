import { duration } from '../lib/decide/words.ts';
import { PREFLIGHT_TRIES_MAX, RETRY_MS } from '../lib/failover/claim.ts';
import { RETRY_AFTER_MAX_MS } from '../lib/failover/providers/error-table.ts';
import { PROVIDERS, type ProviderName } from '../lib/failover/providers.ts';
import { hooksExtraMs, TIMING } from '../lib/timing.ts';

/** The watchdog's schedule in serverless.yml; a test compares the two. */
export const WATCHDOG_MS = 60_000;

/** One way that a failover can go from one thing to the next, and how long it can take. */
export interface Bound {
  readonly path: string;
  readonly from: string;
  readonly to: string;
  readonly ms: number;
}
export type BoundName =
  | 'answered'
  | 'found'
  | 'again'
  | 'diedBefore'
  | 'diedAfter'
  | 'unproved'
  | 'running'
  | 'verifying'
  | 'notClear'
  | 'busy';

/**
 * Every bound of one provider from the limits in the code, for a target without hooks. Where no message is lost; one that is lost costs
 * at most `pushMs` more, and, while the outcome is unknown, the quiet time again.
 */
export function boundsOf(name: ProviderName): Readonly<Record<BoundName, Bound>> {
  const { quietMs: vendorQuietMs, longestOperationMs } = PROVIDERS[name]({} as never);
  const { observeMs, callMs, leaseMs, unknownBoundMs, reconcileEveryMs, startsMax, attemptsMax } = TIMING;
  const quietMs = Math.max(TIMING.quietMs, vendorQuietMs);
  const foundMs = callMs + quietMs + observeMs;
  // Until the last look at or after the bound; the second start has one of its own.
  const unprovedMs = startsMax * (callMs + unknownBoundMs + reconcileEveryMs + 2 * observeMs);
  return {
    answered: { path: 'answered', from: 'claim', to: 'running', ms: observeMs + callMs },
    found: { path: 'answer lost, and the provider shows it', from: 'call', to: 'running', ms: foundMs },
    again: {
      path: 'answer lost, and it is proved that nothing happened',
      from: 'call',
      to: 'second and last call',
      ms: foundMs + observeMs,
    },
    diedBefore: { path: 'worker died before the fence', from: 'claim', to: 'next claim', ms: leaseMs + pushMs() },
    diedAfter: { path: 'worker died after the fence', from: 'claim', to: 'first look at the provider', ms: leaseMs + pushMs() + quietMs },
    unproved: { path: 'nothing can be proved', from: 'call', to: 'stuck: people paged', ms: unprovedMs },
    running: {
      path: 'runs and runs',
      from: 'running',
      to: 'stuck: people paged',
      ms: longestOperationMs + TIMING.pollSlowMs + observeMs,
    },
    verifying: {
      path: 'ended, and the roles do not show',
      from: 'verifying',
      to: 'stuck: people paged',
      ms: TIMING.verifyBoundMs + TIMING.pollFirstMs + observeMs,
    },
    notClear: {
      path: 'a check stays red',
      from: 'first claim',
      to: 'refused: people paged',
      ms: PREFLIGHT_TRIES_MAX * (observeMs + RETRY_MS),
    },
    busy: {
      path: 'the provider stays busy',
      from: 'first claim',
      to: 'refused: people paged',
      ms: attemptsMax * (observeMs + callMs + RETRY_AFTER_MAX_MS),
    },
  };
}

/** What stands still is pushed by the watchdog. */
export function pushMs(): number {
  return TIMING.overdueMs + WATCHDOG_MS;
}

/** The limits and the bounds, as the page shows them. */
export function renderBounds(): string {
  const names = Object.keys(PROVIDERS) as ProviderName[];
  const all = names.map((name) => boundsOf(name));
  const [first] = all;
  const rows = Object.entries(first ?? {}).map(
    ([key, { path, from, to }]) =>
      `| ${path} | ${from} → ${to} | ${all.map((bounds) => duration(bounds[key as BoundName].ms)).join(' | ')} |`,
  );
  const head = [`| path | from → to | ${names.join(' | ')} |`, `| --- | --- | ${names.map(() => '---: ').join('| ')}|`];
  return ['', ...limitLines(), '', ...head, ...rows, ''].join('\n');
}

function limitLines(): readonly string[] {
  const { observeMs, callMs, leaseMarginMs, leaseMs, beforeHooksMs, quietMs, overdueMs } = TIMING;
  const quiets = (Object.keys(PROVIDERS) as ProviderName[]).map(
    (name) => `${name} ${duration(Math.max(quietMs, PROVIDERS[name]({} as never).quietMs))}`,
  );
  const longestLeaseMs = leaseMs + hooksExtraMs(TIMING, beforeHooksMs);
  return [
    '| limit | value |',
    '| --- | --- |',
    `| one look at the provider and the probe | ${duration(observeMs)} |`,
    `| one call, from the first byte to the last | ${duration(callMs)} |`,
    `| margin between the call's deadline and the end of the lease | ${duration(leaseMarginMs)} |`,
    `| lease of a claim | ${duration(leaseMs)}; with \`before\` hooks longer by what they may take and one more look, at most ${duration(longestLeaseMs)} |`,
    `| quiet time after a lost answer | ${quiets.join(', ')}; never shorter than the lease, hooks included |`,
    `| what stands still is pushed by the watchdog | ${duration(overdueMs)} after its time, looked for every ${duration(WATCHDOG_MS)} |`,
    `| starts of one failover | at most ${TIMING.startsMax} |`,
    `| claims of one failover | at most ${TIMING.attemptsMax} |`,
  ];
}
