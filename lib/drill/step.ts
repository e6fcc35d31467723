import { lookAtWorld } from '../decide/look.ts';
import { tell } from '../notify/tell.ts';
import { rulesFor, type Services } from '../services.ts';
import { duration } from '../decide/words.ts';
import type { Check } from '../decide/verdict.ts';
import type { Notice } from '../notify/notice.ts';
import { probeCheck, rehearse } from './rehearse.ts';
import type { DrillReport, Phase } from './report.ts';

export interface DrillRequest {
  readonly targetId: string;
  readonly requestedBy: string;
}

/**
 * A rehearsal of the first rung: reads everything that a failover would read, decides on synthetic alerts, makes every preflight check,
 * and writes nothing at the provider. The report is kept and told.
 *
 * @throws {UnknownTargetError}
 */
export async function runDrill(services: Services, request: DrillRequest): Promise<DrillReport> {
  const rules = rulesFor(services.config, request.targetId);
  const { clock } = services;
  const startedAtMs = clock.nowMs();
  const state = await services.targets.load(request.targetId);
  const loadedAtMs = clock.nowMs();
  const seen = await lookAtWorld(services, rules, 'failover');
  const seenAtMs = clock.nowMs();
  const inFlight = state.failover?.id;
  const verdict = rehearse({
    rules,
    controls: state.controls,
    look: seen.look,
    nowMs: seenAtMs,
    ...(inFlight === undefined ? {} : { inFlight }),
  });
  const preflight = preflightOf(services, rules, seen);
  const endedAtMs = clock.nowMs();
  const willing = verdict.kind === 'failover' || verdict.kind === 'ask';
  const phases: Phase[] = [
    { name: 'read our own record', durationMs: loadedAtMs - startedAtMs },
    { name: 'read the provider, the probe and the fleet', durationMs: seenAtMs - loadedAtMs },
    { name: 'decide and preflight', durationMs: endedAtMs - seenAtMs },
  ];
  const report: DrillReport = {
    id: services.entropy.id(),
    ...request,
    configHash: services.config.hash,
    startedAtMs,
    endedAtMs,
    outcome: willing && preflight.length > 0 && preflight.every((check) => check.verdict === 'pass') ? 'ready' : 'not-ready',
    wouldHave: { kind: verdict.kind, reason: verdict.reason },
    mode: rules.target.mode,
    phases,
    decision: verdict.checks.filter((check) => check.name !== 'mode'),
    preflight,
    ...(seen.plan === undefined ? {} : { plan: seen.plan }),
  };
  return told(services, report);
}

function preflightOf(
  services: Services,
  { target, policy }: ReturnType<typeof rulesFor>,
  seen: Awaited<ReturnType<typeof lookAtWorld>>,
): readonly Check[] {
  if (seen.plan === undefined) return [];
  const limits = { maxLagMs: policy.guards.maxLagMs, dataLossConsented: false };
  return [...services.provider(target.provider).preflight(target, seen.plan, seen.look.observation, limits), ...probeCheck(seen.look)];
}

async function told(services: Services, report: DrillReport): Promise<DrillReport> {
  await services.records.keepDrill(report);
  services.log.event('drill', {
    targetId: report.targetId,
    drillId: report.id,
    outcome: report.outcome,
    wouldHave: report.wouldHave.kind,
    reason: report.wouldHave.reason,
  });
  await tell(services, drillNotice(report));
  return report;
}

function drillNotice(report: DrillReport): Notice {
  const { id, targetId, outcome, wouldHave, decision, preflight } = report;
  const red = [...decision, ...preflight].filter((check) => check.verdict === 'fail');
  return {
    key: `drill/${id}`,
    targetId,
    kind: 'drill-report',
    urgency: outcome === 'ready' ? 'tell' : 'page',
    title: `${targetId}: drill ${outcome === 'ready' ? 'passed, it would act' : 'FAILED, it would NOT act'}`,
    facts: [
      { name: 'Would have', value: `${wouldHave.kind} (${wouldHave.reason})` },
      { name: 'Took', value: duration(report.endedAtMs - report.startedAtMs) },
      ...red.map(({ name, value, limit }) => ({ name: `✗ ${name}`, value: `${value} (limit: ${limit})` })),
    ],
    steps: outcome === 'ready' ? [] : ['Mend what is red, then rehearse again: understudy drill TARGET'],
    atMs: report.endedAtMs,
  };
}
