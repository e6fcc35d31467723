import { textAt, type JsonRecord } from '../alert/read.ts';
import type { Proof, Proven, Subscription, Way } from './proof.ts';
import { AHEAD_MS, isFresh, messageIn, signedFields, stringToSign, type SignedFields } from './signed-message.ts';
import { isSignedBy, isValidAt, readCertificate, type SigningCertificate } from './signing-certificate.ts';

const NOTIFICATION = ['message', 'message_id', 'timestamp', 'topic_urn', 'type'];
const WITH_SUBJECT = ['message', 'message_id', 'subject', 'timestamp', 'topic_urn', 'type'];
const HANDSHAKE = ['message', 'message_id', 'subscribe_url', 'timestamp', 'topic_urn', 'type'];

/**
 * A delivery of Huawei's SMN (alerts §3a): of a topic that is allowed, fresh, and signed by a certificate that the configuration holds and
 * pins. The `signing_cert_url` in the message is not looked at.
 *
 * @throws {SecretUnavailableError}
 */
export async function provesSmn(way: Way<'smn'>, proof: Proof): Promise<Proven | undefined> {
  const { request, nowMs } = proof;
  const message = messageIn(request.rawBody);
  if (message === undefined) return undefined;
  const signature = textAt(message, 'signature');
  const candidates = readings(message).filter((fields) => isAcceptable(fields, way, nowMs));
  if (signature === undefined || candidates.length === 0) return undefined;
  const pinned = await pinnedCertificates(way, proof);
  const fields = candidates.find((one) => pinned.some((by) => isSignedBy(by, 'sha256', stringToSign(one), signature)));
  return fields && provenBy(fields, way.toleranceMs);
}

/** Whether an empty subject is signed the samples do not agree on: both readings are tried (alerts §3a). */
function readings(message: JsonRecord): readonly SignedFields[] {
  const found: SignedFields[] = [];
  for (const names of layoutsOf(message)) {
    const fields = signedFields(message, names, 'message');
    if (fields !== undefined) found.push(fields);
  }
  return found;
}

function layoutsOf(message: JsonRecord): readonly (readonly string[])[] {
  const type = textAt(message, 'type');
  if (type === 'SubscriptionConfirmation' || type === 'UnsubscribeConfirmation') return [HANDSHAKE];
  if (type !== 'Notification') return [];
  if (textAt(message, 'subject') === undefined) return [NOTIFICATION, WITH_SUBJECT];
  return [WITH_SUBJECT];
}

function isAcceptable({ topic_urn = '', timestamp = '', message_id = '' }: SignedFields, way: Way<'smn'>, nowMs: number): boolean {
  return way.topicUrns.includes(topic_urn) && isFresh(timestamp, nowMs, way.toleranceMs) && /^[0-9a-fA-F-]{8,64}$/.test(message_id);
}

/** A certificate counts when its fingerprint is one of the pinned ones, and only while it is valid. */
async function pinnedCertificates(way: Way<'smn'>, { secrets, nowMs }: Proof): Promise<readonly SigningCertificate[]> {
  const pinned: SigningCertificate[] = [];
  for (const written of way.certificates) {
    // The store of secrets gives a text line by line.
    const pem = written.startsWith('-----BEGIN') ? written : (await secrets.values(written)).join('\n');
    const certificate = readCertificate(pem);
    if (certificate !== undefined && way.fingerprints.includes(certificate.fingerprint) && isValidAt(certificate, nowMs))
      pinned.push(certificate);
  }
  return pinned;
}

/** Only what is signed goes on. */
function provenBy(fields: SignedFields, toleranceMs: number): Proven {
  const subscription = subscriptionIn(fields);
  return {
    replay: { id: `smn:${fields['message_id']}`, keptMs: toleranceMs + AHEAD_MS },
    body: Buffer.from(JSON.stringify(fields)),
    headers: false,
    ...(subscription === undefined ? {} : { subscription }),
  };
}

/** SMN can be confirmed by this address alone. It is signed, and shown to a person if it is Huawei's console and nothing else. */
const CONSOLE = /^https:\/\/[a-z0-9-]{1,63}\.(?:huaweicloud|myhuaweicloud)\.com\/smn\/[A-Za-z0-9/?&=:._-]{1,900}$/;

function subscriptionIn(fields: SignedFields): Subscription | undefined {
  const { type, topic_urn: topic = '', subscribe_url: url = '', message_id: id = '' } = fields;
  if (type === 'UnsubscribeConfirmation') return { kind: 'ended', topic, id, steps: [] };
  if (type !== 'SubscriptionConfirmation') return undefined;
  const step = CONSOLE.test(url)
    ? `open ${url} within 48 hours`
    : "ask for another confirmation: this one's address is not Huawei's console";
  return { kind: 'confirm', topic, id, steps: [step] };
}
