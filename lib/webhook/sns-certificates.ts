import type { Http } from '../ports.ts';
import { makeRoom } from './room.ts';
import { isValidAt, readCertificate, type SigningCertificate } from './signing-certificate.ts';
import { createBuckets } from './token-bucket.ts';

/** Certificates by their address, fetched once each for an execution environment. */
export interface SnsCertificates {
  /**
   * @param url passed {@link isCertificateUrl} before.
   * @param asker the class of address that asks: each has a small budget of fetches of its own.
   * @returns `undefined` when what is there is no certificate that is valid now.
   * @throws {CertificateUnavailableError} it cannot be known now; the sender may try again.
   */
  at(url: string, asker: string, nowMs: number): Promise<SigningCertificate | undefined>;
}
export class CertificateUnavailableError extends Error {
  override readonly name = 'CertificateUnavailableError';
}

const FETCH_TIMEOUT_MS = 3_000;
/** Whoever invents addresses makes us ask Amazon for a few of them and then for none, and nobody else has to wait for it. */
const FETCHES = { burst: 5, perSecond: 1 / 30 };
const NONE_KEPT_MS = 5 * 60_000;
const NONE_MAX = 200;

/**
 * The strict rule for an address that a message names. Its host is that of the topic's own region: a looser rule lets in other services'
 * hosts (`sns.s3-us-west-2.amazonaws.com` is anybody's bucket named `sns`).
 *
 * @param topicArn of the allow list, so its region is the configuration's word.
 */
export function isCertificateUrl(text: string, topicArn: string): boolean {
  const [, partition, , region] = topicArn.split(':');
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const host = /^https:\/\/(sns\.[a-z0-9-]{3,63}\.amazonaws\.com(?:\.cn)?)\/[A-Za-z0-9_-]{1,200}\.pem$/.exec(text)?.[1];
  return host !== undefined && host === `sns.${region}.${domain}`;
}

export function createSnsCertificates(http: Http): SnsCertificates {
  const known = new Map<string, SigningCertificate>();
  const none = new Map<string, number>();
  const underway = new Map<string, Promise<void>>();
  const budget = createBuckets(FETCHES);
  const fetchOnce = async (url: string, nowMs: number): Promise<void> => {
    const certificate = await fetchCertificate(http, url);
    if (certificate !== undefined) known.set(url, certificate);
    else {
      makeRoom(none, NONE_MAX);
      none.set(url, nowMs + NONE_KEPT_MS);
    }
  };
  const asked = (url: string, asker: string, nowMs: number): Promise<void> => {
    const same = underway.get(url);
    if (same !== undefined) return same;
    if (budget.take(asker, nowMs) > 0) throw new CertificateUnavailableError('too many unknown certificates at once');
    const asking = fetchOnce(url, nowMs).finally(() => underway.delete(url));
    underway.set(url, asking);
    return asking;
  };
  return {
    at: async (url, asker, nowMs) => {
      if (!known.has(url) && (none.get(url) ?? 0) <= nowMs) await asked(url, asker, nowMs);
      const certificate = known.get(url);
      return certificate !== undefined && isValidAt(certificate, nowMs) ? certificate : undefined;
    },
  };
}

/** The port follows no redirect, and speaks TLS to that very host or not at all. */
async function fetchCertificate(http: Http, url: string): Promise<SigningCertificate | undefined> {
  const { status, body } = await http
    .request({ method: 'GET', url, headers: { accept: '*/*' }, timeoutMs: FETCH_TIMEOUT_MS })
    .catch((error: unknown) => {
      throw new CertificateUnavailableError('the signing certificate could not be fetched', { cause: error });
    });
  if (status === 429 || status >= 500)
    throw new CertificateUnavailableError(`the signing certificate could not be fetched: HTTP ${status}`);
  return status === 200 ? readCertificate(body) : undefined;
}
