import { styleText } from 'node:util';
import type { CloudEvent, LogEntry } from './cloud-events.ts';
import type { Received } from './receiver.ts';
import type { SimulatorEvent } from './simulators/event.ts';

/** One line of the live timeline. */
export interface Line {
  readonly atMs: number;
  readonly who: string;
  readonly what: string;
  readonly tone: 'plain' | 'good' | 'bad' | 'act' | 'dim';
  readonly more?: readonly string[];
}
type Fields = Readonly<Record<string, unknown>>;
interface CheckLine {
  readonly name: string;
  readonly verdict: string;
  readonly value: string;
  readonly limit: string;
  readonly rule: number;
}

/** What a log line of a function means to a person; `undefined`: not worth a line. */
export function lineOfLog(entry: LogEntry): Line | undefined {
  if (typeof entry.line !== 'object' || entry.line === null)
    return { atMs: entry.atMs, who: entry.function, what: String(entry.line), tone: 'dim' };
  const fields = entry.line as Fields;
  const render = Object.hasOwn(RENDERERS, String(fields['event'])) ? RENDERERS[String(fields['event'])] : undefined;
  const rendered = render?.(fields);
  return rendered === undefined ? undefined : { atMs: entry.atMs, who: entry.function, ...rendered };
}

type Rendered = Omit<Line, 'atMs' | 'who'>;

function text(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

const RENDERERS: Readonly<Record<string, (fields: Fields) => Rendered | undefined>> = {
  webhook: (f) => ({
    what: `${text(f, 'source')}: HTTP ${text(f, 'status')}, ${text(f, 'reason')}`,
    tone: Number(f['status']) < 300 ? 'plain' : 'bad',
  }),
  delivery: (f) => ({ what: `${text(f, 'source')}: ${toldOf(f)}`, tone: 'plain' }),
  'dead-letter': (f) => ({ what: `to the dead letters: ${text(f, 'reason')}`, tone: 'bad' }),
  'record-failed': (f) => ({ what: `comes again: ${text(f, 'error')}${text(f, 'reason')}`, tone: 'bad' }),
  'decide-failed': (f) => ({ what: `${text(f, 'targetId')}: comes again: ${text(f, 'error')}`, tone: 'bad' }),
  'invocation-failed': (f) => ({ what: `failed: ${text(f, 'error')}`, tone: 'bad' }),
  verdict: (f) => ({
    what: `${text(f, 'targetId')}: ${text(f, 'kind').toUpperCase()} (${text(f, 'reason')})`,
    tone: TONES[text(f, 'kind')] ?? 'plain',
    more: checksOf(f),
  }),
  transition: (f) => ({
    what: `${text(f, 'targetId')}: ${text(f, 'from')} → ${text(f, 'to')}: ${text(f, 'why')}`,
    tone: text(f, 'to') === 'succeeded' ? 'good' : 'plain',
  }),
  preflight: (f) => ({ what: `${text(f, 'targetId')}: preflight`, tone: 'plain', more: checksOf(f) }),
  call: (f) => ({ what: `${text(f, 'targetId')}: calling the provider: ${text(f, 'operation')}`, tone: 'act' }),
  answer: (f) => ({
    what: `${text(f, 'targetId')}: ${text(f, 'outcome')} ${text(f, 'jobId')}${text(f, 'code')}`.trimEnd(),
    tone: text(f, 'outcome') === 'accepted' ? 'good' : 'bad',
  }),
  progress: (f) =>
    f['progressPercent'] === undefined ? undefined : { what: `${text(f, 'targetId')}: ${bar(Number(f['progressPercent']))}`, tone: 'dim' },
  reconcile: (f) => ({ what: `${text(f, 'targetId')}: outcome unknown, looked: ${text(f, 'outcome')}`, tone: 'act' }),
  pushed: (f) => ({ what: `${text(f, 'targetId')}: stood still in "${text(f, 'state')}", pushed`, tone: 'act' }),
  retired: (f) => ({
    what: `${text(f, 'targetId')}: ${text(f, 'state')}, RTO ${(Number(f['rtoMs']) / 1_000).toFixed(1)} s`,
    tone: text(f, 'state') === 'succeeded' ? 'good' : 'bad',
  }),
  drill: (f) => ({ what: `${text(f, 'targetId')}: drill ${text(f, 'outcome')}`, tone: text(f, 'outcome') === 'ready' ? 'good' : 'bad' }),
};
const TONES: Readonly<Record<string, Line['tone']>> = { failover: 'act', ask: 'act', hold: 'bad', wait: 'plain', clear: 'dim' };

function toldOf(fields: Fields): string {
  const told = Array.isArray(fields['told']) ? (fields['told'] as readonly Fields[]) : [];
  const alerts = told.map(
    (alert) => `${text(alert, 'name')} ${text(alert, 'status')} (${text(alert, 'severity')}, seen by ${text(alert, 'observer')})`,
  );
  const refusals = Array.isArray(fields['refusals']) ? (fields['refusals'] as readonly Fields[]) : [];
  return (
    [...alerts, ...refusals.map((refusal) => `refused: ${text(refusal, 'code')}: ${text(refusal, 'detail')}`)].join('; ') ||
    'nothing to act on'
  );
}

function checksOf(fields: Fields): readonly string[] {
  const checks = Array.isArray(fields['checks']) ? (fields['checks'] as readonly CheckLine[]) : [];
  return checks.map(
    ({ name, verdict, value, limit, rule }) => `${MARKS[verdict] ?? '?'} ${name.padEnd(24)} ${value} [${limit}] rule ${rule}`,
  );
}
const MARKS: Readonly<Record<string, string>> = { pass: '✓', fail: '✗', wait: '…', ask: '?', unread: '·' };

function bar(percent: number): string {
  const full = Math.round(percent / 5);
  return `${'█'.repeat(full)}${'░'.repeat(20 - full)} ${percent} %`;
}

export function lineOfSimulator(event: SimulatorEvent): Line | undefined {
  if (event.kind === 'progress') return undefined;
  const tone = event.kind === 'finished' && event.promotion ? 'good' : event.kind === 'outage' ? 'bad' : 'act';
  return {
    atMs: event.atMs,
    who: event.vendor,
    what: `${event.id}: ${event.operation} ${event.kind}${event.detail === '' ? '' : `: ${event.detail}`}`,
    tone,
  };
}

export function lineOfReceived(received: Received): Line {
  return { atMs: received.atMs, who: received.channel, what: `told: ${received.title}`, tone: 'good' };
}

export function lineOfCloud(event: CloudEvent): Line | undefined {
  if (event.kind === 'fault') return { atMs: event.atMs, who: 'cloud', what: `${event.where}: ${event.error.message}`, tone: 'bad' };
  if (event.kind === 'invocation' && event.outcome !== 'ok')
    return { atMs: event.atMs, who: event.function, what: `${event.outcome}: ${event.error ?? ''}`, tone: 'bad' };
  return undefined;
}

const STYLES = { plain: 'white', good: 'green', bad: 'red', act: 'yellow', dim: 'gray' } as const;

/** Prints lines as they come, seconds since the start first; colour only where the terminal has it. */
export function createPrinter(options: {
  json: boolean;
  startedAtMs: number;
  write?: (line: string) => void;
}): (line: Line | undefined) => void {
  const { json, startedAtMs, write = (out) => process.stdout.write(`${out}\n`) } = options;
  const paint = (tone: Line['tone'], out: string): string =>
    process.stdout.isTTY && process.env['NO_COLOR'] === undefined ? styleText(STYLES[tone], out) : out;
  return (line) => {
    if (line === undefined) return;
    if (json) return write(JSON.stringify({ line }));
    const seconds = ((line.atMs - startedAtMs) / 1_000).toFixed(2).padStart(7);
    write(`${seconds}  ${line.who.padEnd(11)} ${paint(line.tone, line.what)}`);
    for (const more of line.more ?? []) write(`${' '.repeat(22)}${paint(more.startsWith('✗') ? 'bad' : 'dim', more)}`);
  };
}
