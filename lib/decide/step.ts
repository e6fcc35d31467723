import type { Alert } from '../alert/alert.ts';
import type { Delivery, Refusal } from '../alert/source.ts';
import { indexTargets, resolveTarget, type TargetIndex } from '../alert/resolve-target.ts';
import { understand } from '../alert/understand.ts';
import { readAlertsMessage, UnreadableMessageError, type DeliveryMessage } from '../message.ts';
import type { Config } from '../config/config.ts';
import type { Services } from '../services.ts';
import { decideTarget, type Cue } from './decide-target.ts';
import { sendTimer } from './record.ts';

/** A message as the queue delivered it. */
export interface QueueRecord {
  readonly id: string;
  readonly body: string;
  /** Epoch ms by the queue's clock: the same on every redelivery. */
  readonly sentAtMs: number;
  readonly receiveCount: number;
}
export interface BatchOutcome {
  /** Ids of the records that have to come again. */
  readonly failed: readonly string[];
}

/** What one target gets out of a batch. */
interface Bundle {
  readonly alerts: Alert[];
  readonly recordIds: Set<string>;
  cue: Cue;
}
type Bundles = Map<string, Bundle>;

/**
 * The decider: understands every record, folds each target once, decides, records, and sends what follows. A record that can never be
 * understood lands in the dead-letter queue with its reason; one whose target could not be decided comes again, alone.
 */
export async function decideBatch(services: Services, records: readonly QueueRecord[]): Promise<BatchOutcome> {
  const bundles: Bundles = new Map();
  const failed = new Set<string>();
  for (const record of records) {
    await settle(services, record, failed, () => sortRecord(services, record, bundles));
  }
  for (const [targetId, bundle] of bundles) {
    try {
      await decideTarget(services, targetId, bundle.alerts, bundle.cue);
    } catch (error) {
      services.log.event('decide-failed', { targetId, error: messageOf(error), records: bundle.recordIds.size });
      for (const id of bundle.recordIds) failed.add(id);
    }
  }
  return { failed: [...failed] };
}

async function settle(services: Services, record: QueueRecord, failed: Set<string>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UnreadableMessageError)) {
      failed.add(record.id);
      services.log.event('record-failed', { recordId: record.id, error: messageOf(error) });
      return;
    }
    try {
      await services.queue.deadLetter('alerts', record.body, error.message);
      services.log.event('dead-letter', { queue: 'alerts', recordId: record.id, reason: error.message });
    } catch {
      failed.add(record.id);
    }
  }
}

async function sortRecord(services: Services, record: QueueRecord, bundles: Bundles): Promise<void> {
  const message = readAlertsMessage(record.body);
  const redelivered = record.receiveCount > 1;
  if (message?.understudy === 'look') {
    const leftMs = message.dueAtMs - services.clock.nowMs();
    // One that comes again was due already: what followed from it may be lost, and only this message knows.
    if (leftMs > 1_000 && !redelivered) return sendTimer(services, message.targetId, message.dueAtMs);
    if (!Object.hasOwn(services.config.targets, message.targetId)) throw new UnreadableMessageError(`targetId: not in the configuration`);
    bundleOf(bundles, message.targetId, { redelivered, dueAtMs: message.dueAtMs }).recordIds.add(record.id);
    return;
  }
  await sortDelivery(services, message ?? rawDelivery(record), { record, redelivered, bundles });
}

type NamedDelivery = Omit<DeliveryMessage, 'understudy'>;

/** Straight from SNS or EventBridge: no frame of ours around it. */
function rawDelivery({ sentAtMs, body }: QueueRecord): NamedDelivery {
  // Stryker disable next-line StringLiteral: any text that is no media type says the same, that nobody named one.
  return { contentType: '', headers: {}, receivedAtMs: sentAtMs, body };
}

interface Sorting {
  readonly record: QueueRecord;
  readonly redelivered: boolean;
  readonly bundles: Bundles;
}

async function sortDelivery(services: Services, message: NamedDelivery, { record, redelivered, bundles }: Sorting): Promise<void> {
  const { source: named, ...delivery } = message;
  const { source = 'unknown', parsed } = understand(delivery, services.config.sources, named);
  const refusals: Refusal[] = [...parsed.refusals];
  const whole = refusals.find((refusal) => NEVER_UNDERSTOOD.has(refusal.code));
  if (whole !== undefined && parsed.alerts.length === 0) throw new UnreadableMessageError(`${whole.code}: ${whole.path}: ${whole.detail}`);
  const index = targetIndexOf(services.config);
  for (const alert of parsed.alerts) {
    const resolution = resolveTarget(alert, index);
    if (resolution.kind === 'target') {
      const bundle = bundleOf(bundles, resolution.targetId, { redelivered, receivedAtMs: delivery.receivedAtMs });
      bundle.alerts.push(alert);
      bundle.recordIds.add(record.id);
    } else refusals.push(unresolved(alert, resolution.kind));
  }
  logDelivery(services, source, { alerts: parsed.alerts, refusals, ignored: parsed.ignored.length });
  if (refusals.length > 0) await keepRefusals(services, source, refusals, delivery);
}

/** Refusals of a whole delivery: there is nothing in it that could be recorded as an alert. */
const NEVER_UNDERSTOOD: ReadonlySet<string> = new Set(['not-json', 'unknown-source', 'ambiguous-source', 'too-large']);

function bundleOf(bundles: Bundles, targetId: string, cue: Cue): Bundle {
  const known = bundles.get(targetId);
  if (known === undefined) {
    const made: Bundle = { alerts: [], recordIds: new Set(), cue };
    bundles.set(targetId, made);
    return made;
  }
  known.cue = { ...known.cue, ...cue, redelivered: known.cue.redelivered || cue.redelivered };
  return known;
}

function unresolved(alert: Alert, why: 'unknown-target' | 'ambiguous-target'): Refusal {
  const named = alert.resources.map(({ key, value }) => `${key}=${value}`).join(', ');
  return {
    code: 'no-resource',
    path: 'resources',
    detail: `${why}: ${alert.name} names ${named === '' ? 'nothing' : named}`.slice(0, 300),
  };
}

const EXCERPT_CHARS = 200;

async function keepRefusals(services: Services, source: string, refusals: readonly Refusal[], delivery: Delivery): Promise<void> {
  const excerpt = delivery.body.slice(0, EXCERPT_CHARS).replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ');
  await services.records.keepRefused(
    { source, refusals: refusals.slice(0, 20), excerpt, receivedAtMs: delivery.receivedAtMs },
    services.clock.nowMs(),
  );
}

interface Sorted {
  readonly alerts: readonly Alert[];
  readonly refusals: readonly Refusal[];
  readonly ignored: number;
}

function logDelivery({ log }: Services, source: string, { alerts, refusals, ignored }: Sorted): void {
  const told = alerts
    .slice(0, 5)
    .map(({ name, class: of, status, severity, observer, startsAtMs }) => ({ name, class: of, status, severity, observer, startsAtMs }));
  log.event('delivery', { source, alerts: alerts.length, told, refusals: refusals.slice(0, 5), ignored });
}

const indexes = new WeakMap<Config, TargetIndex>();

function targetIndexOf(config: Config): TargetIndex {
  const known = indexes.get(config) ?? indexTargets(config.targets);
  // Stryker disable next-line CallExpression: a cache; without it the same index is made anew for every delivery, and says the same.
  indexes.set(config, known);
  return known;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
