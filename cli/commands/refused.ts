import { instant } from '../../lib/decide/words.ts';
import type { Answer } from '../../lib/operate/answer.ts';
import type { RefusedAlert } from '../../lib/store/record-store.ts';
import { EXIT, tell, type Command } from '../command.ts';
import { PLACE_OPTIONS } from '../functions.ts';
import { askOperator, tellAnswer } from '../operator.ts';
import { limitOf } from './history.ts';

export const refused: Command = {
  name: 'refused',
  summary: 'Alerts that became no verdict, and why',
  usage: '',
  details: `
What came in and could not be counted for any target: no time, no resource, no target of that name. Kept for thirty days.`,
  options: {
    limit: { type: 'string', value: 'NUMBER', help: 'how many (default: 20, at most 100)' },
    ...PLACE_OPTIONS,
  },
  async run(context, args) {
    const answer = (await askOperator(context, args, { deed: 'refused', ...limitOf(args) })) as
      | { ok: true; refused: readonly RefusedAlert[] }
      | Extract<Answer, { ok: false }>;
    if (!answer.ok) return tellAnswer(context, answer);
    const lines = answer.refused.flatMap(({ source, refusals, receivedAtMs, excerpt }) => [
      `${context.paint('dim', instant(receivedAtMs))}  ${context.paint('bold', source)}`,
      ...refusals.map(({ code, path, detail }) => `  ${code} ${path}: ${detail}`),
      `  ${context.paint('dim', excerpt)}`,
    ]);
    tell(context, answer.refused, lines.length === 0 ? ['Every alert became a verdict.'] : lines);
    return EXIT.ok;
  },
};
