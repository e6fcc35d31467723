import type { Alert } from '../alert/alert.ts';
import { DEATH_CLASSES } from '../alert/alert.ts';
import type { Criterion, Matcher, Policy } from '../config/config.ts';
import { couldServe, matches } from '../decide/matcher.ts';

/** What keeps an alert from counting for a criterion, with what it has and what would count. */
export type Misfit = FieldMisfit | LabelMisfit;
export interface FieldMisfit {
  readonly what: 'class' | 'severity' | 'source' | 'name';
  readonly value: string;
  readonly wanted: string;
}
export interface LabelMisfit {
  readonly what: 'label';
  readonly value: string;
  readonly wanted: string;
  /** The one that does not hold. */
  readonly matcher: Matcher;
}

/** How one alert stands to one criterion: it counts, or it does not and these are the reasons, all of them. */
export interface Standing {
  readonly criterion: string;
  readonly counts: boolean;
  readonly misfits: readonly Misfit[];
}

export function standingsOf(policy: Policy, alert: Alert): readonly Standing[] {
  return policy.criteria.map((criterion) => ({
    criterion: criterion.name,
    counts: couldServe(criterion, alert),
    misfits: misfitsOf(criterion, alert),
  }));
}

/** Empty exactly when the alert could serve the criterion. */
export function misfitsOf(criterion: Criterion, alert: Alert): readonly Misfit[] {
  return [
    ...classMisfit(criterion, alert),
    ...listMisfit('severity', alert.severity, criterion.severities),
    ...listMisfit('source', alert.source, criterion.sources),
    ...listMisfit('name', alert.name, criterion.names),
    ...criterion.match.filter((matcher) => !matches(matcher, alert.labels)).map((matcher) => labelMisfit(matcher, alert)),
  ];
}

/** The classes that can count for a criterion; overload and capacity never do, whatever it says (rule 4). */
export function countingClasses({ classes }: Criterion): readonly Alert['class'][] {
  return (classes.length > 0 ? classes : DEATH_CLASSES).filter((one) => one !== 'overload' && one !== 'capacity');
}

function classMisfit(criterion: Criterion, { class: of }: Alert): readonly Misfit[] {
  const wanted = countingClasses(criterion);
  if (wanted.includes(of)) return [];
  const never = of === 'overload' || of === 'capacity' ? ' (never a death: rule 4)' : '';
  return [{ what: 'class', value: `${of}${never}`, wanted: wanted.join(' or ') }];
}

function listMisfit(what: 'severity' | 'source' | 'name', value: string, wanted: readonly string[]): readonly Misfit[] {
  return wanted.length === 0 || wanted.includes(value) ? [] : [{ what, value, wanted: wanted.join(' or ') }];
}

function labelMisfit(matcher: Matcher, { labels }: Alert): LabelMisfit {
  const value = Object.hasOwn(labels, matcher.label) ? labels[matcher.label] : undefined;
  const has = value === undefined ? 'not there' : `"${value}"`;
  return { what: 'label', value: `${matcher.label} ${has}`, wanted: `${matcher.label}${matcher.op}"${matcher.value}"`, matcher };
}
