import { readCertificate } from '../../webhook/signing-certificate.ts';
import type { Config, SourceAuth } from '../config.ts';
import type { Finding } from '../lint.ts';

type Rule = (way: SourceAuth) => (Omit<Finding, 'path'> & { readonly at?: readonly (string | number)[] }) | undefined;

/** Ways for a webhook to prove itself that cannot work as written, or prove less than they seem to. */
export function sourceLints(config: Config): readonly Finding[] {
  return Object.entries(config.sources).flatMap(([name, { auth }]) =>
    auth.flatMap((way, index) =>
      RULES.flatMap((rule): Finding[] => {
        const found = rule(way);
        if (found === undefined) return [];
        const { at = [], ...finding } = found;
        return [{ ...finding, path: ['sources', name, 'auth', index, ...at] }];
      }),
    ),
  );
}

const RULES: readonly Rule[] = [
  function certificateThatIsNone(way) {
    const index = certificatesIn(way).findIndex((pem) => pem.startsWith('-----BEGIN') && readCertificate(pem) === undefined);
    if (index < 0) return undefined;
    const message = 'is no certificate of an RSA key of at least 2048 bits: nothing will be authentic';
    return {
      level: 'error',
      code: 'bad-certificate',
      at: ['certificates', index],
      message,
      remedy: 'Copy it again from where it is published.',
    };
  },
  function certificateThatIsNotPinned(way) {
    const pins = way.kind === 'smn' ? way.fingerprints : [];
    const index = certificatesIn(way).findIndex((pem) => {
      const certificate = pem.startsWith('-----BEGIN') ? readCertificate(pem) : undefined;
      return certificate !== undefined && !pins.includes(certificate.fingerprint);
    });
    if (index < 0) return undefined;
    const message = 'is not the pinned certificate, so it has no effect';
    const remedy = 'If it is the right one, write its SHA-256 under fingerprints; compare it with what the provider publishes.';
    return { level: 'error', code: 'certificate-not-pinned', at: ['certificates', index], message, remedy };
  },
  function signatureWithoutTime(way) {
    if (way.kind !== 'hmac' || way.timestampHeader !== undefined) return undefined;
    const message = 'signs no time: who captures a delivery can send it again later';
    return {
      level: 'info',
      code: 'no-signed-time',
      message,
      remedy: 'Where the sender can sign a time, name its header in timestampHeader.',
    };
  },
  function secretInAddress(way) {
    if (way.kind !== 'path') return undefined;
    const message = 'is a secret in an address, which others may log';
    return { level: 'info', code: 'secret-in-address', message, remedy: 'Use it only for a sender that can do nothing better.' };
  },
];

function certificatesIn(way: SourceAuth): readonly string[] {
  return way.kind === 'smn' ? way.certificates : [];
}
