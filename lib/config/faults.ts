/** One thing that is wrong with understudy.yml, where, and what to do about it. */
export interface Fault {
  /** `targets.orders-db.policy`, `policies.standard.criteria[0].for`; `''` for the document. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly remedy: string;
}
/** A fault before its place in the text is known. `atKey`: the key is wrong, not its value. */
export interface LooseFault {
  readonly path: Path;
  readonly message: string;
  readonly remedy: string;
  readonly atKey?: boolean;
}
export type Path = readonly (string | number)[];

export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${String(part)}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

export function formatFault(fault: Fault, file: string): string {
  const path = fault.path === '' ? '' : `${fault.path} `;
  return `${file}:${String(fault.line)}:${String(fault.column)} ${path}${fault.message}. ${fault.remedy}`;
}

/** The known word nearest to a mistyped one, if it is near at all. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const ranked = known.map((candidate) => ({ candidate, distance: distanceOf(word.toLowerCase(), candidate.toLowerCase()) }));
  return ranked.filter(({ distance }) => distance <= limit).sort((a, b) => a.distance - b.distance)[0]?.candidate;
}

/** Levenshtein's distance of two short words. */
function distanceOf(a: string, b: string): number {
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  let distance = b.length;
  for (const char of a.split('')) {
    let [left, before] = [Infinity, Infinity];
    row = row.map((above, index) => {
      left = Math.min(above + 1, left + 1, before + (char === b[index - 1] ? 0 : 1));
      before = above;
      return left;
    });
    distance = left;
  }
  return distance;
}
