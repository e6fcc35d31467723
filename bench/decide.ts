import { indexTargets, resolveTarget } from '../lib/alert/resolve-target.ts';
import type { Alert } from '../lib/alert/alert.ts';
import { understand } from '../lib/alert/understand.ts';
import type { Config } from '../lib/config/config.ts';
import { decide, type Rules } from '../lib/decide/decide.ts';
import { fold } from '../lib/decide/fold.ts';
import { emptyHealth, type Health } from '../lib/decide/health.ts';
import { relevanceOf } from '../lib/decide/matcher.ts';
import { noControls } from '../lib/decide/state.ts';
import { rulesFor } from '../lib/services.ts';
import { batch, configWith, type Batches } from './batches.ts';
import type { Row } from './row.ts';

const BATCHES: Batches = { targets: 40, alertsPerBatch: 25, startMs: Date.UTC(2026, 9, 1), stepMs: 5_000 };
const COUNT = 1_500;
const ROUNDS = 7;
const WARM_UP = 2;

/** From the bytes of a webhook body to a verdict of every target in it, on one core, beside nothing but JSON.parse of the same bytes. */
export async function run(): Promise<Row[]> {
  const config = configWith(BATCHES.targets);
  const bodies = Array.from({ length: COUNT }, (_, number) => batch(number, BATCHES));
  const parseMs: number[] = [];
  const decideMs: number[] = [];
  let verdicts = 0;
  // One after the other in each round, so that what slows the machine slows both. The first two rounds warm up.
  for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
    const parsed = timed(() => bodies.reduce((sum, { body }) => sum + Object.keys(JSON.parse(body) as object).length, 0));
    const decided = timed(() => decideAll(config, bodies));
    verdicts = decided.result;
    if (round < WARM_UP) continue;
    parseMs.push(parsed.ms);
    decideMs.push(decided.ms);
  }
  if (verdicts === 0) throw new Error('nothing was decided');
  const alerts = COUNT * BATCHES.alertsPerBatch;
  const perSecond = (ms: number): number => Math.round((alerts / ms) * 1_000);
  const ratio = median(parseMs) / median(decideMs);
  const bytes = bodies.reduce((sum, { body }) => sum + body.length, 0);
  return await Promise.resolve([
    { name: 'JSON.parse alone', value: perSecond(median(parseMs)), unit: 'alerts/s' },
    {
      name: 'parse + fold + decide',
      value: perSecond(median(decideMs)),
      unit: 'alerts/s',
      ratio,
      against: 'JSON.parse of the same bytes',
      goal: 'at least 100,000, and a fifth of JSON.parse',
    },
    { name: 'bytes of an alert', value: Math.round(bytes / alerts), unit: 'bytes' },
  ]);
}

/** What the decider does between reading a message and writing its record. @returns how many verdicts were more than `clear`. */
function decideAll(config: Config, bodies: readonly { readonly atMs: number; readonly body: string }[]): number {
  const index = indexTargets(config.targets);
  const states = new Map<string, { readonly rules: Rules; health: Health }>();
  let said = 0;
  for (const { atMs, body } of bodies) {
    const delivery = { contentType: 'application/json', headers: {}, body, receivedAtMs: atMs };
    const { parsed } = understand(delivery, config.sources, 'alertmanager');
    const byTarget = new Map<string, Alert[]>();
    for (const alert of parsed.alerts) {
      const resolution = resolveTarget(alert, index);
      if (resolution.kind !== 'target') continue;
      const known = byTarget.get(resolution.targetId);
      if (known === undefined) byTarget.set(resolution.targetId, [alert]);
      else known.push(alert);
    }
    for (const [targetId, alerts] of byTarget) {
      const state = states.get(targetId) ?? { rules: rulesFor(config, targetId), health: emptyHealth };
      states.set(targetId, state);
      state.health = fold(state.health, alerts, relevanceOf(state.rules.policy), atMs);
      if (decide(state.rules, { health: state.health, controls: noControls }, atMs).kind !== 'clear') said += 1;
    }
  }
  return said;
}

/** Time of the processor, of all threads (the collector's too), so that it is one core's work whoever else uses the machine. */
function timed<T>(work: () => T): { readonly result: T; readonly ms: number } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, ms: (user + system) / 1_000 };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
