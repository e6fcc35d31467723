import type { Credential } from '../credential.ts';
import { parseIsoSeconds } from '../encoding.ts';
import type { SimulatedRequest } from '../exchange.ts';
import { Refusal } from '../refusal.ts';
import type { PolardbState } from './model.ts';
import type { RpcRequest } from './parameters.ts';
import { claimV1, claimV3 } from './signature.ts';
import type { Claim } from './signature.ts';

/** §2.7: a timestamp may be off by this much. */
const SKEW_MAX_MS = 15 * 60_000;

function gateway(status: number, code: string, message: string): Refusal {
  return new Refusal({ status, code, message }, false);
}

/** Contract §2.7 and §2.9, in the order: timestamp, key, signature, nonce, token of temporary credentials, right to the action. @throws {Refusal} */
export function authenticate(state: PolardbState, request: SimulatedRequest, rpc: RpcRequest, nowMs: number): Credential {
  const claim = rpc.style === 'V3' ? claimV3(request) : claimV1(request);
  if ('missing' in claim) throw gateway(400, `Missing${claim.missing}`, `${claim.missing} is mandatory for this action.`);
  checkDate(claim, nowMs);
  const credential = state.credentials.find((one) => one.accessKeyId === claim.accessKeyId);
  if (!credential) throw gateway(state.choices.invalidAccessKeyStatus, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
  const wrong = credential.trusted === true ? undefined : claim.wrongWith(credential.secretKey);
  if (wrong !== undefined)
    throw gateway(
      state.choices.signatureStatus,
      'SignatureDoesNotMatch',
      `Specified signature is not matched with our calculation: ${wrong}.`,
    );
  checkNonce(state, claim, nowMs);
  checkSecurityToken(credential, claim, nowMs);
  if (credential.allows && !credential.allows.includes(rpc.action))
    throw new Refusal({ status: 403, code: 'Forbidden.RAM', message: 'User not authorized to operate on the specified resource.' });
  return credential;
}

function checkDate(claim: Claim, nowMs: number): void {
  const sentMs = parseIsoSeconds(claim.date);
  if (sentMs === undefined) throw gateway(400, 'InvalidTimeStamp.Format', 'Specified time stamp or date value is not well formatted.');
  if (Math.abs(nowMs - sentMs) > SKEW_MAX_MS)
    throw gateway(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
}

/** How often old nonces are thrown away. */
const PRUNE_MS = 60_000;

/** A nonce is remembered as long as its timestamp could still be accepted. */
function checkNonce(state: PolardbState, claim: Claim, nowMs: number): void {
  const key = `${claim.accessKeyId} ${claim.nonce}`;
  pruneNonces(state, nowMs);
  if (Object.hasOwn(state.nonces, key)) throw gateway(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
  state.nonces[key] = nowMs;
}

function pruneNonces(state: PolardbState, nowMs: number): void {
  if (nowMs < state.noncesPrunedAtMs + PRUNE_MS) return;
  state.noncesPrunedAtMs = nowMs;
  for (const [known, atMs] of Object.entries(state.nonces)) if (atMs < nowMs - 2 * SKEW_MAX_MS) delete state.nonces[known];
}

function checkSecurityToken(credential: Credential, claim: Claim, nowMs: number): void {
  if (claim.securityToken !== credential.securityToken)
    throw gateway(400, 'InvalidSecurityToken.Malformed', 'Specified SecurityToken is malformed.');
  const expired = credential.expiresAtMs !== undefined && credential.expiresAtMs <= nowMs;
  if (expired) throw gateway(400, 'InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.');
}
