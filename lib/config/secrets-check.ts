import type { LooseFault, Path } from './faults.ts';

/** Shapes of credentials that people paste by mistake. A text that holds one is refused wherever it stands, and never repeated. */
const LOOKS_SECRET: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'an access key id', pattern: /\b(?:AKIA|ASIA|LTAI|HPUA)[0-9A-Za-z]{12,}/ },
  { what: 'a chat token', pattern: /\bxox[a-z]-[0-9A-Za-z-]{10,}/ },
  { what: 'a GitHub token', pattern: /\bgh[pousr]_[0-9A-Za-z]{20,}/ },
  { what: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY/ },
  {
    what: 'a chat webhook, whose URL is its secret',
    pattern: /hooks\.slack\.com\/|oapi\.dingtalk\.com\/|open\.(?:feishu\.cn|larksuite\.com)\/|qyapi\.weixin\.qq\.com\//,
  },
  { what: 'a token', pattern: /\beyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}\./ },
  { what: 'a URL with a password', pattern: /:\/\/[^\s/@:]+:[^\s/@]+@/ },
];
const REMEDY = 'Take it out, change that secret (it is in a file now), keep the new one in a parameter store and write its reference here.';

/** Every text of the configuration that looks like a secret itself. */
export function literalSecretFaults(data: unknown, path: Path = []): LooseFault[] {
  if (typeof data === 'string') {
    const found = LOOKS_SECRET.find(({ pattern }) => pattern.test(data));
    return found === undefined ? [] : [{ path, message: `looks like ${found.what}`, remedy: REMEDY }];
  }
  if (typeof data !== 'object' || data === null) return [];
  const isList = Array.isArray(data);
  return Object.entries(data).flatMap(([key, value]) => literalSecretFaults(value, [...path, isList ? Number(key) : key]));
}

export const LOCAL_STAGE = 'local';

/** `env:` references only where the environment is one's own machine. */
export function environmentFaults(data: unknown, stage: string, path: Path = []): LooseFault[] {
  if (stage === LOCAL_STAGE || typeof data !== 'object' || data === null) return [];
  const isList = Array.isArray(data);
  return Object.entries(data).flatMap(([key, value]) => {
    const here = [...path, isList ? Number(key) : key];
    if ((key === 'secret' || key === 'url') && typeof value === 'string' && value.startsWith('env:')) {
      return [
        {
          path: here,
          message: `must not come from the environment on stage ${stage}`,
          remedy: 'Use ssm:/… or secretsmanager:…; env: is for the local stage.',
        },
      ];
    }
    return environmentFaults(value, stage, here);
  });
}
