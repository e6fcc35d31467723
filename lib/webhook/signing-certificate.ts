import { verify, X509Certificate, type KeyObject } from 'node:crypto';

/** A certificate whose key checks signatures. */
export interface SigningCertificate {
  readonly key: KeyObject;
  /** SHA-256 over its DER form, 64 lower-case hex characters. */
  readonly fingerprint: string;
  readonly fromMs: number;
  readonly toMs: number;
}

const RSA_BITS_MIN = 2_048;
const PEM_CHARS_MAX = 16_384;
const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{100,7000}-----END CERTIFICATE-----/;

/** The first certificate in a text, and `undefined` for anything that is no certificate of a strong RSA key. Total. */
export function readCertificate(pem: string): SigningCertificate | undefined {
  const [block] = PEM.exec(pem.slice(0, PEM_CHARS_MAX)) ?? [];
  if (block === undefined) return undefined;
  try {
    const certificate = new X509Certificate(block);
    const { publicKey: key, fingerprint256 } = certificate;
    if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < RSA_BITS_MIN || key.asymmetricKeyType !== 'rsa') return undefined;
    return {
      key,
      fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
      fromMs: Date.parse(certificate.validFrom),
      toMs: Date.parse(certificate.validTo),
    };
  } catch {
    return undefined;
  }
}

export function isValidAt({ fromMs, toMs }: SigningCertificate, nowMs: number): boolean {
  return nowMs >= fromMs && nowMs <= toMs;
}

const SIGNATURE_CHARS_MAX = 1_400;

/** RSA with PKCS #1 v1.5 padding, as both topic services sign. @param signature in base64. Total. */
export function isSignedBy(certificate: SigningCertificate, digest: 'sha1' | 'sha256', text: string, signature: string): boolean {
  if (signature.length > SIGNATURE_CHARS_MAX || !/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) return false;
  try {
    return verify(digest, Buffer.from(text, 'utf8'), certificate.key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
