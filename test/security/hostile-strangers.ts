import { snsMessage, smnMessage } from '../webhook/certificates.ts';
import { MARK, type Hostile, type HostileCase } from './hostile-world.ts';
import { http } from './raw-http.ts';

type Headers = Record<string, string>;
type Row = readonly [name: string, path: string, headers: Headers, body?: string];

/** Requests of somebody who has no secret, or a captured delivery at most. Every one hears 401. */
export function strangers(world: Hostile): readonly HostileCase[] {
  const rows: readonly (readonly [group: string, rows: readonly Row[]])[] = [
    ['token', tokens(world)],
    ['password', passwords(world)],
    ['signature with a time', stamped(world)],
    ['signature', signed(world)],
    ['standard webhook', standard(world)],
    ['secret path', paths(world)],
    ['SNS', amazon(world)],
    ['SMN', huawei(world)],
    ['source', sources(world)],
  ];
  return rows.flatMap(([group, each]) =>
    each.map(([name, path, headers, body = world.alarm]) => ({
      name: `${group}: ${name}`,
      bytes: http(path, { headers, body }),
      may: name === 'from a host that looks right' ? [401, 503] : [401],
    })),
  );
}

function tokens({ secret, alarm }: Hostile): readonly Row[] {
  const right = secret('tokens');
  const at = '/hooks/tokens';
  return [
    ['none', at, {}],
    ['empty', at, { authorization: 'Bearer ' }],
    ['the scheme alone', at, { authorization: 'Bearer' }],
    ['wrong', at, { authorization: `Bearer ${MARK}` }],
    ['without its end', at, { authorization: `Bearer ${right.slice(0, -1)}` }],
    ['with more at its end', at, { authorization: `Bearer ${right}${MARK}` }],
    ['in upper case', at, { authorization: `Bearer ${right.toUpperCase()}` }],
    ['of another source', at, { authorization: `Bearer ${secret('events')}` }],
    ['its reference instead', at, { authorization: 'Bearer ssm:/understudy/local/sources/tokens' }],
    ['as a password', at, { authorization: `Basic ${Buffer.from(`:${right}`).toString('base64')}` }],
    ['in the query', `${at}?access_token=${right}&auth_token=${right}`, {}],
    ['in the path', `${at}/${right}`, {}],
    ['in a cookie', at, { cookie: `authorization=Bearer ${right}; token=${right}` }],
    ['in another header', at, { 'x-authorization': `Bearer ${right}`, 'proxy-authorization': `Bearer ${right}` }],
    ['in the body', at, {}, JSON.stringify({ authorization: `Bearer ${right}`, alarm })],
    ['twice, once wrong', at, { authorization: `Bearer ${right}`, Authorization: `Bearer ${MARK}` }],
    ['a list that holds it', at, { authorization: `Bearer ${MARK}, Bearer ${right}` }],
    ['of nobody’s signature', at, { authorization: `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.` }],
    ['very long', at, { authorization: `Bearer ${'A'.repeat(7_000)}` }],
    ['a pattern that takes for ever', at, { authorization: `Bearer ${'a'.repeat(3_000)}!` }],
  ];
}

function passwords({ secret }: Hostile): readonly Row[] {
  const basic = (text: string): Headers => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
  const at = '/hooks/passwords';
  return [
    ['wrong', at, basic(`am:${MARK}`)],
    ['of another user', at, basic(`root:${secret('passwords')}`)],
    ['without a user', at, basic(`:${secret('passwords')}`)],
    ['without a colon', at, basic(`am${secret('passwords')}`)],
    ['a colon alone', at, basic(':')],
    ['empty', at, basic('')],
    ['not base64', at, { authorization: 'Basic !!!!' }],
    ['as a token', at, { authorization: `Bearer ${secret('passwords')}` }],
    ['by digest', at, { authorization: `Digest username="am", response="${MARK}"` }],
  ];
}

function stamped({ hmac, alarm, nowMs }: Hostile): readonly Row[] {
  const at = '/hooks/stamped';
  const seconds = Math.floor(nowMs / 1_000);
  const right = (stamp: string): Headers => ({ 'x-time': stamp, 'x-signature': hmac('stamped', `${stamp}:${alarm}`) });
  return [
    ['none', at, {}],
    ['without a time', at, { 'x-signature': hmac('stamped', alarm) }],
    ['captured an hour ago', at, right(String(seconds - 3_600))],
    ['of the next hour', at, right(String(seconds + 3_600))],
    ['captured, with a new time', at, { ...right(String(seconds - 3_600)), 'x-time': String(seconds) }],
    ['captured, for another body', at, right(String(seconds)), alarm.replace(MARK, `${MARK}-2`)],
    ['captured, with a blank more', at, right(String(seconds)), `${alarm} `],
    ['over the body alone', at, { 'x-time': String(seconds), 'x-signature': hmac('stamped', alarm) }],
    ['of another source', at, { 'x-time': String(seconds), 'x-signature': hmac('signed', `${seconds}:${alarm}`) }],
    ['a time in milliseconds', at, right(String(seconds * 1_000))],
    ['a time with a fraction', at, right(`${seconds}.0`)],
    ['a time with a sign', at, right(`+${seconds}`)],
    ['a time in hex', at, right(`0x${seconds.toString(16)}`)],
    ['a time that is no number', at, right('NaN')],
    ['a time beyond all numbers', at, right('9'.repeat(400))],
    ['two times', at, { ...right(String(seconds)), 'X-Time': String(seconds) }],
    ['thousands of signatures', at, { 'x-time': String(seconds), 'x-signature': '0,'.repeat(3_500) }],
  ];
}

function signed({ hmac, alarm }: Hostile): readonly Row[] {
  const at = '/hooks/signed';
  const right = hmac('signed', alarm);
  return [
    ['without its prefix', at, { 'x-signature': right }],
    ['of another version', at, { 'x-signature': `v0=${right}` }],
    ['empty', at, { 'x-signature': 'v1=' }],
    ['in upper case', at, { 'x-signature': `v1=${right.toUpperCase()}` }],
    ['cut to half', at, { 'x-signature': `v1=${right.slice(0, 32)}` }],
    ['all zeros', at, { 'x-signature': `v1=${'0'.repeat(64)}` }],
    ['under another name', at, { 'x-hub-signature-256': `v1=${right}` }],
    ['of an empty body', at, { 'x-signature': `v1=${hmac('signed', '')}` }],
  ];
}

function standard({ hmac, alarm, nowMs, secret }: Hostile): readonly Row[] {
  const at = '/hooks/standard';
  const seconds = Math.floor(nowMs / 1_000);
  const sign = (text: string): string => `v1,${Buffer.from(hmac('standard', text), 'hex').toString('base64')}`;
  const right = (id: string, stamp: number): Headers => ({
    'webhook-id': id,
    'webhook-timestamp': String(stamp),
    'webhook-signature': sign(`${id}.${stamp}.${alarm}`),
  });
  return [
    ['none', at, {}],
    ['captured an hour ago', at, right('msg_1', seconds - 3_600)],
    ['captured, with a new id', at, { ...right('msg_1', seconds), 'webhook-id': 'msg_2' }],
    ['captured, with a new time', at, { ...right('msg_1', seconds), 'webhook-timestamp': String(seconds + 1) }],
    ['captured, for another body', at, right('msg_1', seconds), `${alarm}\n`],
    ['without an id', at, { 'webhook-timestamp': String(seconds), 'webhook-signature': sign(`.${seconds}.${alarm}`) }],
    ['an id that shifts the dots', at, { ...right('msg.1', seconds), 'webhook-id': 'msg', 'webhook-timestamp': `1.${seconds}` }],
    ['the secret itself', at, { ...right('msg_1', seconds), 'webhook-signature': `v1,${secret('standard')}` }],
  ];
}

function paths({ secret }: Hostile): readonly Row[] {
  const right = secret('paths');
  return [
    ['none', '/hooks/paths', {}],
    ['wrong', `/hooks/paths/${MARK}`, {}],
    ['in the query', `/hooks/paths?secret=${right}`, {}],
    ['with more at its end', `/hooks/paths/${right}%20`, {}],
    ['encoded twice', `/hooks/paths/${right.replaceAll('-', '%252d')}`, {}],
    ['an encoding that is broken', '/hooks/paths/%zz%', {}],
    ['a zero byte', `/hooks/paths/${right}%00`, {}],
    ['as a token', '/hooks/paths', { authorization: `Bearer ${right}` }],
    ['as the original address', '/hooks/paths', { 'x-original-url': `/hooks/paths/${right}`, 'x-rewrite-url': `/hooks/paths/${right}` }],
  ];
}

/** Addresses of certificates that a looser rule would fetch. */
const ELSEWHERE = [
  'https://attacker.example/x.pem',
  'http://sns.eu-central-1.amazonaws.com/x.pem',
  'https://sns.eu-central-1.amazonaws.com@attacker.example/x.pem',
  'https://attacker.example/https://sns.eu-central-1.amazonaws.com/x.pem',
  'https://sns.eu-central-1.amazonaws.com.attacker.example/x.pem',
  'https://attacker.example?sns.eu-central-1.amazonaws.com/x.pem',
  'https://attacker.example#sns.eu-central-1.amazonaws.com/x.pem',
  'https://sns.s3-us-west-2.amazonaws.com/x.pem',
  'https://sns.eu-west-1.amazonaws.com/x.pem',
  'https://s3.amazonaws.com/bucket/sns.eu-central-1.amazonaws.com/x.pem',
  'https://sns.eu-central-1.amazonaws.com:8443/x.pem',
  'https://sns.eu-central-1.amazonaws.com/x.pem?redirect=https://attacker.example',
  'https://sns.eu-central-1.amazonaws.com/..%2f..%2fx.pem',
  'https://sns.eu-central-1.amazonaws.com/?Action=x.pem',
  'http://169.254.169.254/latest/meta-data/iam/x.pem',
  'http://127.0.0.1:9001/x.pem',
  'file:///proc/self/environ.pem',
  'data:application/x-pem,x.pem',
];

function amazon({ topicArn, attacker, nowMs }: Hostile): readonly Row[] {
  const at = '/hooks/amazon';
  const headers = { 'content-type': 'text/plain; charset=UTF-8', 'x-amz-sns-message-type': 'Notification' };
  const fields = {
    Type: 'Notification',
    MessageId: '0f6f6f0e-3c1d-5a7b-8f42-5d2f1f9f7a11',
    TopicArn: topicArn,
    Message: JSON.stringify({ AlarmName: MARK, NewStateValue: 'ALARM' }),
    Timestamp: new Date(nowMs).toISOString(),
    SigningCertURL: 'https://attacker.example/x.pem',
  };
  const forged = (change: Headers): string => JSON.stringify(snsMessage({ ...fields, ...change }, attacker));
  const SubscribeURL = 'https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&redirect=https://attacker.example';
  const looksRight = 'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-00000000000000000000000000000000.pem';
  return [
    ...ELSEWHERE.map((SigningCertURL): Row => [`forged, certificate at ${SigningCertURL}`, at, headers, forged({ SigningCertURL })]),
    ['from a host that looks right', at, headers, forged({ SigningCertURL: looksRight })],
    ['of a foreign topic', at, headers, forged({ TopicArn: topicArn.replace('1111', '9999'), SigningCertURL: looksRight })],
    ['of last year', at, headers, forged({ Timestamp: '2025-11-21T12:00:00.000Z', SigningCertURL: looksRight })],
    ['without a signature', at, headers, JSON.stringify(fields)],
    ['a confirmation with an open redirect', at, headers, forged({ Type: 'SubscriptionConfirmation', Token: MARK, SubscribeURL })],
    [
      'a confirmation of an address inside',
      at,
      headers,
      forged({ Type: 'SubscriptionConfirmation', Token: '1', SubscribeURL: 'http://169.254.169.254/' }),
    ],
    ['the end of a subscription', at, headers, forged({ Type: 'UnsubscribeConfirmation', Token: MARK, SubscribeURL })],
    ['raw delivery', at, { ...headers, 'x-amz-sns-rawdelivery': 'true', 'x-amz-sns-topic-arn': topicArn }, fields.Message],
    ['in a Lambda event', at, headers, JSON.stringify({ Records: [{ EventSource: 'aws:sns', Sns: fields }] })],
    ['two certificates in one key', at, headers, `{"SigningCertURL":"${looksRight}",${forged({}).slice(1)}`],
    ['a user agent that says so', at, { ...headers, 'user-agent': 'Amazon Simple Notification Service Agent' }],
  ];
}

function huawei({ topicUrn, attacker, friend, nowMs }: Hostile): readonly Row[] {
  const at = '/hooks/huawei';
  const fields = {
    type: 'Notification',
    topic_urn: topicUrn,
    message_id: 'd3df1fb0248f48b69fb9df4676177406',
    subject: MARK,
    message: '{"message_type":"alarm"}',
    timestamp: `${new Date(nowMs).toISOString().slice(0, 19)}Z`,
    signing_cert_url: 'https://attacker.example/SMN.pem',
  };
  const captured = smnMessage(fields, friend);
  const subscribe_url = 'https://ap-southeast-1-console.huaweicloud.com/smn/x?next=https://attacker.example';
  const text = (message: object): string => JSON.stringify(message);
  return [
    ['forged, with its own certificate', at, {}, text(smnMessage(fields, attacker))],
    [
      'forged, certificate of Huawei’s host',
      at,
      {},
      text(smnMessage({ ...fields, signing_cert_url: 'https://smn.ap-southeast-1.myhuaweicloud.com/smn/x.pem' }, attacker)),
    ],
    ['captured, another message', at, {}, text({ ...captured, message: MARK })],
    ['captured, made younger', at, {}, text({ ...captured, timestamp: `${new Date(nowMs + 1_000).toISOString().slice(0, 19)}Z` })],
    [
      'captured an hour ago',
      at,
      {},
      text(smnMessage({ ...fields, timestamp: `${new Date(nowMs - 3_600_000).toISOString().slice(0, 19)}Z` }, friend)),
    ],
    ['captured, of another topic', at, {}, text(smnMessage({ ...fields, topic_urn: `${topicUrn}-other` }, friend))],
    ['captured, as a confirmation', at, {}, text({ ...captured, type: 'SubscriptionConfirmation', subscribe_url })],
    [
      'a confirmation with an open redirect',
      at,
      {},
      text(smnMessage({ ...fields, type: 'SubscriptionConfirmation', subscribe_url }, attacker)),
    ],
    ['through FunctionGraph', at, {}, text({ record: [{ smn: fields }] })],
    ['without a signature', at, {}, text(fields)],
  ];
}

function sources({ secret }: Hostile): readonly Row[] {
  const authorization = `Bearer ${secret('tokens')}`;
  const names = ['no-such-source', 'closed', 'constructor', 'hasownproperty', 'tostring', 'valueof', 'admin', 'tokens2'];
  return names.map((name): Row => [name, `/hooks/${name}`, { authorization }]);
}
