import { instant } from '../../lib/decide/words.ts';
import { verifyTrail } from '../../lib/failover/advance.ts';
import type { Failover } from '../../lib/failover/failover.ts';
import type { History } from '../../lib/operate/history.ts';
import { EXIT, tell, UsageError, type Args, type Command, type Context } from '../command.ts';
import { PLACE_OPTIONS } from '../functions.ts';
import { askOperator, tellAnswer } from '../operator.ts';
import type { Answer } from '../../lib/operate/answer.ts';

export const history: Command = {
  name: 'history',
  summary: 'What happened to a target, step by step, and what people did',
  usage: 'TARGET',
  details: `
Every step of every failover: when, by whom, why, and the provider's request id. Each is hashed with the one before; the hashes are made
again here, and a past that was changed ends with 1.`,
  options: {
    limit: { type: 'string', value: 'NUMBER', help: 'how many failovers, and how many acts (default: 20, at most 100)' },
    ...PLACE_OPTIONS,
  },
  async run(context, args) {
    const request = { deed: 'history', targetId: args.positionals[0], ...limitOf(args) };
    const answer = (await askOperator(context, args, request)) as { ok: true; history: History } | Extract<Answer, { ok: false }>;
    if (!answer.ok) return tellAnswer(context, answer);
    const failovers = answer.history.failovers.map(({ failover }) => ({ failover, trailIntact: verifyTrail(failover.trail) }));
    tell(context, { ...answer.history, failovers }, [
      ...failovers.flatMap(({ failover, trailIntact }) => failoverLines(context, failover, trailIntact)),
      ...actLines(context, answer.history),
    ]);
    return failovers.every(({ trailIntact }) => trailIntact) ? EXIT.ok : EXIT.no;
  },
};

/** @throws {UsageError} */
export function limitOf(args: Args): { limit?: number } {
  const text = args.text('limit');
  if (text === undefined) return {};
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new UsageError('--limit is not a number from 1 to 100.');
  return { limit: Number(text) };
}

function failoverLines(context: Context, failover: Failover, intact: boolean): readonly string[] {
  const seal = intact ? context.paint('green', 'trail intact') : context.paint('red', 'TRAIL CHANGED: this is not what was written');
  return [
    `${context.paint('bold', `${failover.operation} ${failover.state}`)}  ${failover.id}  ${seal}`,
    `  asked for by ${failover.requestedBy}: ${failover.reason}`,
    ...failover.trail.map(({ atMs, from, to, by, why, requestId }) => {
      const request = requestId === undefined ? '' : context.paint('dim', ` [request ${requestId}]`);
      return `  ${context.paint('dim', instant(atMs))}  ${from} → ${to}  ${context.paint('dim', `by ${by}:`)} ${why}${request}`;
    }),
    '',
  ];
}

function actLines(context: Context, { acts, failovers }: History): readonly string[] {
  if (acts.length === 0) return failovers.length === 0 ? ['Nothing has happened.'] : [];
  return [
    context.paint('bold', 'What people did'),
    ...acts.map(
      ({ atMs, deed, by, reason }) => `  ${context.paint('dim', instant(atMs))}  ${deed} ${context.paint('dim', `by ${by}:`)} ${reason}`,
    ),
  ];
}
