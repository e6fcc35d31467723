import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createLineReader, type LineReader } from '../lib/backtest/read-line.ts';
import { UnreadableLineError, type HistoryItem } from '../lib/backtest/history.ts';
import { UsageError } from './command.ts';

/** Lines that could not be read: how many, and the first of them. */
export interface BadLines {
  count: number;
  readonly first: string[];
}
const TOLD_MAX = 5;
/** A line is held whole, so it has an end: far beyond what a delivery may be. */
const LINE_CHARS_MAX = 64_000_000;
const CHUNK_BYTES = 1 << 16;

/** Lines of a file, one at a time. Memory does not grow with the file. @throws {UsageError} */
export async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK_BYTES })) {
    const text = rest + (chunk as string);
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      if (end > from) yield text.slice(from, end);
      from = end + 1;
    }
    rest = text.slice(from);
    if (rest.length > LINE_CHARS_MAX) throw new UsageError(`${path}: a line is longer than ${String(LINE_CHARS_MAX)} characters.`);
  }
  if (rest.trim() !== '') yield rest;
}

/**
 * Every item of a history in the order of its lines; of an alarm history, whose API answers the newest first, in the order of time.
 *
 * @throws {UsageError}
 */
export async function* itemsOf(path: string, bad: BadLines): AsyncGenerator<HistoryItem> {
  const reader = createLineReader();
  const held: HistoryItem[] = [];
  let number = 0;
  for await (const line of (await isOneDocument(path)) ? document(path) : linesOf(path)) {
    number += 1;
    for (const item of read(reader, line, number, bad)) {
      if (isAlarmHistory(reader)) held.push(item);
      else yield item;
    }
    if (held.length > HELD_MAX) throw new UsageError(`${path}: more than ${String(HELD_MAX)} items of alarm history; split it by time.`);
  }
  yield* held.sort((a, b) => receivedOf(a) - receivedOf(b));
}

/** The API keeps 30 days; this many items are far more than it ever holds for one account. */
const HELD_MAX = 500_000;

function isAlarmHistory({ counts }: LineReader): boolean {
  return counts['alarm history'] !== undefined;
}

function receivedOf(item: HistoryItem): number {
  return item.kind === 'entry' ? item.entry.receivedAtMs : item.delivery.receivedAtMs;
}

function read(reader: LineReader, line: string, number: number, bad: BadLines): readonly HistoryItem[] {
  try {
    return reader.read(line);
  } catch (error) {
    if (!(error instanceof UnreadableLineError)) throw error;
    bad.count += 1;
    if (bad.first.length < TOLD_MAX) bad.first.push(`line ${String(number)}: ${error.message}`);
    return [];
  }
}

const DOCUMENT_BYTES_MAX = 256_000_000;

/** What a command line tool printed over many lines: its first line is a bracket and no JSON. */
async function isOneDocument(path: string): Promise<boolean> {
  for await (const line of linesOf(path)) return /^\s*[{[]\s*$/.test(line);
  return false;
}

async function* document(path: string): AsyncGenerator<string> {
  if ((await stat(path)).size > DOCUMENT_BYTES_MAX)
    throw new UsageError(`${path}: a single document this large cannot be read; make it one value a line.`);
  yield await readFile(path, 'utf8');
}
