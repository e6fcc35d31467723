import type { Approval, Config, ConfiguredSource, Guards, MaintenanceWindow, Policy, Target } from './config.ts';
import type { WrittenConfig } from './schema.ts';
import type { WrittenApproval, WrittenPolicy } from './schema/policy.ts';
import { sectionOf } from './schema/providers.ts';
import type { WrittenTarget } from './schema/target.ts';

const DEFAULT_EXPIRES_MS = 1_800_000;
/** What a policy says when nobody wrote anything: decided for each target by {@link approvalOf}. */
const NOT_ASKED: Approval = { required: false, approvers: [], count: 1, expiresMs: DEFAULT_EXPIRES_MS };

/** From the written form to the core's own: names with units, maps with their keys inside, one policy for each way of asking. */
export function buildConfig(written: WrittenConfig, hash: string): Config {
  const targets = mapValues(written.targets, (target, id) => targetOf(id, target, written));
  const brake = written.fleet.brake;
  return {
    version: 1,
    hash,
    targets,
    policies: { ...mapValues(written.policies, policyOf), ...derivedPolicies(written) },
    channels: mapValues(written.channels, (channel, id) => ({ id, ...channel })),
    sources: mapValues(written.sources, sourceOf),
    fleet: {
      brake: { failovers: brake.failovers, windowMs: brake.window, alarmingPercent: brake.alarmingPercent, alarmingMin: brake.alarmingMin },
    },
  };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, make: (value: A, key: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value, key)]));
}

/** A target whose way of asking differs from its policy's gets the policy under a name of its own: `standard/orders`. */
function derivedPolicies(written: WrittenConfig): Record<string, Policy> {
  const derived = Object.entries(written.targets).flatMap(([id, target]): [string, Policy][] => {
    const base = written.policies[target.policy];
    const name = policyNameOf(id, target, base);
    if (base === undefined || name === target.policy) return [];
    const policy = policyOf(base, name);
    return [[name, { ...policy, guards: { ...policy.guards, approval: approvalOf(target, base) } }]];
  });
  return Object.fromEntries(derived);
}

function policyNameOf(id: string, target: WrittenTarget, base: WrittenPolicy | undefined): string {
  const own = JSON.stringify(readApproval(base?.guards.approval ?? 'none'));
  return JSON.stringify(approvalOf(target, base)) === own ? target.policy : `${target.policy}/${id}`;
}

/** Rule 14: the target's word, then the policy's, then: asked where the failover leaves the region. */
function approvalOf(target: WrittenTarget, base: WrittenPolicy | undefined): Approval {
  const written = target.approval ?? base?.guards.approval;
  if (written !== undefined) return readApproval(written);
  return { ...NOT_ASKED, required: sectionOf(target.provider)?.crossRegion !== false };
}

function readApproval(written: WrittenApproval): Approval {
  if (written === 'none') return NOT_ASKED;
  return { required: true, approvers: [...new Set(written.approvers)], count: written.count, expiresMs: written.expires };
}

function targetOf(id: string, written: WrittenTarget, config: WrittenConfig): Target {
  const { policy, probe, hooks, gaussdb, polardb, gdn, approval: _approval, ...same } = written;
  // The check of references has seen to it that there is one.
  const documented = (region: string) => sectionOf(written.provider)?.documentedEndpoint(region) as string;
  const timed = <T extends { timeout: number }>({ timeout, ...rest }: T) => ({ ...rest, timeoutMs: timeout });
  return {
    id,
    ...same,
    policyName: policyNameOf(id, written, config.policies[policy]),
    hooks: { before: hooks.before.map(timed), after: hooks.after.map(timed) },
    ...(gaussdb === undefined ? {} : { gaussdb: { ...gaussdb, endpoint: gaussdb.endpoint ?? documented(gaussdb.region) } }),
    ...(polardb === undefined ? {} : { polardb: { ...polardb, endpoint: polardb.endpoint ?? documented(polardb.regionId) } }),
    ...(gdn === undefined ? {} : { gdn: { ...gdn, endpoint: gdn.endpoint ?? documented(gdn.regionId) } }),
    ...(probe === undefined ? {} : { probe: timed(probe) }),
  };
}

function policyOf(written: WrittenPolicy, name: string): Policy {
  const criteria = written.criteria.map(({ for: forMs, maxAge: maxAgeMs, quorum, ...same }) => {
    const { window: windowMs, ...rest } = quorum;
    return { ...same, quorum: { ...rest, windowMs }, forMs, maxAgeMs };
  });
  return { name, criteria, guards: guardsOf(written.guards) };
}

function guardsOf(written: WrittenPolicy['guards']): Guards {
  return {
    coolDownMs: written.coolDown,
    failoversPerDay: written.failoversPerDay,
    maxLagMs: written.maxLag,
    overLag: written.overLag,
    providerGraceMs: written.providerGrace,
    approval: readApproval(written.approval ?? 'none'),
    maintenance: written.maintenance.map(({ duration, ...same }): MaintenanceWindow => ({ ...same, durationMs: duration })),
    freezes: written.freezes.map(({ from, to, reason }) => ({ fromMs: from, toMs: to, reason })),
    allowedSkewMs: written.allowedSkew,
  };
}

function sourceOf(written: WrittenConfig['sources'][string]): ConfiguredSource {
  const auth = written.auth.map((entry) => {
    if (!('tolerance' in entry)) return entry;
    const { tolerance, ...same } = entry;
    return { ...same, toleranceMs: tolerance };
  });
  return { ...written, auth };
}
