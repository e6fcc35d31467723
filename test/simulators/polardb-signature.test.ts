import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../local/simulators/encoding.ts';
import type { SimulatedRequest } from '../../local/simulators/exchange.ts';
import { canonicalV3, claimV1, claimV3, stringToSignV1 } from '../../local/simulators/polardb/signature.ts';
import { createPolardbEngine } from '../../local/simulators/polardb/simulator.ts';
import { polardbClusters } from '../../local/simulators/fleet.ts';
import { parsed } from './clients.ts';

/** The vectors of provider contracts §2.8: testid / testsecret, 2026-01-02T03:04:05Z. */
const AT_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const QUERY = 'ClientToken=fo-01JGH5Z8Q8X6F2T9W1A3B5C7D9~a%2Ab%20c&DBClusterId=pc-bp1abcdefghijk01&TargetDBNodeId=pi-bp1abcdefghijk02';
const NONCE = '3156853299f313e23d1673dc12e1703d';
const HEADERS = {
  host: 'polardb.aliyuncs.com',
  'x-acs-action': 'FailoverDBCluster',
  'x-acs-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'x-acs-date': '2026-01-02T03:04:05Z',
  'x-acs-signature-nonce': NONCE,
  'x-acs-version': '2017-08-01',
};
function v3(headers: Record<string, string>, signature: string, url: string, body = ''): SimulatedRequest {
  const names = Object.keys(headers).toSorted().join(';');
  const authorization = `ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=${names},Signature=${signature}`;
  return { method: 'POST', url, body, headers: { ...headers, authorization, accept: 'application/json' } };
}
const inQuery = v3(HEADERS, '2dad685de0d1793535e7eb29abb3d01ac6c5a8b079241284d56e9f2bbbcb38dc', `/?${QUERY}`);
const formHeaders = {
  ...HEADERS,
  'content-type': 'application/x-www-form-urlencoded',
  'x-acs-content-sha256': 'dce66762aa4e1e47ffb7ec18dca12032b748bdfa3ed3b6b542d89deda8717ea8',
};
const inForm = v3(formHeaders, '6301fc6086f18d9b97f13b61c7c5288b12cce887d05e032fac455e78a483401f', '/', QUERY);
const stsHeaders = { ...HEADERS, 'x-acs-accesskey-id': 'testid', 'x-acs-security-token': 'STS.EXAMPLE' };
const withSts = v3(stsHeaders, '74278da2ccfc9a542c54ccae1d006dd3e42eb885fc80839a0212311fa7c1ff5f', `/?${QUERY}`);

const V1_COMMON =
  `AccessKeyId=testid&Action=FailoverDBCluster&${QUERY}&Format=json&SignatureMethod=HMAC-SHA1` +
  `&SignatureNonce=${NONCE}&SignatureVersion=1.0&Timestamp=2026-01-02T03%3A04%3A05Z&Version=2017-08-01`;
const v1 = (more: string, signature: string): SimulatedRequest => ({
  method: 'POST',
  url: `/?${V1_COMMON}${more}&Signature=${encodeURIComponent(signature)}`,
  headers: { host: 'polardb.aliyuncs.com' },
  body: '',
});
const old = v1('', 'p22C9SOqSREMrYOpH86A9q4cSac=');
const oldWithSts = v1('&SecurityToken=STS.EXAMPLE', 'LsmYRsULpw3t2cVy09TintarOPM=');

function wrong(request: SimulatedRequest, secretKey = 'testsecret'): string | undefined {
  const claim = request.headers['authorization'] === undefined ? claimV1(request) : claimV3(request);
  return 'missing' in claim ? `missing ${claim.missing}` : claim.wrongWith(secretKey);
}

test.each([
  ['V3 in the query', inQuery],
  ['V3 as a form', inForm],
  ['V3 with STS', withSts],
  ['V1', old],
  ['V1 with STS', oldWithSts],
])('accepts the vector: %s', (_name, request) => {
  expect(wrong(request)).toBeUndefined();
});

test('the published V3 vector', () => {
  const headers = {
    host: 'ecs.cn-shanghai.aliyuncs.com',
    'x-acs-action': 'RunInstances',
    'x-acs-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'x-acs-date': '2023-10-26T10:22:32Z',
    'x-acs-signature-nonce': NONCE,
    'x-acs-version': '2014-05-26',
  };
  const names = Object.keys(headers).toSorted().join(';');
  const authorization = `ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=${names},Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0`;
  const url = '/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai';
  expect(wrong({ method: 'POST', url, headers: { ...headers, authorization }, body: '' }, 'YourAccessKeySecret')).toBeUndefined();
});

test('builds the canonical request and the string to sign of the vectors', () => {
  expect(sha256Hex(canonicalV3(inQuery, Object.keys(HEADERS).toSorted()) ?? '')).toBe(
    '3c70d1951de31202a4eaef288ea6a4dba336c8f0b9a653cea106ab76aa468c2f',
  );
  expect(stringToSignV1(old)).toBe(
    'POST&%2F&AccessKeyId%3Dtestid%26Action%3DFailoverDBCluster%26ClientToken%3Dfo-01JGH5Z8Q8X6F2T9W1A3B5C7D9~a%252Ab%2520c%26DBClusterId%3Dpc-bp1abcdefghijk01' +
      '%26Format%3Djson%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D3156853299f313e23d1673dc12e1703d%26SignatureVersion%3D1.0' +
      '%26TargetDBNodeId%3Dpi-bp1abcdefghijk02%26Timestamp%3D2026-01-02T03%253A04%253A05Z%26Version%3D2017-08-01',
  );
});

const withHeader = (request: SimulatedRequest, name: string, value: string): SimulatedRequest => ({
  ...request,
  headers: { ...request.headers, [name]: value },
});
const auth = inQuery.headers['authorization'] ?? '';

describe('refuses one changed byte of', () => {
  test.each([
    ['the method', { ...inQuery, method: 'GET' }],
    ['the path', { ...inQuery, url: `/x?${QUERY}` }],
    ['a parameter', { ...inQuery, url: inQuery.url.replace('k02', 'k03') }],
    ['the case of a token', { ...inQuery, url: inQuery.url.replace('fo-', 'Fo-') }],
    ['an added parameter', { ...inQuery, url: `${inQuery.url}&RollBackForDisaster=true` }],
    ['the form', { ...inForm, body: inForm.body.replace('k02', 'k03') }],
    ['host', withHeader(inQuery, 'host', 'polardb.aliyuncs.con')],
    ['x-acs-action', withHeader(inQuery, 'x-acs-action', 'FailoverDBClustes')],
    ['x-acs-version', withHeader(inQuery, 'x-acs-version', '2017-08-02')],
    ['x-acs-date', withHeader(inQuery, 'x-acs-date', '2026-01-02T03:04:06Z')],
    ['x-acs-signature-nonce', withHeader(inQuery, 'x-acs-signature-nonce', `${NONCE.slice(0, -1)}e`)],
    ['x-acs-content-sha256', withHeader(inQuery, 'x-acs-content-sha256', sha256Hex('x'))],
    ['content-type', withHeader(inForm, 'content-type', 'application/x-www-form-urlencodes')],
    ['x-acs-security-token', withHeader(withSts, 'x-acs-security-token', 'STS.EXAMPLF')],
    ['x-acs-accesskey-id', withHeader(withSts, 'x-acs-accesskey-id', 'testie')],
    ['the signature', withHeader(inQuery, 'authorization', `${auth.slice(0, -1)}d`)],
    ['a V1 parameter', { ...old, url: old.url.replace('k02', 'k03') }],
    ['a V1 common parameter', { ...old, url: old.url.replace('Format=json', 'Format=jsoN') }],
    ['the V1 token', { ...oldWithSts, url: oldWithSts.url.replace('STS.EXAMPLE', 'STS.EXAMPLF') }],
    ['the V1 signature', { ...old, url: old.url.replace('p22C9', 'p22C8') }],
    ['the V1 method', { ...old, method: 'GET' }],
  ])('%s', (_name, request) => {
    expect(wrong(request)).toBeTypeOf('string');
  });

  test('the secret key', () => {
    expect(wrong(inQuery, 'testsecreu')).toBe('the signature does not match');
    expect(wrong(old, 'testsecreu')).toBe('the signature does not match');
  });
});

test('a header of the vendor or content-type that is there but not signed is refused', () => {
  expect(wrong(withHeader(inQuery, 'x-acs-extra', '1'))).toBe('x-acs-extra is not signed');
  expect(wrong(withHeader(inQuery, 'content-type', 'application/json'))).toBe('content-type is not signed');
});

test.each([
  ['V3', inQuery],
  ['V1', old],
])('the vector is an accepted failover for the whole simulator, at that time: %s', (_name, request) => {
  const world = { credentials: [{ accessKeyId: 'testid', secretKey: 'testsecret' }] };
  const engine = createPolardbEngine({ ...world, clusters: polardbClusters() });
  const outcome = engine.handle(request, AT_MS);
  expect(outcome).toMatchObject({ kind: 'respond', response: { status: 200 } });
  const again = engine.handle(request, AT_MS + 1);
  expect(again.kind === 'respond' && parsed(again.response.body)['Code']).toBe('SignatureNonceUsed');
  expect(engine.counters().promotions).toEqual({ 'pc-bp1abcdefghijk01': 1 });
});
