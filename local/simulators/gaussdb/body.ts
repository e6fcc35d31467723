import { headerOf } from '../exchange.ts';
import type { SimulatedRequest } from '../exchange.ts';
import { Refusal } from '../refusal.ts';
import { badParameter } from './replies.ts';
import type { GaussdbState } from './model.ts';

export type Body = Readonly<Record<string, unknown>>;
/** Field names an operation takes, each with what it checks; the message names the field. */
export type Fields = Readonly<Record<string, (value: unknown) => boolean>>;

/** §1.9: the largest signed body. */
const BODY_MAX_BYTES = 12 * 1024 * 1024;

export const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
export const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
/** Contract: `dorado` exists in an SDK, the document takes only `stream` (§1.2). */
export const isDisasterType = (value: unknown): boolean => value === 'stream';
/** §1.3: 1–99. */
export const isKeepRatio = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 99;

/** @throws {Refusal} unless the body is a JSON object with the required fields, each of its type. */
export function readBody(state: GaussdbState, request: SimulatedRequest, fields: Fields, required: readonly string[]): Body {
  const body = parseObject(state, request);
  for (const name of required) if (!(name in body)) throw badParameter(`${name} is required`);
  for (const [name, value] of Object.entries(body)) {
    const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!check && state.choices.unknownBodyFields === 'refuse') throw badParameter(`${name} is not known`);
    if (check && !check(value)) throw badParameter(`${name} is not valid`);
  }
  return body;
}

function parseObject(state: GaussdbState, request: SimulatedRequest): Body {
  if (Buffer.byteLength(request.body) > BODY_MAX_BYTES)
    throw new Refusal({ status: 413, code: 'APIGW.0201', message: 'Request entity too large' });
  const type = headerOf(request, 'content-type') ?? '';
  if (state.choices.contentType === 'require-json' && !/^application\/json(;\s*charset=utf-8)?$/i.test(type)) {
    throw new Refusal({ status: 400, code: 'APIGW.0201', message: 'Bad request: Content-Type must be application/json' });
  }
  if (request.body === '') throw new Refusal({ status: 400, code: 'DBS.200006', message: 'The request is null.' });
  const parsed = parseJson(request.body);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw badParameter('the body must be a JSON object');
  return parsed as Body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badParameter('the body is not JSON');
  }
}
