import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { alibabaTime, canonicalAlibabaRequest, signAlibaba, type AlibabaRequest } from '../../lib/platform/alibaba-signature.ts';

const REQUEST: AlibabaRequest = {
  credential: { accessKeyId: 'testid', accessKeySecret: 'testsecret' },
  host: 'polardb.aliyuncs.com',
  action: 'FailoverDBCluster',
  version: '2017-08-01',
  parameters: {
    TargetDBNodeId: 'pi-bp1abcdefghijk02',
    DBClusterId: 'pc-bp1abcdefghijk01',
    ClientToken: 'fo-01JGH5Z8Q8X6F2T9W1A3B5C7D9~a*b c',
  },
  place: 'query',
  nonce: '3156853299f313e23d1673dc12e1703d',
  atMs: Date.UTC(2026, 0, 2, 3, 4, 5, 999),
};
const QUERY = 'ClientToken=fo-01JGH5Z8Q8X6F2T9W1A3B5C7D9~a%2Ab%20c&DBClusterId=pc-bp1abcdefghijk01&TargetDBNodeId=pi-bp1abcdefghijk02';

function signatureOf(request: AlibabaRequest): string {
  return signAlibaba(request).headers['authorization']?.split('Signature=')[1] ?? '';
}

describe('the vectors of provider contracts §2.8', () => {
  test('parameters in the query', () => {
    const signed = signAlibaba(REQUEST);
    expect(signed).toMatchObject({ query: QUERY, body: '' });
    expect(signed.headers['authorization']).toBe(
      'ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,' +
        'Signature=2dad685de0d1793535e7eb29abb3d01ac6c5a8b079241284d56e9f2bbbcb38dc',
    );
  });

  test('the canonical request, byte by byte', () => {
    const { authorization: _, ...headers } = signAlibaba(REQUEST).headers;
    const canonical = canonicalAlibabaRequest(QUERY, headers);
    expect(canonical.split('\n')).toEqual([
      'POST',
      '/',
      QUERY,
      'host:polardb.aliyuncs.com',
      'x-acs-action:FailoverDBCluster',
      'x-acs-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'x-acs-date:2026-01-02T03:04:05Z',
      'x-acs-signature-nonce:3156853299f313e23d1673dc12e1703d',
      'x-acs-version:2017-08-01',
      '',
      'host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version',
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    ]);
    expect(createHash('sha256').update(canonical).digest('hex')).toBe('3c70d1951de31202a4eaef288ea6a4dba336c8f0b9a653cea106ab76aa468c2f');
  });

  test('the same parameters in a form', () => {
    const signed = signAlibaba({ ...REQUEST, place: 'form' });
    expect(signed).toMatchObject({ query: '', body: QUERY });
    expect(signed.headers['x-acs-content-sha256']).toBe('dce66762aa4e1e47ffb7ec18dca12032b748bdfa3ed3b6b542d89deda8717ea8');
    expect(signed.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(signatureOf({ ...REQUEST, place: 'form' })).toBe('6301fc6086f18d9b97f13b61c7c5288b12cce887d05e032fac455e78a483401f');
  });

  test('a temporary credential (STS)', () => {
    const credential = { ...REQUEST.credential, securityToken: 'STS.EXAMPLE' };
    expect(signatureOf({ ...REQUEST, credential })).toBe('74278da2ccfc9a542c54ccae1d006dd3e42eb885fc80839a0212311fa7c1ff5f');
  });

  test('the vendor’s published example', () => {
    const published: AlibabaRequest = {
      credential: { accessKeyId: 'YourAccessKeyId', accessKeySecret: 'YourAccessKeySecret' },
      host: 'ecs.cn-shanghai.aliyuncs.com',
      action: 'RunInstances',
      version: '2014-05-26',
      parameters: { RegionId: 'cn-shanghai', ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd' },
      place: 'query',
      nonce: '3156853299f313e23d1673dc12e1703d',
      atMs: Date.UTC(2023, 9, 26, 10, 22, 32),
    };
    expect(signatureOf(published)).toBe('06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0');
  });
});

describe('what is signed', () => {
  test.each<[string, Partial<AlibabaRequest>]>([
    ['the host', { host: 'polardb.aliyuncs.con' }],
    ['the action', { action: 'FailoverDBClusters' }],
    ['the version', { version: '2017-08-02' }],
    ['a parameter', { parameters: { ...REQUEST.parameters, DBClusterId: 'pc-bp1abcdefghijk02' } }],
    ['one parameter more', { parameters: { ...REQUEST.parameters, RollBackForDisaster: 'true' } }],
    ['the nonce', { nonce: '3156853299f313e23d1673dc12e1703e' }],
    ['the second', { atMs: REQUEST.atMs + 1000 }],
    ['the secret', { credential: { accessKeyId: 'testid', accessKeySecret: 'testsecreu' } }],
    ['where the parameters travel', { place: 'form' }],
  ])('%s changes the signature', (_, change) => {
    expect(signatureOf({ ...REQUEST, ...change })).not.toBe(signatureOf(REQUEST));
  });

  test('all headers are signed: no x-acs header can be added or changed on the way', () => {
    for (const place of ['query', 'form'] as const) {
      const credential = { ...REQUEST.credential, securityToken: 'STS.EXAMPLE' };
      const { authorization, ...headers } = signAlibaba({ ...REQUEST, place, credential }).headers;
      expect(authorization).toContain(`SignedHeaders=${Object.keys(headers).sort().join(';')},`);
    }
  });

  test('keys are sorted by code unit, and the five characters that encodeURIComponent leaves alone are escaped', () => {
    const { query } = signAlibaba({ ...REQUEST, parameters: { a: "!'()*", Z: '~-_.', ß: ' +&=' } });
    expect(query).toBe('Z=~-_.&a=%21%27%28%29%2A&%C3%9F=%20%2B%26%3D');
  });

  test('times have whole seconds and end in Z', () => {
    expect(alibabaTime(Date.UTC(2026, 0, 2, 3, 4, 5, 999))).toBe('2026-01-02T03:04:05Z');
  });
});
