import { flagOf, PROPERTIES, RULES, type Property, type Rule } from './rules.ts';

/** One run of the model checker. */
export interface Check {
  readonly name: string;
  readonly says: string;
  /** `safe`: every state, nothing may be broken. `ends`: no state comes again, so every history ends. `broken`: `property` must break. */
  readonly wants: 'safe' | 'ends' | 'broken';
  readonly defines: readonly string[];
  /** Minutes and a few GiB; not part of `--quick`. */
  readonly large?: true;
  readonly property?: Property;
  readonly rule?: Rule;
}

const SMALL: readonly Check[] = [
  { name: 'safe', says: '2 workers, 2 crashes: one effect, no false belief, an end', wants: 'safe', defines: ['WORKERS=2'] },
  { name: 'skewed', says: 'the same with clocks that differ by more than any margin', wants: 'safe', defines: ['WORKERS=2', 'SKEW'] },
  { name: 'ends', says: 'no history goes round in circles', wants: 'ends', defines: ['WORKERS=2'] },
];

const LARGE: readonly Check[] = [
  {
    name: 'safe-3',
    says: '3 workers, 2 crashes, 3 attempts: one effect, no false belief, an end',
    wants: 'safe',
    defines: ['WORKERS=3', 'ATTEMPTS_MAX=3'],
    large: true,
  },
];

const DROPPED: readonly Check[] = RULES.map((rule) => ({
  name: rule.name,
  says: `without the rule: ${rule.without}`,
  wants: 'broken',
  defines: [
    'WORKERS=2',
    `CRASHES=${String(rule.crashes)}`,
    `ONLY=${String(PROPERTIES.indexOf(rule.breaks) + 1)}`,
    flagOf(rule),
    ...(rule.skew === true ? ['SKEW'] : []),
  ],
  property: rule.breaks,
  rule,
}));

export const QUICK_CHECKS: readonly Check[] = [...SMALL, ...DROPPED];
export const CHECKS: readonly Check[] = [...QUICK_CHECKS, ...LARGE];
