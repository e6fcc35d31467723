import type { PolardbSettings } from '../../../config/config.ts';
import { alibabaTime } from '../../../platform/alibaba-signature.ts';
import { unreadReason } from '../alibaba/answer.ts';
import { listOf, numberOf, timeOf, wordOf, type Fields } from '../alibaba/fields.ts';
import type { Rpc } from '../alibaba/rpc.ts';

/** One switch of roles in the log, whoever made it. Times are the provider's clock. */
export interface HaSwitch {
  readonly id: string;
  readonly startedAtMs: number;
  /** Absent while it is running. */
  readonly finishedAtMs?: number;
  readonly cause: string;
  readonly by: 'a person or an API call' | 'the provider itself' | 'unknown';
}
/** `unavailable`: this engine has no such log. */
export type HaLog =
  | { readonly kind: 'read'; readonly switches: readonly HaSwitch[] }
  | { readonly kind: 'unavailable' | 'unread'; readonly why: string };

const ACTION = 'DescribeHALogs';
/** Far longer than any operation; short enough that all of it fits on the one page that is read. */
const WINDOW_MS = 24 * 3_600_000;
/** Our clock may be this much behind the provider's, or no request would be accepted at all (provider contracts §2.8). */
const SKEW_MS = 15 * 60_000;
const PAGE_SIZE = 50;

/**
 * The switches of the last day (provider contracts §2.3). Only MySQL has the log. `HaStatus` is inverted: 0 says that there are records.
 * An answer that contradicts itself, or does not fit the page, is `unread`: what is not in it proves nothing.
 */
export async function readHaLog(
  rpc: Rpc,
  settings: PolardbSettings,
  look: { engine: string; nowMs: number; deadlineMs: number },
): Promise<HaLog> {
  if (look.engine !== 'MySQL') return { kind: 'unavailable', why: `${look.engine === '' ? 'this engine' : look.engine} has no HA log.` };
  const parameters = {
    DBClusterId: settings.clusterId,
    EndTime: alibabaTime(look.nowMs + SKEW_MS),
    LogType: 'HaSwitchLogList',
    PageNumber: '1',
    PageSize: String(PAGE_SIZE),
    StartTime: alibabaTime(look.nowMs - WINDOW_MS),
  };
  const answer = await rpc.read({ target: settings, action: ACTION, parameters, deadlineMs: look.deadlineMs });
  if (answer.kind !== 'yes') return { kind: 'unread', why: `${ACTION}: ${unreadReason(answer)}` };
  const switches = parseSwitches(answer.body);
  return switches === undefined ? { kind: 'unread', why: `${ACTION}: the answer was not understood.` } : { kind: 'read', switches };
}

/** Newest first. */
function parseSwitches(body: Fields): readonly HaSwitch[] | undefined {
  const items = listOf(body['HaLogItems']) ?? [];
  const told = numberOf(body['HaStatus']);
  if (items.length === 0) return told === 1 ? [] : undefined;
  if ((numberOf(body['TotalRecords']) ?? items.length) > items.length) return undefined;
  const switches = items.map(parseSwitch).filter((item) => item !== undefined);
  if (switches.length < items.length) return undefined;
  return switches.sort((a, b) => b.startedAtMs - a.startedAtMs);
}

function parseSwitch(fields: Fields): HaSwitch | undefined {
  const startedAtMs = timeOf(fields['SwitchStartTime']);
  if (startedAtMs === undefined) return undefined;
  const finishedAtMs = timeOf(fields['SwitchFinishTime']);
  const cause = wordOf(fields['SwitchCauseCode']) ?? '';
  return {
    id: wordOf(fields['SwitchId']) ?? '(no id)',
    startedAtMs,
    ...(finishedAtMs === undefined ? {} : { finishedAtMs }),
    cause: cause === '' ? '(no cause)' : cause,
    by: switcherOf(cause),
  };
}

/** The two documented causes of a manual switch both carry the word; every other cause is the provider's own (provider contracts §2.4). */
function switcherOf(cause: string): HaSwitch['by'] {
  if (cause === '') return 'unknown';
  return /manual/i.test(cause) ? 'a person or an API call' : 'the provider itself';
}
