import { asRecord } from '../../alert/read.ts';
import { isTime, parseAnyTime } from '../../alert/time.ts';
import type { HistoryReader } from '../history.ts';

/** Under these names logs keep when a notification was received. */
const RECEIVED_NAMES = ['receivedAtMs', 'receivedAt', 'received_at', 'receivedTime', '@timestamp'];

/**
 * A log of notifications, one body a line, as any monitoring system posted it; with the time of receipt beside its fields or around it:
 * `{"receivedAt": "…", "source": "…", "body": …}`. The body may be text, for what is no JSON.
 */
export const notificationLog: Omit<HistoryReader, 'recognises'> = {
  name: 'notification log',
  read: (line, text) => {
    const receivedAtMs = receivedTime(line);
    const framed = isFrame(line);
    const body = framed ? line['body'] : line;
    const source = framed && typeof line['source'] === 'string' ? { source: line['source'] } : {};
    if (typeof body === 'string') {
      const contentType = typeof line['contentType'] === 'string' ? line['contentType'] : '';
      return [{ kind: 'delivery', delivery: { contentType, headers: {}, body, receivedAtMs }, ...source }];
    }
    const delivery = { contentType: 'application/json', headers: {}, body: framed ? JSON.stringify(body) : text, receivedAtMs };
    return [{ kind: 'delivery', delivery, json: body, ...source }];
  },
};

function isFrame(line: Readonly<Record<string, unknown>>): boolean {
  const { body } = line;
  return (typeof body === 'string' || asRecord(body) !== undefined || Array.isArray(body)) && Object.keys(line).length <= 5;
}

function receivedTime(line: Readonly<Record<string, unknown>>): number {
  for (const name of RECEIVED_NAMES) {
    if (!Object.hasOwn(line, name)) continue;
    const time = parseAnyTime(line[name]);
    if (isTime(time)) return time;
  }
  return Number.NaN;
}
