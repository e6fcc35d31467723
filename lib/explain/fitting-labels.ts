import type { Matcher } from '../config/config.ts';
import { matches } from '../decide/matcher.ts';

/** A value that makes the matcher hold, if one is easily told: a regular expression is tried by its alternatives. */
export function valueFor(matcher: Matcher): string | undefined {
  return candidatesOf(matcher).find((value) => holds(matcher, value));
}

/** Labels with which all the matchers hold together; one for which no value is easily told is left out. */
export function labelsFor(matchers: readonly Matcher[]): Readonly<Record<string, string>> {
  const byLabel = Map.groupBy(matchers, ({ label }) => label);
  return Object.fromEntries(
    [...byLabel].flatMap(([label, own]) =>
      own
        .flatMap(candidatesOf)
        .filter((value) => own.every((matcher) => holds(matcher, value)))
        .slice(0, 1)
        .map((value) => [label, value]),
    ),
  );
}

/** The last is for `label!=""`, which any value will do for. */
function candidatesOf({ value }: Matcher): readonly string[] {
  const alternatives = value.split('|').map((part) => part.replaceAll(/^\^|\$$|[()]/g, '').replaceAll(/\.[+*]/g, 'x'));
  return ['', ...alternatives, value, 'any'];
}

const holds = (matcher: Matcher, value: string): boolean => matches(matcher, { [matcher.label]: value });
