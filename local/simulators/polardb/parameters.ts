import { decodePairs, headerOf, partsOf } from '../exchange.ts';
import type { SimulatedRequest } from '../exchange.ts';

/** A request in either signing style, its parameters from the query and the form together. */
export interface RpcRequest {
  readonly style: 'V3' | 'V1';
  readonly action: string;
  readonly version: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly json: boolean;
}

/** What every RPC request may carry beside the parameters of its action (§2.8). */
export const COMMON = new Set([
  'Action',
  'Version',
  'Format',
  'AccessKeyId',
  'SignatureMethod',
  'SignatureVersion',
  'SignatureType',
  'SignatureNonce',
  'Timestamp',
  'SecurityToken',
  'Signature',
]);
/** §2.2: accepted by every action, of no effect. */
export const OWNER = ['OwnerAccount', 'OwnerId', 'ResourceOwnerAccount', 'ResourceOwnerId'] as const;

export function isForm(request: SimulatedRequest): boolean {
  return /^application\/x-www-form-urlencoded(;|$)/i.test(headerOf(request, 'content-type') ?? '');
}

/** `undefined`: an escape is malformed, or a parameter comes twice. */
export function allPairs(request: SimulatedRequest): Readonly<Record<string, string>> | undefined {
  const query = decodePairs(partsOf(request).query, 'plus');
  const form = isForm(request) ? decodePairs(request.body, 'blank') : [];
  if (!query || !form) return undefined;
  const pairs = [...query, ...form];
  const found = Object.fromEntries(pairs);
  return Object.keys(found).length === pairs.length ? found : undefined;
}

function acceptsJson(request: SimulatedRequest): boolean {
  return /application\/json/i.test(headerOf(request, 'accept') ?? '');
}

/** Reads what is asked, before anything is checked. The default format of both styles is XML (§0.10). */
export function readRpc(request: SimulatedRequest): RpcRequest {
  const parameters = allPairs(request) ?? {};
  const style = styleOf(request, parameters);
  const json = parameters['Format']?.toUpperCase() === 'JSON' || (style === 'V3' && acceptsJson(request));
  const named = style === 'V3' ? headerOf(request, 'x-acs-action') : parameters['Action'];
  const version = style === 'V3' ? headerOf(request, 'x-acs-version') : parameters['Version'];
  return { style, action: named ?? '', version: version ?? '', parameters, json };
}

/** The vendor's own V1 client sends x-acs-action as well, so the signature tells the style where there is one. */
function styleOf(request: SimulatedRequest, parameters: Readonly<Record<string, string>>): RpcRequest['style'] {
  if (headerOf(request, 'authorization')?.startsWith('ACS3') === true) return 'V3';
  return parameters['Signature'] === undefined && headerOf(request, 'x-acs-action') !== undefined ? 'V3' : 'V1';
}
