import type { ConditionClass, Severity } from './alert.ts';
import { CONDITION_CLASSES } from './alert.ts';
import type { SourceSettings } from './source.ts';

export type ClassTable = Readonly<Record<string, ConditionClass>>;

/** A table from lists of names, blanks between them. */
export const classTable = (names: Partial<Record<ConditionClass, string>>): ClassTable => invert(names);

function invert<Word extends string>(lists: Partial<Record<Word, string>>): Readonly<Record<string, Word>> {
  const pairs = Object.entries<string | undefined>(lists).flatMap(([word, names]) =>
    (names ?? '').split(/\s+/).map((name) => [name, word] as const),
  );
  return Object.fromEntries(pairs) as Record<string, Word>;
}

/** Added to the name of an alert that says "I see nothing": a monitor that lost sight has not seen a death. */
export const NO_DATA_SUFFIX = ' (no data)';

/**
 * The class of a condition by the exact names it goes by, the most specific first. The configuration's word wins over the source's own
 * table; a name that neither knows is `other`, which no criterion takes for death.
 */
export function classOf(names: readonly (string | undefined)[], settings: SourceSettings, table: ClassTable): ConditionClass {
  return configuredClass(names, settings) ?? firstIn(names, table) ?? 'other';
}

/** Only what the configuration says; for states in which the table must not speak. */
export function configuredClass(names: readonly (string | undefined)[], settings: SourceSettings): ConditionClass | undefined {
  return settings.classes === undefined ? undefined : firstIn(names, settings.classes);
}

function firstIn(names: readonly (string | undefined)[], table: ClassTable): ConditionClass | undefined {
  for (const name of names) {
    if (name !== undefined && Object.hasOwn(table, name)) return table[name];
  }
  return undefined;
}

const CLASS_WORDS: ReadonlySet<string> = new Set(CONDITION_CLASSES);

/** A class that a rule's author wrote into the alert itself. */
export const asClass = (text: unknown): ConditionClass | undefined =>
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
    const key = word.trim().toLowerCase();
    if (Object.hasOwn(SEVERITY_WORDS, key)) return SEVERITY_WORDS[key] ?? 'unknown';
  }
  return 'unknown';
}
