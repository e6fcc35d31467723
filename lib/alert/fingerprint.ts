import { createHash } from 'node:crypto';

const HEX_CHARS = 16;
const LONGEST_KEPT = 128;

/** 16 hex characters over the parts, which are told apart from one another: `['a', 'b']` is not `['ab']`. */
export function fingerprintOf(parts: readonly (string | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, HEX_CHARS);
}

/** The same for a set of labels in whatever order they came, for senders that give no fingerprint of their own. */
export function fingerprintOfLabels(labels: Readonly<Record<string, string>>): string {
  return fingerprintOf(
    Object.keys(labels)
      .sort()
      .flatMap((key) => [key, labels[key]]),
  );
}

/** A sender's own fingerprint as it is, unless it is too long to be a key. */
export const boundFingerprint = (text: string): string => (text.length <= LONGEST_KEPT ? text : fingerprintOf([text]));
