import type { Http, Table } from '../ports.ts';
import { createReplays, type Replays } from './replays.ts';
import { createSnsCertificates, type SnsCertificates } from './sns-certificates.ts';
import { createBuckets, type Buckets, type Rate } from './token-bucket.ts';

/** What the way in remembers in one execution environment. */
export interface Door {
  /** By class of address: only requests that proved nothing count, so that no stranger can use up a friend's share. */
  readonly strangers: Buckets;
  /** By source. */
  readonly friends: Buckets;
  readonly certificates: SnsCertificates;
  readonly replays: Replays;
  /** By source: when a refused proof may be recorded again. */
  readonly quietUntilMs: Map<string, number>;
}
export interface DoorLimits {
  readonly strangers: Rate;
  readonly friends: Rate;
}

/** Of one environment; the function's reserved concurrency says how many there are. */
export const DOOR_LIMITS: DoorLimits = {
  strangers: { burst: 30, perSecond: 1 },
  friends: { burst: 1_000, perSecond: 500 },
};

export function createDoor({ http, table }: { http: Http; table: Table }, limits: DoorLimits = DOOR_LIMITS): Door {
  return {
    strangers: createBuckets(limits.strangers),
    friends: createBuckets(limits.friends),
    certificates: createSnsCertificates(http),
    replays: createReplays(table),
    quietUntilMs: new Map(),
  };
}
