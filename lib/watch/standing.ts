import type { Assessment } from './readiness.ts';

/** What is known of a target's readiness, and what people were told of it: one item a target. */
export interface Readiness extends Assessment {
  readonly targetId: string;
  /** Of the last check. Epoch ms. */
  readonly checkedAtMs: number;
  /** What holds until enough checks in a row say otherwise. */
  readonly standing: 'ready' | 'lost';
  readonly sinceMs: number;
  /** How long the standing before this one had lasted. */
  readonly beforeMs?: number;
  /** Checks in a row that contradict the standing. */
  readonly contrary: number;
  /** `false`: the standing has just changed, and it is not certain that people were told. */
  readonly told: boolean;
  readonly busySinceMs?: number | undefined;
  /** The planned drills, and since when that schedule is known. */
  readonly planned?: { readonly schedule: string; readonly sinceMs: number } | undefined;
}

/** One slow read, or one lucky one, changes nothing. */
export const CONFIRMATIONS = 2;

/** What a check gave. */
export interface Checked extends Assessment, Pick<Readiness, 'targetId' | 'busySinceMs' | 'planned'> {
  readonly checkedAtMs: number;
}

/** The standing after one more check. A new target counts as ready until checks in a row say that it is not. Pure. */
export function follow(before: Readiness | undefined, checked: Checked): Readiness {
  const { standing = 'ready', sinceMs = checked.checkedAtMs } = before ?? {};
  const contrary = contraryAfter(before, checked.outcome, standing);
  if (contrary < CONFIRMATIONS) return { ...checked, standing, sinceMs, contrary, told: true };
  return {
    ...checked,
    standing: standing === 'ready' ? 'lost' : 'ready',
    sinceMs: checked.checkedAtMs,
    beforeMs: checked.checkedAtMs - sinceMs,
    contrary: 0,
    told: false,
  };
}

function contraryAfter(before: Readiness | undefined, outcome: Assessment['outcome'], standing: Readiness['standing']): number {
  const contrary = before?.contrary ?? 0;
  if (outcome === 'unsure') return contrary;
  return (outcome === 'ready') === (standing === 'ready') ? 0 : contrary + 1;
}
