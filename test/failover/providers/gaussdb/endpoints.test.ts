import { expect, test } from 'vitest';
import { documentedGaussdbEndpoint } from '../../../../lib/failover/providers/gaussdb/endpoints.ts';

test.each([
  ['ap-southeast-1', 'https://gaussdb-opengauss.ap-southeast-1.myhuaweicloud.com'],
  ['sa-brazil-1', 'https://gaussdb-opengauss.sa-brazil-1.myhuaweicloud.com'],
  ['ap-southeast-5', 'https://gaussdb.ap-southeast-5.myhuaweicloud.com'],
  ['tr-west-1', 'https://gaussdb.tr-west-1.myhuaweicloud.com'],
  ['cn-north-1', undefined],
  ['', undefined],
  ['eu-nowhere-1', undefined],
])('%s is at %s', (region, endpoint) => {
  expect(documentedGaussdbEndpoint(region)).toBe(endpoint);
});
