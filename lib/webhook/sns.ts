import { textAt, type JsonRecord } from '../alert/read.ts';
import type { Proof, Proven, Subscription, Way } from './proof.ts';
import { AHEAD_MS, isFresh, messageIn, signedFields, stringToSign, type SignedFields } from './signed-message.ts';
import { isSignedBy } from './signing-certificate.ts';
import { isCertificateUrl } from './sns-certificates.ts';
import { addressClass } from './token-bucket.ts';

const NOTIFICATION = ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type'];
const WITH_SUBJECT = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const HANDSHAKE = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
const DIGESTS: Readonly<Record<string, 'sha1' | 'sha256'>> = { '1': 'sha1', '2': 'sha256' };

/**
 * A delivery of Amazon SNS over HTTPS (alerts §2e): of a topic that is allowed, fresh, and signed by a certificate from SNS's own host in
 * the topic's region. Everything that costs nothing is checked before the certificate is asked for.
 *
 * @throws {CertificateUnavailableError}
 */
export async function provesSns(way: Way<'sns'>, { request, nowMs, certificates }: Proof): Promise<Proven | undefined> {
  const claim = claimIn(request.rawBody);
  if (claim === undefined || certificates === undefined || !isAcceptable(claim, way, nowMs)) return undefined;
  const { fields, url, signature, digest } = claim;
  const certificate = await certificates.at(url, addressClass(request.address), nowMs);
  if (certificate === undefined || !isSignedBy(certificate, digest, stringToSign(fields), signature)) return undefined;
  return provenBy(fields, way.toleranceMs);
}

/** What a message says of itself. */
interface Claim {
  readonly fields: SignedFields;
  readonly url: string;
  readonly signature: string;
  readonly digest: 'sha1' | 'sha256';
}

function claimIn(body: Buffer): Claim | undefined {
  const message = messageIn(body);
  const fields = message && fieldsOf(message);
  const [url, signature] = [textAt(message, 'SigningCertURL'), textAt(message, 'Signature')];
  const version = textAt(message, 'SignatureVersion') ?? '';
  const digest = Object.hasOwn(DIGESTS, version) ? DIGESTS[version] : undefined;
  if (fields === undefined || url === undefined || signature === undefined || digest === undefined) return undefined;
  return { fields, url, signature, digest };
}

function isAcceptable({ fields, url }: Claim, way: Way<'sns'>, nowMs: number): boolean {
  const { TopicArn = '', Timestamp = '', MessageId = '' } = fields;
  return (
    way.topicArns.includes(TopicArn) &&
    isCertificateUrl(url, TopicArn) &&
    isFresh(Timestamp, nowMs, way.toleranceMs) &&
    /^[0-9A-Fa-f-]{8,64}$/.test(MessageId)
  );
}

/** Which fields are signed depends on the type, and on whether there is a subject (it may be null). */
function fieldsOf(message: JsonRecord): SignedFields | undefined {
  const type = textAt(message, 'Type');
  if (type === 'Notification') return signedFields(message, message['Subject'] == null ? NOTIFICATION : WITH_SUBJECT, 'Message');
  return type === 'SubscriptionConfirmation' || type === 'UnsubscribeConfirmation'
    ? signedFields(message, HANDSHAKE, 'Message')
    : undefined;
}

/** Only what is signed goes on: an attribute that somebody added to a genuine message does not. */
function provenBy(fields: SignedFields, toleranceMs: number): Proven {
  const subscription = subscriptionIn(fields);
  return {
    replay: { id: `sns:${fields['MessageId']}`, keptMs: toleranceMs + AHEAD_MS },
    body: Buffer.from(JSON.stringify(fields)),
    headers: false,
    ...(subscription === undefined ? {} : { subscription }),
  };
}

/** The address in the message is never called and not even shown: with topic and token a person can do the same. */
function subscriptionIn(fields: SignedFields): Subscription | undefined {
  const { Type, TopicArn: topic = '', Token = '', MessageId: id = '' } = fields;
  if (Type === 'UnsubscribeConfirmation') return { kind: 'ended', topic, id, steps: [] };
  if (Type !== 'SubscriptionConfirmation') return undefined;
  const token = /^[A-Za-z0-9]{1,1000}$/.test(Token) ? Token : '(the token is not of the known form: ask for another confirmation)';
  return { kind: 'confirm', topic, id, steps: [`aws sns confirm-subscription --topic-arn ${topic} --token ${token}`] };
}
