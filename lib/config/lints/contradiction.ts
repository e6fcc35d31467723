import { compilePattern } from '../../decide/linear-pattern.ts';
import { matches } from '../../decide/matcher.ts';
import type { Matcher } from '../config.ts';
import { formatMatcher } from '../matcher.ts';

/** Plain words and alternatives of them: the regular expressions whose every match can be listed. */
const LISTABLE = /^[A-Za-z0-9_\-:/ ]+(?:\|[A-Za-z0-9_\-:/ ]+)*$/;

/**
 * Why no label set can satisfy all matchers at once, or `undefined` when one may. Looks at one label at a time; where the values can be
 * listed (`=`, or `=~` of plain words) each is tried, otherwise only an expression that refuses everything is seen.
 */
export function contradiction(matchers: readonly Matcher[]): string | undefined {
  for (const label of new Set(matchers.map((matcher) => matcher.label))) {
    const own = matchers.filter((matcher) => matcher.label === label);
    if (!satisfiable(label, own)) return own.map(formatMatcher).join(' and ');
  }
  return undefined;
}

function satisfiable(label: string, matchers: readonly Matcher[]): boolean {
  const listed = matchers.map(valuesOf).find((values) => values !== undefined);
  if (listed !== undefined) return listed.some((value) => matchers.every((matcher) => matches(matcher, { [label]: value })));
  return !matchers.some((matcher) =>
    matcher.op === '!~' ? takesEverything(matcher.value) : matcher.op === '=~' && takesNothing(matcher.value),
  );
}

function valuesOf(matcher: Matcher): readonly string[] | undefined {
  if (matcher.op === '=') return [matcher.value];
  return matcher.op === '=~' && LISTABLE.test(matcher.value) ? matcher.value.split('|') : undefined;
}

function takesEverything(expression: string): boolean {
  return /^\(?(?:\.\*)+\)?$/.test(expression);
}

/** An expression that demands something after its end or before its beginning: `$x`, `x^`. Matchers are anchored on both sides. */
function takesNothing(expression: string): boolean {
  const outside = expression.replace(/\\.|\[(?:\\.|[^\]\\])*\]/g, 'x');
  const pattern = compilePattern(expression);
  return !outside.includes('|') && /[^(]\^|\$[^)]/.test(outside) && pattern.ok && !pattern.matches('');
}
