/** Regions whose host begins with `gaussdb-opengauss.`, and those with the plain `gaussdb.` (provider contracts §1.1): no rule joins them. */
const LONG_NAME =
  'af-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 cn-east-3 cn-north-2 cn-north-4 cn-north-9 cn-south-1 cn-south-2 cn-south-4 cn-southwest-2 la-north-2 la-south-2 ru-northwest-2 sa-brazil-1'.split(
    ' ',
  );
const SHORT_NAME = 'af-north-1 ap-southeast-5 cn-east-2 cn-east-4 cn-east-5 cn-north-12 me-east-1 tr-west-1'.split(' ');

/**
 * The documented endpoint of a region, as the default for a target that names none.
 *
 * @returns `undefined` for a region that no document lists: then the endpoint has to be configured, it cannot be guessed.
 */
export function documentedGaussdbEndpoint(region: string): string | undefined {
  if (LONG_NAME.includes(region)) return `https://gaussdb-opengauss.${region}.myhuaweicloud.com`;
  return SHORT_NAME.includes(region) ? `https://gaussdb.${region}.myhuaweicloud.com` : undefined;
}
