/** What must never be; the model's ONLY selects one of them by its place in this list, counted from 1. */
export const PROPERTIES = ['effects', 'belief', 'end'] as const;
export type Property = (typeof PROPERTIES)[number];

export const BROKEN: Readonly<Record<Property, string>> = {
  effects: 'two effects at the provider',
  belief: 'the record says that nothing was started, and it was',
  end: 'it does not end, or people are not told',
};

/** A rule of the protocol that the model can drop. Dropping any one of them must break a property: else it would not be needed. */
export interface Rule {
  /** The model drops it with WITHOUT_<NAME>. */
  readonly name: string;
  readonly says: string;
  /** The file that keeps it, and the function or name in it. */
  readonly where: readonly [file: string, name: string];
  readonly without: string;
  readonly breaks: Property;
  readonly crashes: 0 | 1;
  /** Clocks differ by more than any margin: only then this rule is alone in the way. */
  readonly skew?: true;
}

export const RULES: readonly Rule[] = [
  {
    name: 'claim',
    says: 'The claim is a write that depends on the version that was read.',
    where: ['lib/failover/claim.ts', 'claimAndCall'],
    without: 'a worker claims what another one has claimed and called already',
    breaks: 'effects',
    crashes: 0,
  },
  {
    name: 'fence',
    says: 'Right before the call the record is written once more, and says that the call is on its way.',
    where: ['lib/failover/call.ts', 'fence'],
    without: 'nobody can tell a worker that died before its call from one that died after it',
    breaks: 'effects',
    crashes: 0,
  },
  {
    name: 'leaseLeft',
    says: 'By its own clock the worker’s lease has room for the whole call, right before it.',
    where: ['lib/failover/call.ts', 'leaseLeft'],
    without: 'a worker that slept between the fence and the call sends when it wakes up, long after it was given up',
    breaks: 'effects',
    crashes: 0,
  },
  {
    name: 'lease',
    says: 'The lease outlives the call’s deadline.',
    where: ['lib/timing.ts', 'assertTiming'],
    without: 'a worker is still sending when another one starts',
    breaks: 'effects',
    crashes: 0,
  },
  {
    name: 'quiet',
    says: 'The quiet time before anything is concluded outlives whatever is on its way.',
    where: ['lib/failover/transitions.ts', 'quietOf'],
    without: 'a request that nobody waits for any more arrives after the provider was looked at',
    breaks: 'effects',
    crashes: 0,
  },
  {
    name: 'quietLease',
    says: 'The quiet time outlives the lease, too: whoever gave a worker up too early, by a wrong clock, waits for it all the same.',
    where: ['lib/timing.ts', 'assertTiming'],
    without: 'a wrong clock gives up a worker that is about to call',
    breaks: 'effects',
    crashes: 0,
    skew: true,
  },
  {
    name: 'pushUnknown',
    says: 'The watchdog, too, lets an unknown outcome wait the whole quiet time.',
    where: ['lib/watch/step.ts', 'pushUnknown'],
    without: 'the watchdog’s message is there before the quiet time has passed',
    breaks: 'effects',
    crashes: 0,
  },
  {
    name: 'reconcile',
    says: 'After a lost answer the provider is looked at before anything is started again.',
    where: ['lib/failover/reconcile.ts', 'reconcileUnknown'],
    without: 'the operation is started again without looking',
    breaks: 'effects',
    crashes: 0,
  },
  {
    name: 'proof',
    says: 'One more start only if the provider’s own state proves that nothing happened, or the token makes it harmless.',
    where: ['lib/failover/reconcile.ts', 'reconcileUnknown'],
    without: 'an unknown outcome is retried',
    breaks: 'effects',
    crashes: 0,
  },
  {
    name: 'oneRequest',
    says: 'A call is one request: whoever carries it never repeats it.',
    where: ['lib/failover/provider.ts', 'start'],
    without: 'the HTTP client sends again what was not answered',
    breaks: 'effects',
    crashes: 0,
  },
  {
    name: 'settle',
    says: 'A repeated start that is refused, or finds the provider busy, concludes nothing.',
    where: ['lib/failover/call.ts', 'settle'],
    without: 'a repetition is refused because the first start took effect, and that is taken for nothing started',
    breaks: 'belief',
    crashes: 0,
  },
  {
    name: 'endAsSeen',
    says: '“Nothing was started” ends only the record that it was said of.',
    where: ['lib/failover/retire.ts', 'endAsSeen'],
    without: 'a late worker cancels the claim of another one that is calling',
    breaks: 'belief',
    crashes: 0,
  },
  {
    name: 'pushFailover',
    says: 'What stands still past its due time is sent again.',
    where: ['lib/watch/step.ts', 'pushFailover'],
    without: 'a worker dies between the record and the message, and nobody ever looks again',
    breaks: 'end',
    crashes: 1,
  },
  {
    name: 'attemptsMax',
    says: 'Attempts are bounded, those after a lost answer, too.',
    where: ['lib/failover/reconcile.ts', 'attemptsMax'],
    without: 'attempts go on without end',
    breaks: 'end',
    crashes: 0,
  },
];

/** `leaseLeft` is dropped by WITHOUT_LEASE_LEFT. */
export function flagOf({ name }: Pick<Rule, 'name'>): string {
  return `WITHOUT_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
