import { asList, asRecord, at, parseJson, textAt, type JsonRecord } from '../../alert/read.ts';
import { isTime, parseAnyTime } from '../../alert/time.ts';
import { UnreadableLineError, type HistoryItem, type HistoryReader } from '../history.ts';

/**
 * CloudWatch's alarm history: what DescribeAlarmHistory answers, or its items one a line. An item names its alarm and nothing else, so
 * the answers of DescribeAlarms may stand before it: they lend the alarm's ARN, description and dimensions.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
 */
export function createAlarmHistory(): HistoryReader {
  const alarms = new Map<string, JsonRecord>();
  return {
    name: 'alarm history',
    recognises: (line) => 'HistoryItemType' in line || 'AlarmHistoryItems' in line || 'MetricAlarms' in line || 'CompositeAlarms' in line,
    read: (line) => {
      learn(alarms, line);
      const items = 'AlarmHistoryItems' in line ? asList(line['AlarmHistoryItems']) : 'HistoryItemType' in line ? [line] : [];
      return items.flatMap((item) => readItem(alarms, item));
    },
  };
}

function learn(alarms: Map<string, JsonRecord>, line: JsonRecord): void {
  for (const alarm of [...asList(line['MetricAlarms']), ...asList(line['CompositeAlarms'])]) {
    const record = asRecord(alarm);
    const name = textAt(record, 'AlarmName');
    if (record !== undefined && name !== undefined) alarms.set(name, record);
  }
}

/** Only changes of state say something about health; the other items tell of actions and configuration. */
function readItem(alarms: ReadonlyMap<string, JsonRecord>, item: unknown): readonly HistoryItem[] {
  if (at(item, 'HistoryItemType') !== 'StateUpdate') return [];
  const changedAtMs = parseAnyTime(at(item, 'Timestamp'));
  if (!isTime(changedAtMs)) throw new UnreadableLineError('an item of the alarm history without a readable Timestamp');
  const name = textAt(item, 'AlarmName');
  if (name === undefined) throw new UnreadableLineError('an item of the alarm history without its AlarmName');
  const message = messageOf(name, alarms.get(name), item, changedAtMs);
  const delivery = { contentType: 'application/json', headers: {}, body: JSON.stringify(message), receivedAtMs: changedAtMs };
  return [{ kind: 'delivery', delivery, json: message }];
}

/** The message that a topic would have carried for this change (alerts §2a). */
function messageOf(name: string, alarm: JsonRecord | undefined, item: unknown, changedAtMs: number): JsonRecord {
  // HistoryData is JSON text.
  const data = parseJson(textAt(item, 'HistoryData') ?? '');
  const arn = textAt(alarm, 'AlarmArn');
  return {
    AlarmName: name,
    ...(arn === undefined ? {} : { AlarmArn: arn, AWSAccountId: arn.split(':')[4] }),
    AlarmDescription: textAt(alarm, 'AlarmDescription') ?? null,
    NewStateValue: at(data, 'newState', 'stateValue'),
    OldStateValue: at(data, 'oldState', 'stateValue'),
    NewStateReason: at(data, 'newState', 'stateReason'),
    StateChangeTime: new Date(changedAtMs).toISOString(),
    ...(alarm === undefined ? {} : { Trigger: triggerOf(alarm) }),
  };
}

function triggerOf(alarm: JsonRecord): JsonRecord {
  const { MetricName, Namespace, Metrics } = alarm;
  const inMath = asList(Metrics).map((query) => {
    const metric = asRecord(at(query, 'MetricStat', 'Metric'));
    return { MetricStat: { Metric: { ...metric, Dimensions: dimensionsOf(metric) } } };
  });
  return { MetricName, Namespace, Dimensions: dimensionsOf(alarm), ...(inMath.length === 0 ? {} : { Metrics: inMath }) };
}

/** The API writes `Name` and `Value`, the topic's message `name` and `value`. */
function dimensionsOf(record: JsonRecord | undefined): readonly JsonRecord[] {
  return asList(record?.['Dimensions']).map((pair) => ({ name: at(pair, 'Name'), value: at(pair, 'Value') }));
}
