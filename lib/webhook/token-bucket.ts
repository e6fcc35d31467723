import { makeRoom } from './room.ts';

/** How much is let through: `burst` at once, then `perSecond`. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** One bucket for each key, in the memory of one execution environment: a first bound, below the function's concurrency, which is the last. */
export interface Buckets {
  /** @returns 0 and takes one, or the seconds (at least 1) after which there is one again. */
  take(key: string, nowMs: number): number;
}

/** Whoever was seen longest ago is forgotten first. */
const KEYS_MAX = 1_000;

export function createBuckets({ burst, perSecond }: Rate): Buckets {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return {
    take: (key, nowMs) => {
      const known = buckets.get(key) ?? { tokens: burst, atMs: nowMs };
      const gained = (Math.max(0, nowMs - known.atMs) / 1_000) * perSecond;
      const tokens = Math.min(burst, known.tokens + gained);
      buckets.delete(key);
      makeRoom(buckets, KEYS_MAX);
      buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs });
      return tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond));
    },
  };
}

/** The class of an address that shares a bucket: one customer's network, `192.0.2` or `2001:db8:1`. Total. */
export function addressClass(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  const octets = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(mapped)?.[1];
  if (octets !== undefined) return octets;
  if (!/^[0-9a-f:]{2,45}$/i.test(mapped)) return 'other';
  const [head = ''] = mapped.toLowerCase().split('::', 1);
  return [...head.split(':'), '0', '0', '0'].slice(0, 3).join(':');
}
