import { inFolder, withoutComments } from './tree.ts';
import type { Finding, SourceFile } from './tree.ts';

const LINES_MAX = 250;
const MEASURED = ['functions', 'lib', 'local', 'cli', 'scripts'];
const HANDLER_LINES_MAX = 25;

const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|bench|config|d))?\.[a-z]+$/;
const SAYS_NOTHING = /(?:^|[-./])(?:utils?|helpers?|common|managers?|misc|stuff)(?=[-./]|$)/;

/** Lengths and names (the house numbers' hard stops). */
export function shapeFindings(files: readonly SourceFile[]): readonly Finding[] {
  const code = files.filter(({ path }) => /\.[mc]?ts$/.test(path));
  return [
    ...code.filter(({ path }) => inFolder(path, ...MEASURED)).flatMap(tooLong),
    ...code.flatMap(badName),
    ...files.filter(({ path }) => /^functions\/[^/]+\.ts$/.test(path)).flatMap(handlerFaults),
  ];
}

function linesOf(text: string): number {
  return text.trimEnd().split('\n').length;
}

function tooLong({ path, text }: SourceFile): readonly Finding[] {
  const lines = linesOf(text);
  return lines <= LINES_MAX ? [] : [{ path, fault: `has ${String(lines)} lines; ${String(LINES_MAX)} is the hard stop` }];
}

function badName({ path }: SourceFile): readonly Finding[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return [
    ...(KEBAB.test(name) ? [] : [{ path, fault: 'is not named in kebab-case' }]),
    ...(SAYS_NOTHING.test(path) ? [{ path, fault: 'has a name that says nothing: name what it does' }] : []),
  ];
}

/** A handler is wiring: what could be decided in it belongs in a step. */
function handlerFaults({ path, text }: SourceFile): readonly Finding[] {
  const lines = linesOf(text);
  const decision = /\b(?:if|switch|while)\s*\(|\btry\s*\{/.exec(withoutComments(text));
  return [
    ...(lines <= HANDLER_LINES_MAX
      ? []
      : [{ path, fault: `has ${String(lines)} lines; a handler has at most ${String(HANDLER_LINES_MAX)}` }]),
    ...(decision === null ? [] : [{ path, fault: `decides something (${decision[0]} …): that belongs in a step` }]),
  ];
}
