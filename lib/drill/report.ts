import type { Check } from '../decide/verdict.ts';
import { REASONS, type ReasonCode } from '../decide/reason.ts';
import { duration, instant } from '../decide/words.ts';
import type { Plan } from '../failover/provider.ts';

/** What a rehearsal of the first rung found: every read and every check against the provider, and no write (lessons §4, L1 and L2). */
export interface DrillReport {
  readonly id: string;
  readonly targetId: string;
  readonly requestedBy: string;
  /** Hash of the configuration that was rehearsed. */
  readonly configHash: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** `ready`: had the database died, it would have acted, or asked as the policy wants. */
  readonly outcome: 'ready' | 'not-ready';
  readonly wouldHave: { readonly kind: 'failover' | 'ask' | 'wait' | 'hold' | 'clear'; readonly reason: ReasonCode };
  readonly mode: 'shadow' | 'act';
  readonly phases: readonly Phase[];
  /** The decision's checks, on synthetic alerts and the real world. */
  readonly decision: readonly Check[];
  /** The provider's own checks, as right before a call. */
  readonly preflight: readonly Check[];
  readonly plan?: Plan;
}
/** Where the time went. */
export interface Phase {
  readonly name: string;
  readonly durationMs: number;
}

const MARKS = { pass: '✅', fail: '❌', wait: '⏳', ask: '🙋', unread: '▫️' } as const;

/** The report for people. Pure. */
export function renderDrillReport(report: DrillReport): string {
  const { targetId, outcome, wouldHave, startedAtMs, requestedBy, configHash, mode, phases, decision, preflight, plan } = report;
  const verdict = `${wouldHave.kind} (${wouldHave.reason}: ${REASONS[wouldHave.reason]})`;
  return [
    `# Drill of ${targetId}: ${outcome === 'ready' ? 'READY' : 'NOT READY'}`,
    '',
    `- Had the database died, the verdict would have been: **${verdict}**`,
    `- Mode of the target: ${mode}${mode === 'shadow' ? ' (it decides and tells, and never acts)' : ''}`,
    `- Started ${instant(startedAtMs)} by ${requestedBy}; configuration ${configHash.slice(0, 12)}`,
    `- Written at the provider: nothing`,
    plan === undefined
      ? '- Plan: none could be made'
      : `- Plan: ${plan.operation} with ${Object.entries(plan.parameters)
          .map(([name, value]) => `${name}=${String(value)}`)
          .join(', ')}`,
    '',
    '## Decision',
    ...table(decision),
    '',
    '## Preflight at the provider',
    ...table(preflight),
    '',
    '## Time',
    '| phase | took |',
    '| --- | --- |',
    ...phases.map(({ name, durationMs }) => `| ${name} | ${duration(durationMs)} |`),
    '',
  ].join('\n');
}

function table(checks: readonly Check[]): string[] {
  if (checks.length === 0) return ['', 'None could be made.'];
  const rows = checks.map(
    ({ name, rule, verdict, value, limit }) => `| ${MARKS[verdict]} | ${name} | ${cell(value)} | ${cell(limit)} | ${rule} |`,
  );
  return ['| | check | value | limit | rule |', '| --- | --- | --- | --- | --- |', ...rows];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
