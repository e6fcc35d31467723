import type { Matcher } from './config.ts';

/** Label names as Prometheus has them; the operator; a quoted value, or a bare one without quotes and braces. */
const MATCHER = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^\s"'{},]*)\s*$/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/**
 * Parses one Alertmanager-style matcher: `env="prod"`, `team!="x"`, `instance=~"db-.+"`, `job!~"test.*"`. Inside quotes `\"`, `\\` and
 * `\n` are escapes; any other backslash stays, so that `"db-\d+"` is the regular expression it looks like.
 *
 * @returns `undefined` when the text is no matcher. Whether a regular expression compiles is not looked at here.
 */
export function parseMatcher(text: string): Matcher | undefined {
  const [, label, op, value] = MATCHER.exec(text) ?? [];
  if (label === undefined || op === undefined || value === undefined) return undefined;
  return { label, op: op as Matcher['op'], value: value.startsWith('"') ? unquoted(value) : value };
}

function unquoted(value: string): string {
  return value.slice(1, -1).replace(/\\(.)/gs, (all, char: string) => ESCAPES[char] ?? all);
}

export function formatMatcher(matcher: Matcher): string {
  const value = matcher.value.replace(/[\\"]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`);
  return `${matcher.label}${matcher.op}"${value}"`;
}

export function isRegexMatcher(matcher: Matcher): boolean {
  return matcher.op === '=~' || matcher.op === '!~';
}
