/** No sender nests deeper than a dozen; what recurses over a body must never meet more. */
export const MAX_NESTING = 64;

/**
 * What makes a JSON text mean different things to different readers, or exhaust one: nesting beyond {@link MAX_NESTING}, and a key that
 * stands twice in one object (the first counts here, the last there). One pass, no recursion, before anything parses it. Whether the text
 * is JSON at all is for the parser to say.
 *
 * @returns `undefined` when it has none.
 */
export function jsonHazard(text: string): string | undefined {
  const scopes: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      const end = endOfString(text, at);
      const keys = scopes.at(-1);
      if (keys !== undefined && isKey(text, end) && !isNew(keys, text.slice(at, end))) return 'a key stands twice in one object';
      at = end - 1;
    } else if (char === '{' || char === '[') {
      if (scopes.length === MAX_NESTING) return `nested deeper than ${MAX_NESTING}`;
      scopes.push(char === '{' ? new Set() : undefined);
    } else if (char === '}' || char === ']') scopes.pop();
  }
  return undefined;
}

/** @returns the position after the closing quote, or the text's end. */
function endOfString(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function isKey(text: string, after: number): boolean {
  let at = after;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\t' || text[at] === '\r') at++;
  return text[at] === ':';
}

/** Two spellings of one key (`a`, `\u0061`) are one key. */
function isNew(keys: Set<string>, quoted: string): boolean {
  const key = quoted.includes('\\') ? unescaped(quoted) : quoted;
  if (keys.has(key)) return false;
  keys.add(key);
  return true;
}

function unescaped(quoted: string): string {
  try {
    return `"${String(JSON.parse(quoted))}"`;
  } catch {
    return quoted;
  }
}
