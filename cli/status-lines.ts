import { duration, instant } from '../lib/decide/words.ts';
import type { ActiveFailover, FleetStatus, TargetStatus } from '../lib/operate/status.ts';
import type { Context, Style } from './command.ts';
import { checkLines, planLines } from './plan-lines.ts';

type Painter = Pick<Context, 'paint'>;

/** The fleet as people read it: a line a target, and under it only what is worth knowing. Pure. */
export function statusLines(context: Painter, { targets, brake, atMs }: FleetStatus, whole: boolean): readonly string[] {
  const width = Math.max(0, ...targets.map(({ targetId }) => targetId.length));
  return [
    ...(brake.on ? [context.paint('red', `FLEET BRAKE ON since ${instant(brake.onSinceMs ?? 0)}: ${brake.why ?? 'no reason told'}`)] : []),
    ...targets.flatMap((target) => [
      headLine(context, target, { width, atMs }),
      ...detailLines(context, target, atMs),
      ...(whole ? wholeLines(context, target) : []),
    ]),
    ...(brake.on ? [] : [context.paint('dim', `Fleet brake off, ${String(brake.recentFailovers)} failovers in its window.`)]),
  ];
}

function headLine(context: Painter, target: TargetStatus, { width, atMs }: { width: number; atMs: number }): string {
  const [style, word] = conditionOf(target, atMs);
  return `${context.paint(style, '●')} ${context.paint('bold', target.targetId.padEnd(width))}  ${target.mode.padEnd(6)}  ${context.paint(style, word)}`;
}

/** The one thing that matters most, with its colour. */
function conditionOf(target: TargetStatus, atMs: number): readonly [Style, string] {
  const { unreadable, active, blocked, paused } = target;
  if (unreadable !== undefined) return ['red', `its record cannot be read (${unreadable}): nobody acts on it`];
  if (active !== undefined) return activeWords(active, atMs);
  if (blocked !== undefined) return ['red', `blocked until somebody acknowledges: ${blocked.why}`];
  if (paused !== undefined) return ['yellow', `paused by ${paused.owner} for ${duration(paused.untilMs - atMs)} more: ${paused.reason}`];
  return restingWords(target, atMs);
}

function restingWords({ alarming, coolDownUntilMs, readiness }: TargetStatus, atMs: number): readonly [Style, string] {
  const cools = coolDownUntilMs === undefined ? [] : [`cools down for ${duration(coolDownUntilMs - atMs)} more`];
  const alarms = [...(alarming ? ['alarming'] : []), ...(readiness?.standing === 'lost' ? ['NOT READY'] : [])];
  if (alarms.length > 0) return ['red', [...alarms, ...cools].join(', ')];
  return cools.length === 0 ? ['green', 'quiet'] : ['yellow', cools.join('')];
}

function activeWords(
  { operation, state, progressPercent, sinceMs, approval, starts }: ActiveFailover,
  atMs: number,
): readonly [Style, string] {
  const progress = progressPercent === undefined ? '' : ` ${String(progressPercent)} %`;
  const since = duration(Math.max(0, atMs - sinceMs));
  if (approval !== undefined) {
    const left = duration(Math.max(0, approval.expiresAtMs - atMs));
    const loss = approval.asksDataLoss ? ', WITH LOSS OF DATA' : '';
    return [
      'yellow',
      `${operation} waits for approval${loss}: ${String(approval.approvedBy.length)} of ${String(approval.count)}, ${left} left`,
    ];
  }
  const sent = starts === 0 ? '' : `, sent ${starts === 1 ? 'once' : `${String(starts)} times`}`;
  return [state === 'stuck' || state === 'unknown' ? 'red' : 'cyan', `${operation} ${state}${progress} for ${since}${sent}`];
}

function detailLines(context: Painter, target: TargetStatus, atMs: number): readonly string[] {
  const { verdict, lastFailover, lastDrill, active, readiness } = target;
  const line = (name: string, text: string): string => `    ${context.paint('dim', name.padEnd(13))} ${text}`;
  const ago = (ms: number): string => `${duration(Math.max(0, atMs - ms))} ago`;
  return [
    ...(active?.why === undefined ? [] : [line('why', active.why)]),
    ...(verdict === undefined
      ? []
      : [line('last verdict', `${verdict.kind}, ${ago(verdict.decidedAtMs)}: ${verdict.sentence} [${verdict.reason}]`)]),
    ...(lastFailover === undefined
      ? []
      : [line('last act', `${lastFailover.operation} ${lastFailover.state} ${ago(lastFailover.endedAtMs)}: ${lastFailover.why}`)]),
    line('last drill', lastDrill === undefined ? 'never' : `${lastDrill.outcome}, ${ago(lastDrill.endedAtMs)}`),
    line('readiness', readiness === undefined ? 'never checked' : readinessWords(readiness)),
  ];
}

/** What the newest check found; the standing changes only when checks in a row agree. */
function readinessWords({ outcome, ageMs, red }: NonNullable<TargetStatus['readiness']>): string {
  const faults = red.map(({ name, value }) => `${name}: ${value}`).join(', ');
  return `${outcome}, checked ${duration(ageMs)} ago${faults === '' ? '' : `: ${faults}`}`;
}

function wholeLines(context: Painter, { verdict, active }: TargetStatus): readonly string[] {
  return [
    ...(active === undefined ? [] : planLines(context, { ...active, checks: [], warnings: [] })),
    ...(verdict === undefined || verdict.checks.length === 0
      ? []
      : [`  checks of the verdict of ${instant(verdict.decidedAtMs)}`, ...checkLines(context, verdict.checks)]),
  ];
}
