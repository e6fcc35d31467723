import { headerOf, partsOf } from '../exchange.ts';
import type { SimulatedRequest } from '../exchange.ts';
import { sha256Hex } from '../encoding.ts';
import { Refusal } from '../refusal.ts';
import { claimOf, verifySignature } from './signature.ts';
import type { GaussdbState } from './model.ts';

/** The region a request was sent to: its listener, else its host name; `undefined`: the host is not known, so the project decides. */
export function regionOf(state: GaussdbState, request: SimulatedRequest): string | undefined {
  return request.endpoint ?? state.hosts[partsOf(request).host];
}

/** Contract: a bad signature is 401 APIGW.0301, a bad or foreign token 401 APIGW.0307 (§1.8, §1.10). */
function unauthenticated(why: string): Refusal {
  return new Refusal({ status: 401, code: 'APIGW.0301', message: `Incorrect IAM authentication information: ${why}` }, false);
}
function tokenInvalid(why: string): Refusal {
  return new Refusal({ status: 401, code: 'APIGW.0307', message: `The token must be updated: ${why}` }, false);
}

/** @throws {Refusal} unless the request proves who sends it and that they may use the project. */
export function authenticate(state: GaussdbState, request: SimulatedRequest, projectId: string, nowMs: number): void {
  const token = headerOf(request, 'x-auth-token');
  if (token !== undefined) checkToken(state, request, token, { projectId, nowMs });
  else checkSignature(state, request, projectId, nowMs);
  const header = headerOf(request, 'x-project-id');
  if (state.choices.projectHeader === 'must-match' && header !== undefined && header !== projectId)
    throw new Refusal(state.choices.projectDenied);
}

function checkToken(state: GaussdbState, request: SimulatedRequest, token: string, wanted: { projectId: string; nowMs: number }): void {
  const issued = state.tokens.find((one) => one.sha256 === sha256Hex(token));
  if (!issued) throw tokenInvalid('unknown token');
  if (issued.expiresAtMs <= wanted.nowMs) throw tokenInvalid('expired');
  const region = regionOf(state, request);
  if (region !== undefined && region !== issued.region) throw tokenInvalid('issued for another region');
  if (issued.projectId !== wanted.projectId) throw new Refusal(state.choices.projectDenied);
}

function checkSignature(state: GaussdbState, request: SimulatedRequest, projectId: string, nowMs: number): void {
  const claim = claimOf(request);
  if (!claim) throw unauthenticated('Authorization is missing or malformed');
  const credential = state.credentials.find((one) => one.accessKeyId === claim.accessKeyId);
  if (!credential) throw unauthenticated('unknown access key');
  const verdict = verifySignature(request, claim, { ...credential, nowMs, requireHost: state.choices.requireSignedHost });
  if (!verdict.ok) throw unauthenticated(verdict.why);
  if (credential.expiresAtMs !== undefined && credential.expiresAtMs <= nowMs)
    throw unauthenticated('the temporary credentials have expired');
  const securityToken = headerOf(request, 'x-security-token');
  if (securityToken !== credential.securityToken) throw unauthenticated('wrong or missing security token');
  const unsigned = securityToken !== undefined && !claim.signedHeaders.includes('x-security-token');
  if (unsigned && state.choices.requireSignedSecurityToken) throw unauthenticated('the security token must be signed');
  if (credential.allows && !credential.allows.includes(projectId)) throw new Refusal(state.choices.projectDenied);
}
