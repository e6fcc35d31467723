import type { Alert } from '../alert/alert.ts';
import { indexTargets, resolveTarget, type TargetIndex } from '../alert/resolve-target.ts';
import { understand } from '../alert/understand.ts';
import type { Config } from '../config/config.ts';
import type { Verdict } from '../decide/verdict.ts';
import type { HistoryItem, RecordedDelivery, RecordedEntry } from './history.ts';

/** What one item of history tells which targets, as a configuration understands it. */
export interface Told {
  readonly atMs: number;
  readonly alerts: ReadonlyMap<string, readonly Alert[]>;
  /** What was really decided then, where the archive says so. */
  readonly decided?: { readonly targetId: string; readonly verdict: Pick<Verdict, 'kind' | 'reason'> };
  /** Alerts that lead to no target, or to more than one. */
  readonly astray: number;
  readonly refused: number;
}

export interface Interpreter {
  /** @param lastMs when the item before was told: stands for a time that nothing tells. */
  interpret(item: HistoryItem, lastMs: number): Told;
}

/** @param named the source of every delivery, where the history does not say. */
export function createInterpreter(config: Config, named?: string): Interpreter {
  const index = indexTargets(config.targets);
  return {
    interpret: (item, lastMs) => (item.kind === 'entry' ? fromEntry(config, item) : fromDelivery({ config, index, named }, item, lastMs)),
  };
}

interface Reading {
  readonly config: Config;
  readonly index: TargetIndex;
  readonly named: string | undefined;
}

function fromEntry(config: Config, { entry }: RecordedEntry): Told {
  const { targetId, receivedAtMs: atMs, verdict } = entry;
  const known = Object.hasOwn(config.targets, targetId);
  const alerts = new Map<string, readonly Alert[]>();
  if (known && entry.alerts.length > 0)
    alerts.set(
      targetId,
      entry.alerts.map((alert) => ({ ...alert, resources: [] })),
    );
  const decided = verdict === undefined ? {} : { decided: { targetId, verdict } };
  return { atMs, alerts, astray: known ? 0 : entry.alerts.length, refused: 0, ...decided };
}

function fromDelivery({ config, index, named }: Reading, { delivery, json, source }: RecordedDelivery, lastMs: number): Told {
  const dated = Number.isNaN(delivery.receivedAtMs) ? { ...delivery, receivedAtMs: lastMs } : delivery;
  const { parsed } = understand(dated, config.sources, source ?? named, json);
  const alerts = new Map<string, Alert[]>();
  let astray = 0;
  let newestMs = 0;
  for (const alert of parsed.alerts) {
    newestMs = Math.max(newestMs, alert.observedAtMs);
    const resolution = resolveTarget(alert, index);
    if (resolution.kind !== 'target') astray += 1;
    else (alerts.get(resolution.targetId) ?? newList(alerts, resolution.targetId)).push(alert);
  }
  const atMs = Number.isNaN(delivery.receivedAtMs) ? newestMs || lastMs : delivery.receivedAtMs;
  return { atMs, alerts, astray, refused: parsed.refusals.length };
}

function newList(alerts: Map<string, Alert[]>, targetId: string): Alert[] {
  const made: Alert[] = [];
  alerts.set(targetId, made);
  return made;
}
