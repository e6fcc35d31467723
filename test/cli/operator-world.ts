import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDrill } from '../../lib/drill/step.ts';
import { operate } from '../../lib/operate/step.ts';
import { UnknownTargetError } from '../../lib/services.ts';
import { announce } from '../../local/discovery.ts';
import { startInvokeApi } from '../../local/lambda/invoke-api.ts';
import { failure, type Outcome } from '../../local/lambda/outcome.ts';
import type { World } from '../simulate/world.ts';
import { run, type Ran } from './surroundings.ts';

export interface OperatorWorld {
  /** Runs the command line against the world; the operator is the real one. */
  readonly cli: (...args: readonly string[]) => Promise<Ran>;
  /** What was invoked, newest last. */
  readonly invoked: readonly { readonly name: string; readonly payload: unknown }[];
  readonly endpoint: string;
  /** Where the cloud is announced. */
  readonly cloudFile: string;
  /** The next deed of this name is carried out, and the connection breaks before its answer. */
  readonly loseAnswerOf: (deed: string) => void;
  /** How the next invocation ends instead. */
  readonly failNext: (outcome: Outcome) => void;
  readonly stop: () => Promise<void>;
}

/** A world on virtual time behind Lambda's Invoke, found as an embedded cloud is. */
export async function startOperatorWorld(world: World): Promise<OperatorWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-operator-'));
  const invoked: { name: string; payload: unknown }[] = [];
  const failures: Outcome[] = [];
  const lost: string[] = [];
  const api = await startInvokeApi((name, text) => {
    const short = name.replace(/^understudy-[a-z]+-/, '');
    if (short !== 'operator' && short !== 'drill') return undefined;
    const payload: unknown = JSON.parse(text);
    invoked.push({ name, payload });
    const failing = failures.shift();
    const losing = lost.indexOf((payload as { deed?: string }).deed ?? '');
    if (losing >= 0) lost.splice(losing, 1);
    const ended = failing === undefined ? answered(world, short, payload) : Promise.resolve(failing);
    return losing < 0 ? ended : ended.then(() => Promise.reject(new Error('connection lost')));
  });
  const file = join(folder, 'cloud.json');
  const nothing = { webhookUrl: '', sqsEndpoint: '', dynamodbEndpoint: '', ssmEndpoint: '', tableName: '', queues: {} };
  const functions = { operator: 'understudy-local-operator', drill: 'understudy-local-drill' };
  await announce(file, {
    ...nothing,
    pid: process.pid,
    startedAtMs: 0,
    stage: 'local',
    region: 'eu-central-1',
    lambdaEndpoint: api.endpoint,
    functions,
  });
  return {
    cli: async (...args) => await run([...args, '--cloud', file], { environment: { USER: 'ann' } }),
    invoked,
    endpoint: api.endpoint,
    cloudFile: file,
    loseAnswerOf: (deed) => void lost.push(deed),
    failNext: (outcome) => void failures.push(outcome),
    stop: async () => {
      await api.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function answered(world: World, key: 'operator' | 'drill', payload: unknown): Promise<Outcome> {
  try {
    const answer = key === 'operator' ? await operate(world.aside(), payload) : await runDrill(world.aside(), payload as never);
    return { kind: 'ok', payload: JSON.stringify(answer) };
  } catch (error) {
    if (error instanceof UnknownTargetError) return failure('handler', error.name, error.message);
    throw error;
  }
}
