import { formatPath } from '../../lib/config/faults.ts';
import { lint, type Finding } from '../../lib/config/lint.ts';
import { DEFAULT_STAGE, loadConfig, type Loaded } from '../../lib/config/load.ts';
import { EXIT, tell, type Command, type Context, type Style } from '../command.ts';
import { configurationPath, readText, shownPath } from '../configuration.ts';

/** A fault of the file or a finding of the linter, in one shape. */
interface Remark {
  readonly level: Finding['level'];
  readonly code: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly remedy: string;
}
const COLOURS: Readonly<Record<Finding['level'], Style>> = { error: 'red', warning: 'yellow', info: 'cyan' };

export const check: Command = {
  name: 'check',
  summary: 'Read a configuration over: every fault at once, and what is lawful but not meant',
  usage: '[FILE]',
  details: `
Reads understudy.yml (or FILE) as the build does, without calling anybody. Faults stop the build; errors of the linter can never work as
written; warnings are less safe than they look.

  understudy check
  understudy check staging.yml --stage staging --strict`,
  options: {
    stage: { type: 'string', value: 'NAME', help: `what \${stage} stands for (default: ${DEFAULT_STAGE}); env: secrets only on local` },
    strict: { type: 'boolean', help: 'warnings count as errors' },
  },
  async run(context, args) {
    const path = configurationPath(context, args.positionals[0]);
    const loaded = loadConfig(await readText(context, path), { stage: args.text('stage') ?? DEFAULT_STAGE });
    const remarks = remarksOf(loaded);
    const failing = remarks.filter(({ level }) => level === 'error' || (level === 'warning' && args.flag('strict')));
    const ok = failing.length === 0;
    const file = shownPath(context, path);
    tell(context, { file, ok, remarks }, [...remarks.map((remark) => lineOf(context, file, remark)), summary(context, file, remarks, ok)]);
    return ok ? EXIT.ok : EXIT.no;
  },
};

function remarksOf(loaded: Loaded): readonly Remark[] {
  if (!loaded.ok) return loaded.faults.map((fault) => ({ level: 'error', code: 'fault', ...fault }));
  return lint(loaded.config).map((finding) => {
    const { line, column } = loaded.place(finding);
    const { level, code, message, remedy } = finding;
    return { level, code, path: formatPath(finding.path), line, column, message, remedy };
  });
}

function lineOf(context: Context, file: string, remark: Remark): string {
  const place = context.paint('dim', `${file}:${String(remark.line)}:${String(remark.column)}`);
  const level = context.paint(COLOURS[remark.level], remark.level);
  const path = remark.path === '' ? '' : `${remark.path} `;
  return `${place} ${level} ${path}${remark.message}. ${remark.remedy} ${context.paint('dim', `[${remark.code}]`)}`;
}

function summary(context: Context, file: string, remarks: readonly Remark[], ok: boolean): string {
  const counts = (['error', 'warning', 'info'] as const).flatMap((level) => {
    const count = remarks.filter((remark) => remark.level === level).length;
    return count === 0 ? [] : [`${String(count)} ${level}${count === 1 || level === 'info' ? '' : 's'}`];
  });
  const verdict = ok ? context.paint('green', 'can be built') : context.paint('red', 'cannot be built');
  return `${file} ${verdict}${counts.length === 0 ? '' : ` (${counts.join(', ')})`}`;
}
