import type { ConfiguredSource, SourceAuth } from '../config/config.ts';
import { SecretUnavailableError } from '../ports.ts';
import type { Proof, Proven } from './proof.ts';
import { provesBasic, provesBearer, provesHmac, provesPath, provesStandard } from './shared-secret.ts';
import { provesSmn } from './smn.ts';
import { provesSns } from './sns.ts';
import { CertificateUnavailableError } from './sns-certificates.ts';

/**
 * What a request proves. `why` is for our log only: a stranger learns nothing. `unsure`: what it takes to judge could not be read, so the
 * sender should come again.
 */
export type Authenticity =
  | ({ readonly kind: 'authentic'; readonly by: SourceAuth['kind'] } & Proven)
  | { readonly kind: 'stranger'; readonly why: string }
  | { readonly kind: 'unsure'; readonly why: string };

/** Any one of the source's ways suffices. A source without a way is closed. */
export async function authenticate(source: ConfiguredSource, proof: Proof): Promise<Authenticity> {
  let unsure: string | undefined;
  for (const way of source.auth) {
    try {
      const proven = await proves(way, proof);
      if (proven !== undefined) return { kind: 'authentic', by: way.kind, ...proven };
    } catch (error) {
      if (!(error instanceof SecretUnavailableError) && !(error instanceof CertificateUnavailableError)) throw error;
      unsure = `${way.kind}: ${error.message}`;
    }
  }
  if (unsure !== undefined) return { kind: 'unsure', why: unsure };
  return { kind: 'stranger', why: source.auth.length === 0 ? 'its webhook is closed' : 'no configured way of authentication fits' };
}

async function proves(way: SourceAuth, proof: Proof): Promise<Proven | undefined> {
  switch (way.kind) {
    case 'bearer':
      return provesBearer(way, proof);
    case 'basic':
      return provesBasic(way, proof);
    case 'hmac':
      return provesHmac(way, proof);
    case 'path':
      return provesPath(way, proof);
    case 'standard-webhooks':
      return provesStandard(way, proof);
    case 'sns':
      return provesSns(way, proof);
    case 'smn':
      return provesSmn(way, proof);
  }
}
