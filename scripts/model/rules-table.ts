import { BROKEN, RULES } from './rules.ts';

/** The rules that the model can drop, for its page. */
export function renderRules(): string {
  const rows = RULES.map(
    ({ name, says, where: [file, place], without, breaks, skew }) =>
      `| \`${name}\` | ${says} | \`${file}\` ${place} | ${without}${skew === true ? ' (clocks that differ too much)' : ''}: ${BROKEN[breaks]} |`,
  );
  return ['', '| rule | | kept in | without it |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}
