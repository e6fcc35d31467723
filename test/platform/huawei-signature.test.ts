import { describe, expect, test } from 'vitest';
import { signHuawei, type HuaweiSigning } from '../../lib/platform/huawei-signature.ts';

const PROJECT = '0483b6b16e954cb88930a360d2c4e663';
const HOST = 'https://gaussdb-opengauss.ap-southeast-1.myhuaweicloud.com';
const base: HuaweiSigning = {
  method: 'POST',
  url: `${HOST}/v3.5/${PROJECT}/instances/c04c789b6baa4b6dbcc139c5226f3a2cin14/disaster-recovery/failover`,
  headers: { 'Content-Type': 'application/json', 'X-Project-Id': PROJECT },
  body: '{"is_support_restore":true,"disaster_type":"stream"}',
  credentials: { accessKey: 'AKIDEXAMPLE0000000AK', secretKey: 'SKEXAMPLE000000000000000000000000000000SK' },
  nowMs: Date.UTC(2026, 0, 2, 3, 4, 5),
};
const FOUR = 'content-type;host;x-project-id;x-sdk-date';

describe('SDK-HMAC-SHA256, the vectors of provider contracts §1.9', () => {
  test('(1) a POST with a body', () => {
    const headers = signHuawei(base);
    expect(headers['Authorization']).toBe(
      `SDK-HMAC-SHA256 Access=AKIDEXAMPLE0000000AK, SignedHeaders=${FOUR}, Signature=1d881aae6579147427ec5860a562d7b5d1b57b04cbe93025498c0e93709d588a`,
    );
    expect(headers['X-Sdk-Date']).toBe('20260102T030405Z');
    expect(headers['Host']).toBe('gaussdb-opengauss.ap-southeast-1.myhuaweicloud.com');
  });

  test('(2) temporary credentials: the security token is sent and signed', () => {
    const headers = signHuawei({ ...base, credentials: { ...base.credentials, securityToken: 'TOKENEXAMPLE' } });
    expect(headers['X-Security-Token']).toBe('TOKENEXAMPLE');
    expect(headers['Authorization']).toContain(`SignedHeaders=${FOUR};x-security-token, `);
    expect(headers['Authorization']).toMatch(/Signature=8c1f9546dccc0a13cdde0ad908ac6abe0368cf810524c7acf3a21de083a533dd$/);
  });

  test('(3) a GET with a query and no body', () => {
    const { body: _, ...withoutBody } = base;
    const url = `${HOST}/v3/${PROJECT}/jobs?id=8bf0175e-562e-45f6-942a-2e2c72c577d7`;
    const headers = signHuawei({ ...withoutBody, method: 'GET', url });
    expect(headers['Authorization']).toContain(`SignedHeaders=${FOUR}, `);
    expect(headers['Authorization']).toMatch(/Signature=3cc6606c7334fb3b98d2ee7af04151403d7759adae19a8478976c440004b50d1$/);
  });

  test('(4) the vendor’s own published vector', () => {
    const headers = signHuawei({
      method: 'GET',
      url: 'https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0',
      headers: { 'Content-Type': 'application/json' },
      credentials: { accessKey: 'QTWAOYTTINDUT2QVKYUC', secretKey: 'MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc' },
      nowMs: Date.UTC(2019, 10, 15, 3, 36, 55),
    });
    expect(headers['Authorization']).toBe(
      'SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, SignedHeaders=content-type;host;x-sdk-date, Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe',
    );
  });
});

describe('what is signed', () => {
  const signature = (change: Partial<HuaweiSigning>): string | undefined => signHuawei({ ...base, ...change })['Authorization'];

  test.each<[string, Partial<HuaweiSigning>]>([
    ['method', { method: 'PUT' }],
    ['host', { url: base.url.replace('ap-southeast-1', 'ap-southeast-2') }],
    ['port', { url: base.url.replace('.com/', '.com:8443/') }],
    ['path', { url: base.url.replace('failover', 'failoveR') }],
    ['query', { url: `${base.url}?a=1` }],
    ['header', { headers: { ...base.headers, 'X-Language': 'en-us' } }],
    ['body', { body: base.body?.replace('true', 'True') ?? '' }],
    ['time', { nowMs: base.nowMs + 1000 }],
    ['secret key', { credentials: { ...base.credentials, secretKey: 'other' } }],
  ])('one change of the %s changes the signature', (_, change) => {
    expect(signature(change)).not.toBe(signature({}));
  });

  test('the order of headers and of the query does not', () => {
    const reversed = Object.fromEntries(Object.entries(base.headers).toReversed());
    expect(signature({ headers: reversed })).toBe(signature({}));
    expect(signature({ url: `${base.url}?b=2&a=1&a=0` })).toBe(signature({ url: `${base.url}?a=0&a=1&b=2` }));
  });

  test('query values are encoded by RFC 3986, whichever way the address spelled them', () => {
    expect(signature({ url: `${base.url}?a=%7Ex%20y*` })).toBe(signature({ url: `${base.url}?a=~x+y%2A` }));
  });
});
