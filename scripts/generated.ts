import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderJsonSchema } from '../lib/config/schema.ts';
import { renderLifecycle } from '../lib/failover/lifecycle.ts';
import { renderErrorTable } from '../lib/failover/providers/error-table.ts';
import { GAUSSDB_ERRORS } from '../lib/failover/providers/gaussdb/error-rows.ts';
import { GDN_ERRORS } from '../lib/failover/providers/polardb-gdn/errors.ts';
import { POLARDB_ERRORS } from '../lib/failover/providers/polardb/errors.ts';
import { renderBounds } from './bounds.ts';
import { renderRules } from './model/rules-table.ts';
import { MUTATION_DOC } from './mutation/counts.ts';
import { renderExcuses } from './mutation/excuses.ts';
import { renderAccepted } from './nag/accepted-table.ts';

/** A text that is made from code, so that the two cannot differ. */
export interface Generated {
  readonly path: string;
  /** The whole file as it must be. @param now as it is, `''` when it is not there. */
  readonly render: (now: string) => string;
}

/** The README holds the diagram between two comments. */
const LIFECYCLE_BEGIN = '<!-- life cycle: made by `npm run generate` -->';
const LIFECYCLE_END = '<!-- end of life cycle -->';

/** So does the page on exactly once, with its numbers. */
const BOUNDS_BEGIN = '<!-- bounds: made by `npm run generate` -->';
const BOUNDS_END = '<!-- end of bounds -->';

/** And the pages of the model and of the supply chain, with their tables. */
const RULES_BEGIN = '<!-- rules: made by `npm run generate` -->';
const RULES_END = '<!-- end of rules -->';
const ACCEPTED_BEGIN = '<!-- accepted: made by `npm run generate` -->';
const ACCEPTED_END = '<!-- end of accepted -->';

/** And the page of the mutation test, with the excuses that stand beside the code. */
const EXCUSES_BEGIN = '<!-- excuses: made by `npm run generate` -->';
const EXCUSES_END = '<!-- end of excuses -->';

export const GENERATED: readonly Generated[] = [
  { path: 'docs/generated/understudy.schema.json', render: renderJsonSchema },
  { path: 'docs/generated/gaussdb-errors.md', render: () => renderErrorTable(GAUSSDB_ERRORS) },
  { path: 'docs/generated/polardb-errors.md', render: () => renderErrorTable(POLARDB_ERRORS) },
  { path: 'docs/generated/polardb-gdn-errors.md', render: () => renderErrorTable(GDN_ERRORS) },
  { path: 'docs/exactly-once.md', render: (now) => between(now, BOUNDS_BEGIN, BOUNDS_END, renderBounds()) },
  { path: 'docs/model.md', render: (now) => between(now, RULES_BEGIN, RULES_END, renderRules()) },
  { path: 'docs/supply-chain.md', render: (now) => between(now, ACCEPTED_BEGIN, ACCEPTED_END, renderAccepted()) },
  { path: MUTATION_DOC, render: (now) => between(now, EXCUSES_BEGIN, EXCUSES_END, renderExcuses()) },
  { path: 'README.md', render: (now) => between(now, LIFECYCLE_BEGIN, LIFECYCLE_END, `\n\`\`\`mermaid\n${renderLifecycle()}\n\`\`\`\n`) },
];

/** Files that are not as they must be, with the text that they must have. */
export function outdated(root: string): readonly { readonly path: string; readonly text: string }[] {
  return GENERATED.flatMap(({ path, render }) => {
    const file = join(root, path);
    const now = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const text = render(now);
    return text === now ? [] : [{ path, text }];
  });
}

/** A text without the two marks stays as it is. */
export function between(text: string, begin: string, end: string, content: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  return from < 0 || to < 0 ? text : text.slice(0, from + begin.length) + content + text.slice(to);
}
