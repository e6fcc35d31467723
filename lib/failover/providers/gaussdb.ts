import { OPERATIONS, type Provider, type ProviderPorts } from '../provider.ts';
import { observeGaussdb } from './gaussdb/observe.ts';
import { planGaussdb } from './gaussdb/plan.ts';
import { preflightGaussdb } from './gaussdb/preflight.ts';
import { QUIET_MS, reconcileGaussdb } from './gaussdb/reconcile.ts';
import { startGaussdb } from './gaussdb/start.ts';
import { trackGaussdb } from './gaussdb/track.ts';
import { verifyGaussdb } from './gaussdb/verify.ts';
import { createWire } from './gaussdb/wire.ts';

export { GAUSSDB_ERRORS } from './gaussdb/error-rows.ts';
export { createGaussdbLogKeeping, type GaussdbLogKeeping } from './gaussdb/keep-log.ts';

/** The longest that the vendor's own tooling waits (provider contracts §1.2). */
const LONGEST_OPERATION_MS = 60 * 60_000;

/**
 * Huawei Cloud GaussDB, cross-region disaster recovery (provider contracts §1). Everything is asked of the DR region: its endpoint, its
 * project, its instance. The API has no idempotency token; a lost answer is found again in the DR records.
 *
 * The secret behind `auth.secret` is `accessKey:secretKey[:securityToken]` for `aksk`, `token:<X-Auth-Token>` for `token`. During a
 * rotation the newest value is used.
 */
export function createGaussdbProvider(ports: ProviderPorts): Provider {
  const wire = createWire(ports);
  return {
    name: 'gaussdb',
    operations: OPERATIONS,
    honoursToken: false,
    longestOperationMs: LONGEST_OPERATION_MS,
    quietMs: QUIET_MS,
    observe: async (target, deadlineMs) => await observeGaussdb(wire, target, deadlineMs),
    plan: planGaussdb,
    preflight: preflightGaussdb,
    start: async (call) => await startGaussdb(wire, call),
    track: async (call) => await trackGaussdb(wire, call),
    reconcile: async (call) => await reconcileGaussdb(wire, call),
    verify: async (call) => await verifyGaussdb(wire, call),
  };
}
