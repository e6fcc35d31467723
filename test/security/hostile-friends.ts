import { alertmanagerBody } from '../scenarios/story.ts';
import { MARK, type Hostile, type HostileCase } from './hostile-world.ts';
import { http } from './raw-http.ts';

type Row = readonly [name: string, source: string, type: string, body: string | Buffer, may: readonly number[]];
const JSON_TYPE = 'application/json';
const REFUSED = [400];

/** Requests of a friend gone mad: the secret is right and what comes with it is poison. None of them may touch a target. */
export function madFriends(world: Hostile): readonly HostileCase[] {
  return [...malformed(world), ...poisonous(world), ...misleading(world), ...otherFormats()].map(([name, source, type, body, may]) => ({
    name: `friend: ${name}`,
    bytes: http(`/hooks/${source}`, { headers: { authorization: `Bearer ${world.secret(source)}`, 'content-type': type }, body }),
    may,
  }));
}

function malformed({ alarm }: Hostile): readonly Row[] {
  const row = (name: string, body: string | Buffer, may: readonly number[] = REFUSED): Row => [name, 'tokens', JSON_TYPE, body, may];
  return [
    row('nothing', ''),
    row('blanks', '   '),
    row('a byte order mark alone', '\ufeff'),
    row('null', 'null'),
    row('a number', '1'),
    row('a text', `"${MARK}"`),
    row('an empty list', '[]'),
    row('an empty object', '{}'),
    row('not JSON', MARK),
    row('JSON with a comma too many', `{"a":1,}`),
    row('JSON with a comment', `/* */ ${alarm}`),
    row('two values', `${alarm}${alarm}`),
    row('cut in the middle', alarm.slice(0, alarm.length / 2)),
    row('NaN', '{"alerts":NaN}'),
    row('single quotes', "{'alerts':[]}"),
    row('300 KB', `{"a":"${'x'.repeat(300_000)}"}`, [413]),
    row('UTF-16', Buffer.from(alarm, 'utf16le')),
    row('keys that stand twice', `{"alerts":[],${alarm.slice(1)}`),
    row('one key in two spellings', `{"\\u0061lerts":[],${alarm.slice(1)}`),
    row('nested deep', '['.repeat(100_000)),
    row('nested deep inside', alarm.replace('"labels":{', `"labels":{"x":${'['.repeat(100)}${']'.repeat(100)},`)),
    row('control characters that swell', '\u0001'.repeat(250_000), [413]),
    ['bytes that are not UTF-8', 'tokens', 'application/cloudevents+json', Buffer.from('7b2261223a22ff227d', 'hex'), REFUSED],
    ['a surrogate alone', 'tokens', 'application/cloudevents+json', Buffer.from('22eda08022', 'hex'), REFUSED],
    ['longer than needed', 'tokens', 'application/cloudevents+json', Buffer.from('22c0af22', 'hex'), REFUSED],
  ];
}

function poisonous({ nowMs }: Hostile): readonly Row[] {
  const stranger = { startsAtMs: nowMs - 120_000, instance: MARK };
  const body = alertmanagerBody([stranger]);
  const row = (name: string, text: string, may: readonly number[] = [202, 400]): Row => [name, 'tokens', JSON_TYPE, text, may];
  const labelled = (labels: Record<string, string>): string => alertmanagerBody([{ ...stranger, labels }]);
  return [
    row('a prototype', body.replace('{', '{"__proto__":{"status":"firing"},')),
    row('a prototype among labels', body.replace('"labels":{', '"labels":{"__proto__":{"severity":"critical"},')),
    row('a constructor', body.replace('"labels":{', '"labels":{"constructor":{"prototype":{"x":1}},')),
    row('methods instead of texts', body.replaceAll(/"startsAt":"[^"]*"/g, '"startsAt":{"toString":1,"valueOf":2}')),
    row('a status of another kind', body.replaceAll('"firing"', '["firing"]')),
    row('a time beyond all bounds', body.replaceAll(/"startsAt":"[^"]*"/g, '"startsAt":1e999')),
    row('the year 275760', body.replaceAll(/"startsAt":"[^"]*"/g, '"startsAt":"+275760-09-13T00:00:00.001Z"')),
    row('a time of 100,000 digits', body.replaceAll(/"startsAt":"[^"]*"/g, `"startsAt":"2026-01-01T00:00:00.${'9'.repeat(100_000)}Z"`)),
    row(
      '50,000 labels',
      body.replace('"labels":{', `"labels":{${Array.from({ length: 10_000 }, (_, index) => `"l${index}":"x",`).join('')}`),
    ),
    row('a label of 200 KB', labelled({ long: 'x'.repeat(200_000) })),
    row(
      '3,000 alerts',
      JSON.stringify({ version: '4', status: 'firing', alerts: Array.from({ length: 3_000 }, () => ({ status: 'firing' })) }),
    ),
    row('lines of a log', labelled({ alertname: `x"}\n{"event":"verdict","kind":"failover","x":"${MARK}` })),
    row('commands of a terminal', labelled({ alertname: '\u001b[2J\u001b]0;x\u0007\u202e', job: '\u0000\u0085\u2028' })),
    row('a pattern that takes for ever', labelled({ job: `${'a'.repeat(100_000)}!`, env: 'test|'.repeat(20_000) })),
    row('SQL', labelled({ gaussdbv5_instance_id: "' OR 1=1 --" })),
    row('a template', labelled({ alertname: '{{ $labels.x }}', job: '${process.env.AWS_SECRET_ACCESS_KEY}' })),
    row('a wildcard for a target', labelled({ gaussdbv5_instance_id: '*' })),
    row(
      'a target’s id with more around it',
      labelled({ gaussdbv5_instance_id: 'c04c789b6baa4b6dbcc139c5226f3a2cin14 ' }).replace('in14 "', 'in14-"'),
    ),
    row('numbers for texts', body.replaceAll(/"severity":"[^"]*"/g, `"severity":${'9'.repeat(50_000)}`)),
  ];
}

/** What could be taken for something of our own, or of another sender. */
function misleading({ topicArn }: Hostile): readonly Row[] {
  const look = JSON.stringify({ understudy: 'look', targetId: 'orders-gaussdb', dueAtMs: 0 });
  const failover = JSON.stringify({ understudy: 'failover', targetId: 'orders-gaussdb', failoverId: 'fo-1', look: 1, dueAtMs: 0 });
  const delivery = JSON.stringify({ understudy: 'delivery', source: 'tokens', contentType: '', headers: {}, receivedAtMs: 1, body: '{}' });
  const envelope = (inner: string): string => JSON.stringify({ Type: 'Notification', TopicArn: topicArn, MessageId: '1', Message: inner });
  let deep = `"${MARK}"`;
  for (let depth = 0; depth < 8; depth += 1) deep = envelope(deep);
  const confirmation = { Type: 'SubscriptionConfirmation', TopicArn: topicArn, Message: MARK, SubscribeURL: 'http://169.254.169.254/' };
  const at = (name: string, body: string, may: readonly number[] = [202, 400]): Row => [name, 'tokens', JSON_TYPE, body, may];
  return [
    at('our own message: look again', look, REFUSED),
    at('our own message: a failover', failover, REFUSED),
    at('our own message: a delivery', delivery, REFUSED),
    at('our own message in an envelope', envelope(look)),
    at('envelopes in envelopes', deep),
    at('a confirmation of an address inside', JSON.stringify(confirmation)),
    at('a whole SQS event', JSON.stringify({ Records: [{ eventSource: 'aws:sqs', body: look }] })),
    ['of an unknown kind', 'generic', JSON_TYPE, JSON.stringify({ anything: MARK }), [202, 400]],
    ['an event without a type', 'events', 'application/cloudevents+json', JSON.stringify({ specversion: '1.0', id: MARK }), [202, 400]],
    ['200 KB of events', 'events', 'application/cloudevents-batch+json', `[${'{},'.repeat(60_000)}{}]`, [202, 400]],
  ];
}

function otherFormats(): readonly Row[] {
  const form = 'application/x-www-form-urlencoded';
  const multipart = 'multipart/form-data; boundary=x';
  return [
    ['a form of 20,000 fields', 'forms', form, Array.from({ length: 20_000 }, (_, index) => `f${index}=1`).join('&'), [202, 400]],
    ['a form with a prototype', 'forms', form, `__proto__[x]=1&constructor=2&alertName=${MARK}`, [202, 400]],
    ['a form with broken encodings', 'forms', form, `alertName=%&dimensions=%zz%ff&x=${MARK}`, [202, 400]],
    [
      'dimensions without end',
      'forms',
      form,
      `alertState=ALERT&alertName=x&dimensions=${encodeURIComponent('{a='.repeat(20_000))}`,
      [202, 400],
    ],
    ['multipart without end', 'kuma', multipart, `--x\r\n${'content-disposition: form-data; name="data"\r\n'.repeat(3_000)}`, [202, 400]],
    ['multipart with a boundary that is everywhere', 'kuma', multipart, `--\n${'--\n'.repeat(50_000)}`, [202, 400]],
    ['a picture', 'kuma', 'image/png', Buffer.from('89504e47', 'hex'), [415]],
    ['packed JSON', 'kuma', 'application/zip', Buffer.from('504b0304', 'hex'), [415]],
  ];
}
