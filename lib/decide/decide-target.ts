import type { Alert } from '../alert/alert.ts';
import { CONFLICTS_MAX, ContendedError, rulesFor, type Services } from '../services.ts';
import type { TargetState } from '../store/target-store.ts';
import { archive } from './archive.ts';
import { decide } from './decide.ts';
import { fold } from './fold.ts';
import { lookAtWorld, type Seen } from './look.ts';
import { relevanceOf } from './matcher.ts';
import { recordFailover, recordVerdict, type Decided } from './record.ts';
import type { Situation } from './state.ts';
import type { Verdict } from './verdict.ts';
import { RELOOK_MS } from './world-guards.ts';

/** Why the target is looked at. `redelivered`: what follows may have been lost before, so it is sent again. */
export interface Cue {
  readonly redelivered: boolean;
  /** For a timer: the moment that it was set for. */
  readonly dueAtMs?: number;
  /** For deliveries: when the newest was received. Epoch ms by the queue's clock. */
  readonly receivedAtMs?: number;
}

/** Folds a batch's alerts into one target and decides: once a batch, however many alerts it brings. */
export async function decideTarget(services: Services, targetId: string, alerts: readonly Alert[], cue: Cue): Promise<Verdict> {
  const rules = rulesFor(services.config, targetId);
  for (let tries = 0; tries < CONFLICTS_MAX; tries += 1) {
    const state = await services.targets.load(targetId);
    if (state.unreadable !== undefined) throw new Error(`target ${targetId}: its record cannot be read (${state.unreadable})`);
    const nowMs = services.clock.nowMs();
    const health = fold(state.health, alerts, relevanceOf(rules.policy), nowMs);
    const verdict = await decideOnce(services, { state, rules, health, cue }, nowMs);
    if (verdict === 'conflict') continue;
    await archive(services, { rules, state, health, alerts, verdict, receivedAtMs: cue.receivedAtMs });
    return verdict;
  }
  throw new ContendedError(`target ${targetId}: lost ${CONFLICTS_MAX} races for its record`);
}

type Undecided = Omit<Decided, 'verdict'>;

async function decideOnce(services: Services, undecided: Undecided, nowMs: number): Promise<Verdict | 'conflict'> {
  const { state, rules, health } = undecided;
  const situation = situationOf(state, health);
  const first = decide(rules, situation, nowMs);
  if (first.reason !== 'world-unread') return recordVerdict(services, { ...undecided, verdict: first });
  if (health === state.health && isFresh(state, first, nowMs)) return recordVerdict(services, { ...undecided, verdict: state.verdict });
  const seen = await lookAtWorld(services, rules, 'failover');
  const verdict = decide(rules, { ...situation, look: seen.look }, services.clock.nowMs());
  return finish(services, { ...undecided, verdict }, seen);
}

function finish(services: Services, decided: Decided, { plan }: Seen): Promise<Verdict | 'conflict'> {
  const acts = decided.verdict.kind === 'failover' || decided.verdict.kind === 'ask';
  const carriedOut = acts ? plan : undefined;
  return carriedOut === undefined ? recordVerdict(services, decided) : recordFailover(services, decided, carriedOut);
}

function situationOf(state: TargetState, health: Situation['health']): Situation {
  const { failover, controls } = state;
  return { health, controls, ...(failover === undefined ? {} : { inFlight: failover.id }) };
}

/** The world was looked at a moment ago, for the same evidence, and forbade acting: not again yet. */
function isFresh(state: TargetState, first: Verdict, nowMs: number): state is TargetState & { verdict: Verdict } {
  const { verdict } = state;
  if (verdict?.kind !== 'hold' || isLifted(verdict, first)) return false;
  return nowMs - verdict.decidedAtMs < RELOOK_MS && nowMs >= verdict.decidedAtMs;
}

/** A check that forbade acting passes now without a look at the world: a block or cool-down was lifted, a window has closed. */
function isLifted(before: Verdict, now: Verdict): boolean {
  const failed = new Set(before.checks.filter((check) => check.verdict === 'fail').map((check) => check.name));
  return now.checks.some((check) => check.verdict === 'pass' && failed.has(check.name));
}
