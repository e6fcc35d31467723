import type { Config, Hook } from '../../lib/config/config.ts';
import { NoAnswerError } from '../../lib/ports.ts';
import type { Services } from '../../lib/services.ts';
import type { World } from '../simulate/world.ts';
import { withTarget } from './story.ts';

export const HOOK_HOST = 'hooks.example.com';

export function hookNamed(name: string, change: Partial<Hook> = {}): Hook {
  const url = `https://${HOOK_HOST}/${name}`;
  return { name, url, secret: `ssm:/understudy/test/hooks/${name}`, timeoutMs: 5_000, attempts: 2, onFailure: 'stop', ...change };
}

export function withHooks(config: Config, targetId: string, hooks: { before?: readonly Hook[]; after?: readonly Hook[] }): Config {
  const { before = [], after = [] } = hooks;
  return withTarget(config, targetId, { hooks: { before, after } });
}

/** What a receiver of hooks answers, by the hook's name and its number of calls; 200 where nothing else is said. */
export class HookDesk {
  readonly answers: Record<string, (call: number) => number | 'no-answer'> = {};
  readonly #calls = new Map<string, number>();

  /** Calls go through the world's own network, with its gates; only the answer is this desk's. */
  bend = (services: Services): Services => ({
    ...services,
    http: {
      request: async (request) => {
        const answered = await services.http.request(request);
        const name = new URL(request.url).pathname.slice(1);
        const call = (this.#calls.get(name) ?? 0) + 1;
        this.#calls.set(name, call);
        const answer = this.answers[name]?.(call) ?? answered.status;
        if (answer === 'no-answer') throw new NoAnswerError('no answer: the desk is silent');
        return { ...answered, status: answer };
      },
    },
  });
}

export interface ReceivedHook {
  readonly hook: string;
  readonly phase: string;
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly failover: { readonly id: string; readonly targetId: string; readonly operation: string };
  readonly promotion?: { readonly newWriter: string };
  readonly atMs: number;
}

/** Every call that arrived, in order. */
export function received(world: World): readonly ReceivedHook[] {
  return world.told
    .filter(({ channel }) => channel === HOOK_HOST)
    .map(({ body, atMs }) => ({ ...(JSON.parse(body) as Omit<ReceivedHook, 'atMs'>), atMs }));
}
