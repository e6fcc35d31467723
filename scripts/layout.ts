import { purityFindings } from './layout/purity.ts';
import { reachFindings } from './layout/reach.ts';
import { shapeFindings } from './layout/shape.ts';
import { wordFindings } from './layout/words.ts';
import type { Finding, SourceFile } from './layout/tree.ts';

export { readTree, sourceFile } from './layout/tree.ts';
export type { Finding, SourceFile } from './layout/tree.ts';

/** The house rules that no linter knows: where things lie, what they may know of each other, how long they get. */
export function layoutFindings(files: readonly SourceFile[]): readonly Finding[] {
  return [purityFindings, reachFindings, shapeFindings, wordFindings].flatMap((rules) => rules(files));
}
