import type { ConditionClass, Severity } from './alert.ts';
import { CONDITION_CLASSES } from './alert.ts';
import type { SourceSettings } from './source.ts';

export type ClassTable = Readonly<Record<string, ConditionClass>>;

/** A table from lists of names, blanks between them. */
export const classTable = (names: Partial<Record<ConditionClass, string>>): ClassTable => Object.fromEntries(invert(names));

function invert<Word extends string>(lists: Partial<Record<Word, string>>): ReadonlyMap<string, Word> {
  const pairs = Object.entries(lists) as [Word, string][];
  return new Map(pairs.flatMap(([word, names]) => names.split(/\s+/).map((name) => [name, word])));
}

/** Added to the name of an alert that says "I see nothing": a monitor that lost sight has not seen a death. */
export const NO_DATA_SUFFIX = ' (no data)';

/** By this label (or tag, or custom field) the author of a rule says which class of condition it watches. */
export const CLASS_LABEL = 'understudy_class';

/** What a source knows of the condition behind an alert. */
export interface Naming {
  readonly name: string;
  /** The alert is about the monitor's own blindness. That is no death (and a wrong failover costs a day): neither table nor label may speak. */
  readonly isNoData?: boolean;
  /** Further exact names it goes by: a metric, an event. */
  readonly alsoNamed?: readonly (string | undefined)[];
  /** The value of {@link CLASS_LABEL}, if the alert has one. */
  readonly stated?: unknown;
}

/**
 * Name and class of a condition. The configuration's word by exact name wins, then the alert's own label, then the source's table; what
 * none of them knows is `other`, which no criterion takes for death.
 */
export function conditionOf(naming: Naming, settings: SourceSettings, table: ClassTable): { name: string; class: ConditionClass } {
  if (naming.isNoData) {
    const name = naming.name + NO_DATA_SUFFIX;
    return { name, class: firstIn([name], settings.classes) ?? 'other' };
  }
  const names = naming.alsoNamed ? [naming.name, ...naming.alsoNamed] : [naming.name];
  return { name: naming.name, class: firstIn(names, settings.classes) ?? asClass(naming.stated) ?? firstIn(names, table) ?? 'other' };
}

function firstIn(names: readonly (string | undefined)[], table: ClassTable | undefined): ConditionClass | undefined {
  if (table === undefined) return undefined;
  for (const name of names) {
    if (name !== undefined && Object.hasOwn(table, name)) return table[name];
  }
  return undefined;
}

const CLASS_WORDS: ReadonlySet<string> = new Set(CONDITION_CLASSES);

const asClass = (text: unknown): ConditionClass | undefined =>
  typeof text === 'string' && CLASS_WORDS.has(text) ? (text as ConditionClass) : undefined;

/** Words for severities in use across systems, lower case. Chinese and the P- and Sev-scales included (alerts §3, §5, §9). */
const SEVERITY_WORDS = invert<Severity>({
  critical: 'critical crit page fatal emergency disaster p0 p1 sev0 紧急 严重',
  error: 'error err major high p2 sev1 重要',
  warning: 'warning warn minor medium average p3 sev2 次要 警告',
  info: 'info informational information low notice ok p4 p5 sev3 sev4 提示',
});

export function severityOf(...words: readonly unknown[]): Severity {
  for (const word of words) {
    if (typeof word !== 'string') continue;
    const severity = SEVERITY_WORDS.get(word.trim().toLowerCase());
    if (severity !== undefined) return severity;
  }
  return 'unknown';
}
