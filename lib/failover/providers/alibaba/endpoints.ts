/**
 * Where the PolarDB API of a region is, as the vendor documents it (provider contracts §2.1): some regions share the central host, the
 * others have their own, and no rule tells which. A region that is not listed has to be configured.
 */
const CENTRAL = new Set('cn-hangzhou cn-shanghai cn-beijing cn-qingdao cn-wulanchabu cn-heyuan cn-hangzhou-finance'.split(' '));
const OWN_HOST = new Set(
  (
    'cn-hongkong cn-shenzhen cn-zhangjiakou cn-chengdu cn-guangzhou cn-huhehaote ap-southeast-1 ap-southeast-2 ap-southeast-3 ' +
    'ap-southeast-5 ap-northeast-1 ap-northeast-2 ap-south-1 eu-central-1 eu-west-1'
  ).split(' '),
);

export function documentedPolardbEndpoint(region: string): string | undefined {
  if (CENTRAL.has(region)) return 'https://polardb.aliyuncs.com';
  return OWN_HOST.has(region) ? `https://polardb.${region}.aliyuncs.com` : undefined;
}
