import { basename, resolve } from 'node:path';
import { deliveryOfFile } from '../lib/alert/delivery-file.ts';
import type { Delivery } from '../lib/alert/source.ts';
import { understand, type ConfiguredSources } from '../lib/alert/understand.ts';
import { parseDuration } from '../lib/config/duration.ts';
import { UsageError, type Args, type Context } from './command.ts';
import { readText } from './configuration.ts';
import { retime } from './retime.ts';

export const DEFAULT_AGO_MS = 90_000;

/** A delivery as it stands in a file, and which configured source takes it. */
export interface ReadDelivery {
  readonly delivery: Delivery;
  readonly source: string | undefined;
  /** When its newest alert began, as written. */
  readonly startMs: number | undefined;
}

/** @param file `-` is standard input. */
export async function readDelivery(context: Context, file: string, sources: ConfiguredSources, named?: string): Promise<ReadDelivery> {
  const text = file === '-' ? await context.readInput() : await readText(context, resolve(context.cwd, file));
  const read = deliveryOfFile(file === '-' ? 'input.json' : basename(file), text, context.nowMs());
  const { source, parsed } = understand(read, sources, named);
  const starts = parsed.alerts.map((alert) => alert.startsAtMs);
  return { delivery: read, source: source ?? named, startMs: starts.length === 0 ? undefined : Math.max(...starts) };
}

/** The delivery with its times moved as `--at` and `--ago` want it. */
export function retimed(context: Context, { delivery, startMs: writtenStartMs }: ReadDelivery, args: Args): Delivery {
  const at = args.text('at');
  if (at === undefined) {
    if (args.text('ago') !== undefined) throw new UsageError('--ago goes with --at now.');
    return delivery;
  }
  const nowMs = context.nowMs();
  const startMs = at === 'now' ? nowMs - agoMs(args) : instantMs(at);
  return { ...delivery, body: retime(delivery.body, { startMs, nowMs, ...(writtenStartMs === undefined ? {} : { writtenStartMs }) }) };
}

function agoMs(args: Args): number {
  const text = args.text('ago');
  const ms = text === undefined ? DEFAULT_AGO_MS : parseDuration(text);
  if (ms === undefined) throw new UsageError('--ago is not a duration: write 90s, 5m or 1h.');
  return ms;
}

/** @throws {UsageError} */
export function instantMs(text: string, option = '--at'): number {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isFinite(ms)) throw new UsageError(`${option} is neither now nor an instant with a zone: write 2026-12-24T18:00:00Z.`);
  return ms;
}
