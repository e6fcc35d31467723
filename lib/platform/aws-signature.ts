import { createHash, createHmac } from 'node:crypto';

/** From the environment that Lambda gives to a function. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
export interface AwsSigning {
  readonly credentials: AwsCredentials;
  readonly region: string;
  readonly service: string;
  /** Epoch ms. */
  readonly nowMs: number;
}
export interface AwsRequest {
  readonly method: 'GET' | 'POST';
  /** Its path and query must be free of what needs encoding: none of the APIs called here has any. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * Signature Version 4 ("Create a signed AWS API request", IAM user guide), every header signed.
 *
 * @returns the headers to send: the given ones, in lower case, and `x-amz-date`, `x-amz-security-token`, `authorization`.
 */
export function signedForAws(request: AwsRequest, signing: AwsSigning): Readonly<Record<string, string>> {
  const { credentials, region, service, nowMs } = signing;
  const { host, pathname, search } = new URL(request.url);
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const headers: Record<string, string> = { host, ...lowerCased(request.headers), 'x-amz-date': stamp };
  if (credentials.sessionToken !== undefined) headers['x-amz-security-token'] = credentials.sessionToken;
  const names = Object.keys(headers).toSorted();
  const signedNames = names.join(';');
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}\n`).join('');
  const canonical = [request.method, pathname, search.slice(1), lines, signedNames, sha256(request.body)].join('\n');
  const scope = `${stamp.slice(0, 8)}/${region}/${service}/aws4_request`;
  const key = scope.split('/').reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${credentials.secretAccessKey}`);
  const signature = hmac(key, [ALGORITHM, stamp, scope, sha256(canonical)].join('\n')).toString('hex');
  const authorization = `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedNames}, Signature=${signature}`;
  return { ...headers, authorization };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
