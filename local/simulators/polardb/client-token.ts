import { byCodeUnit, sha256Hex } from '../encoding.ts';
import { Refusal } from '../refusal.ts';
import { runningOn } from './model.ts';
import type { KnownToken, PolardbState } from './model.ts';
import { COMMON } from './parameters.ts';

/** §2.2: at most 64 ASCII characters, case-sensitive. */
const CLIENT_TOKEN = /^[\x20-\x7e]{1,64}$/;

export interface TokenUse {
  readonly token: string;
  readonly key: string;
  readonly parametersHash: string;
}

/** The token of a request, checked for its form; `undefined`: none was given. @throws {Refusal} */
export function tokenOf(
  state: PolardbState,
  accessKeyId: string,
  operation: string,
  parameters: Readonly<Record<string, string>>,
): TokenUse | undefined {
  const token = parameters['ClientToken'];
  if (token === undefined || token === '') return undefined;
  if (!CLIENT_TOKEN.test(token)) throw new Refusal(state.choices.invalidClientToken);
  const business = Object.entries(parameters).filter(([name]) => !COMMON.has(name));
  const parametersHash = sha256Hex(JSON.stringify(business.sort((a, b) => byCodeUnit(a[0], b[0]))));
  return { token, key: `${accessKeyId} ${operation} ${token}`, parametersHash };
}

/**
 * The request that this one repeats, if it repeats one. Comes before every rule about state (§2.9).
 *
 * @throws {Refusal} on other parameters, and where the first answer was a refusal that is remembered.
 */
export function replayOf(state: PolardbState, use: TokenUse | undefined, id: string, nowMs: number): KnownToken | undefined {
  state.tokens = state.tokens.filter((one) => one.atMs > nowMs - state.choices.clientTokenKeptMs);
  if (!use || !state.choices.clientTokenHonoured) return undefined;
  const known = state.tokens.find((one) => one.key === use.key);
  if (!known) return undefined;
  if (known.parametersHash !== use.parametersHash) throw new Refusal(state.choices.tokenMismatch);
  if (known.refusedWith) throw new Refusal(known.refusedWith);
  const stillRuns = runningOn(state, id)?.requestId === known.requestId;
  if (stillRuns && state.choices.tokenWhileRunning === 'LastTokenProcessing') {
    throw new Refusal({ status: 400, code: 'LastTokenProcessing', message: 'The last token request is processing.' });
  }
  return known;
}

export function rememberToken(
  state: PolardbState,
  use: TokenUse | undefined,
  given: Pick<KnownToken, 'requestId' | 'atMs' | 'refusedWith'>,
): void {
  if (use) state.tokens.push({ key: use.key, parametersHash: use.parametersHash, ...given });
}
