import { REASONS } from '../decide/reason.ts';
import { duration } from '../decide/words.ts';
import type { Outcome, Report, Tally } from './report.ts';

export const KINDS = ['failover', 'ask', 'brake', 'hold', 'near-miss'] as const satisfies readonly Outcome['kind'][];
const NOUNS: Readonly<Record<Outcome['kind'], readonly [one: string, many: string]>> = {
  failover: ['failover', 'failovers'],
  ask: ['ask', 'asks'],
  brake: ['fleet brake', 'fleet brakes'],
  hold: ['hold', 'holds'],
  'near-miss': ['near miss', 'near misses'],
};

export function totalOf({ counts }: Report, kind: Outcome['kind']): number {
  return counts.filter((one) => one.kind === kind).reduce((sum, { count }) => sum + count, 0);
}

export function nounFor(kind: Outcome['kind'], count: number): string {
  return NOUNS[kind][count === 1 ? 0 : 1];
}

/** One sentence, without the time and the target. */
export function sentenceOf(outcome: Outcome): string {
  const { kind, reason, evidence, beganMs, atMs } = outcome;
  const who = evidence.length === 0 ? '' : `: ${evidence.join(', ')}`;
  return SENTENCES[kind]({ outcome, after: `${duration(atMs - beganMs)} after it began`, who, why: REASONS[reason] });
}

interface Said {
  readonly outcome: Outcome;
  readonly after: string;
  readonly who: string;
  readonly why: string;
}

const SENTENCES: Readonly<Record<Outcome['kind'], (said: Said) => string>> = {
  failover: ({ outcome: { criterion = '', reason }, after, who }) =>
    `fails over ${after}, by criterion "${criterion}"${reason === 'approval-needed' ? ', approved' : ''}${who}`,
  ask: ({ outcome: { ended = 'open' }, after, who }) => `asks for approval ${after}; ${ENDS[ended]}${who}`,
  hold: ({ after, why }) => `holds ${after}. ${why}`,
  brake: ({ after, why }) => `pulls the fleet brake ${after}. ${why}`,
  'near-miss': ({ outcome: { criterion = '', reason, shortMs = 0 }, after, who, why }) =>
    `came within ${duration(shortMs)} of acting: ${reason === 'dwelling' ? `criterion "${criterion}" was met` : why.replace(/\.$/, '')}, and cleared ${after}${who}`,
};

const ENDS: Readonly<Record<NonNullable<Outcome['ended']>, string>> = {
  approved: 'approved, as supposed',
  withdrawn: 'the signals healed first',
  expired: 'nobody answered, as supposed',
  overtaken: 'a guard had turned red before the answer',
  open: 'still open at the end',
};

/** What was read, and what of it could not be used. */
export function tallyWords({ deliveries, alerts, refused, astray, outOfOrder }: Tally): string {
  const many = (count: number, noun: string): string => `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
  return [
    many(deliveries, 'deliverie').replace(/deliverie$/, 'delivery'),
    `${many(alerts, 'alert')} about targets`,
    ...(astray === 0 ? [] : [`${many(astray, 'alert')} about no single target`]),
    ...(refused === 0 ? [] : [`${many(refused, 'part')} refused`]),
    ...(outOfOrder === 0 ? [] : [`${String(outOfOrder)} out of order`]),
  ].join(', ');
}
