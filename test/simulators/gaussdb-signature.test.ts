import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../local/simulators/encoding.ts';
import type { SimulatedRequest } from '../../local/simulators/exchange.ts';
import { FLEET } from '../../local/simulators/fleet.ts';
import { canonicalRequest, claimOf, verifySignature } from '../../local/simulators/gaussdb/signature.ts';
import { createGaussdbEngine } from '../../local/simulators/gaussdb/simulator.ts';
import { drPath, gaussdbRequest } from './clients.ts';

/** The vectors of provider contracts §1.9. Nothing here is computed by this project but the verdict. */
const AT_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const HOST = 'gaussdb-opengauss.ap-southeast-1.myhuaweicloud.com';
const HEADERS = {
  'content-type': 'application/json',
  host: HOST,
  'x-project-id': FLEET.gaussdb.projectId,
  'x-sdk-date': '20260102T030405Z',
};
const SIGNED = 'content-type;host;x-project-id;x-sdk-date';
const authorization = (signature: string, signed = SIGNED): string =>
  `SDK-HMAC-SHA256 Access=AKIDEXAMPLE0000000AK, SignedHeaders=${signed}, Signature=${signature}`;

const failover: SimulatedRequest = {
  method: 'POST',
  url: drPath('failover'),
  headers: { ...HEADERS, Authorization: authorization('1d881aae6579147427ec5860a562d7b5d1b57b04cbe93025498c0e93709d588a') },
  body: '{"is_support_restore":true,"disaster_type":"stream"}',
};
const withToken: SimulatedRequest = {
  ...failover,
  headers: {
    ...HEADERS,
    'x-security-token': 'TOKENEXAMPLE',
    Authorization: authorization('8c1f9546dccc0a13cdde0ad908ac6abe0368cf810524c7acf3a21de083a533dd', `${SIGNED};x-security-token`),
  },
};
const job: SimulatedRequest = {
  method: 'GET',
  url: `/v3/${FLEET.gaussdb.projectId}/jobs?id=8bf0175e-562e-45f6-942a-2e2c72c577d7`,
  headers: { ...HEADERS, Authorization: authorization('3cc6606c7334fb3b98d2ee7af04151403d7759adae19a8478976c440004b50d1') },
  body: '',
};
const published: SimulatedRequest = {
  method: 'GET',
  url: '/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0',
  headers: {
    'content-type': 'application/json',
    host: 'service.region.example.com',
    'x-sdk-date': '20191115T033655Z',
    Authorization:
      'SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, SignedHeaders=content-type;host;x-sdk-date, Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe',
  },
  body: '',
};

function verdict(request: SimulatedRequest, secretKey: string, nowMs: number): boolean {
  const claim = claimOf(request);
  return claim !== undefined && verifySignature(request, claim, { secretKey, nowMs, requireHost: true }).ok;
}
const SK = FLEET.gaussdb.secretKey;

test.each([
  ['failover', failover, SK, AT_MS],
  ['failover with a security token', withToken, SK, AT_MS],
  ['job', job, SK, AT_MS],
  ['the published vector', published, 'MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc', Date.UTC(2019, 10, 15, 3, 36, 55)],
])('accepts the vector: %s', (_name, request, secretKey, nowMs) => {
  expect(verdict(request, secretKey, nowMs)).toBe(true);
});

test.each([
  ['failover', failover, '5c0ed720bde7c6e035283960bdde652931d52c0233a384016d323b1e1d038aac', SIGNED],
  ['job', job, '4382ce38b33795aad7a2b131373a26de2eb27b9c618ad37d42980fcca0ec886a', SIGNED],
  ['published', published, 'b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a', 'content-type;host;x-sdk-date'],
])('builds the canonical request of the vector: %s', (_name, request, hash, signed) => {
  expect(sha256Hex(canonicalRequest(request, signed.split(';')) ?? '')).toBe(hash);
});

const change = (headers: Record<string, string>): SimulatedRequest => ({ ...failover, headers: { ...failover.headers, ...headers } });
const lastByte = (text: string): string => `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;

describe('refuses one changed byte of', () => {
  test.each([
    ['the method', { ...failover, method: 'PUT' }],
    ['the path', { ...failover, url: failover.url.replace('failover', 'failoves') }],
    ['the query', { ...job, url: lastByte(job.url) }],
    ['an added query', { ...failover, url: `${failover.url}?a=b` }],
    ['the body', { ...failover, body: failover.body.replace('true', 'fals') }],
    ['content-type', change({ 'content-type': 'application/jsom' })],
    ['host', change({ host: `${HOST.slice(0, -1)}n` })],
    ['x-project-id', change({ 'x-project-id': lastByte(FLEET.gaussdb.projectId) })],
    ['x-sdk-date', change({ 'x-sdk-date': '20260102T030406Z' })],
    ['x-security-token', { ...withToken, headers: { ...withToken.headers, 'x-security-token': 'TOKENEXAMPLF' } }],
    ['the signature', change({ Authorization: lastByte(failover.headers['Authorization'] ?? '') })],
    ['the signed set', change({ Authorization: (failover.headers['Authorization'] ?? '').replace('content-type;', '') })],
    ['the key', change({ Authorization: (failover.headers['Authorization'] ?? '').replace('SDK-HMAC-SHA256', 'SDK-HMAC-SHA255') })],
  ])('%s', (_name, request) => {
    expect(verdict(request, SK, AT_MS)).toBe(false);
  });

  test('the secret key', () => {
    expect(verdict(failover, lastByte(SK), AT_MS)).toBe(false);
  });
});

test('the clock may be off by fifteen minutes and no more', () => {
  const limitMs = 15 * 60_000;
  expect([-limitMs - 1, -limitMs, limitMs, limitMs + 1].map((offMs) => verdict(failover, SK, AT_MS + offMs))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test('the vector is an accepted failover for the whole simulator, at that time', () => {
  const engine = createGaussdbEngine();
  const outcome = engine.handle(failover, AT_MS);
  expect(outcome).toMatchObject({ kind: 'respond', response: { status: 202 } });
  expect(engine.counters().promotions).toEqual({ [FLEET.gaussdb.instanceId]: 1 });
});

const at = (headers: Record<string, string>): SimulatedRequest =>
  gaussdbRequest({ path: drPath('monitor?disaster_type=stream'), nowMs: AT_MS, headers });

describe('what the signed set must hold', () => {
  const drop = (request: SimulatedRequest, name: string): SimulatedRequest => {
    const { [name]: _gone, ...rest } = request.headers;
    return { ...request, headers: rest };
  };
  test('x-sdk-date and host', () => {
    const claim = { accessKeyId: 'a', signature: '0'.repeat(64) };
    const known = { secretKey: SK, nowMs: AT_MS, requireHost: true };
    expect(verifySignature(failover, { ...claim, signedHeaders: ['host'] }, known)).toEqual({
      ok: false,
      why: 'x-sdk-date must be signed',
    });
    expect(verifySignature(failover, { ...claim, signedHeaders: ['x-sdk-date'] }, known)).toEqual({
      ok: false,
      why: 'host must be signed',
    });
    expect(verifySignature(failover, { ...claim, signedHeaders: ['x-sdk-date', 'host'] }, known)).toMatchObject({
      why: 'signed headers must be sorted',
    });
    expect(verifySignature(failover, { ...claim, signedHeaders: ['Host', 'x-sdk-date'] }, known)).toMatchObject({
      why: 'signed header names must be in lower case',
    });
  });

  test('a header that is signed must be there', () => {
    expect(verdict(drop(at({ 'x-extra': '1' }), 'x-extra'), SK, AT_MS)).toBe(false);
    expect(verdict(at({ 'x-extra': '1' }), SK, AT_MS)).toBe(true);
  });

  test('a declared body hash must be that of the body, or UNSIGNED-PAYLOAD', () => {
    expect(verdict(at({ 'x-sdk-content-sha256': 'UNSIGNED-PAYLOAD' }), SK, AT_MS)).toBe(true);
    expect(verdict(at({ 'x-sdk-content-sha256': sha256Hex('') }), SK, AT_MS)).toBe(true);
    expect(verdict(at({ 'x-sdk-content-sha256': sha256Hex('other') }), SK, AT_MS)).toBe(false);
  });

  test('a malformed escape is refused, not a crash', () => {
    expect(verdict({ ...failover, url: '/v3/%zz' }, SK, AT_MS)).toBe(false);
    expect(verdict({ ...failover, url: '/v3?a=%zz' }, SK, AT_MS)).toBe(false);
  });
});
