import { execFileSync } from 'node:child_process';
import { createPrivateKey, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key and its certificate, made for this run. */
export interface Signer {
  readonly pem: string;
  readonly keyPem: string;
  readonly key: KeyObject;
  /** 64 lower-case hex characters. */
  readonly fingerprint: string;
}

/** @param algorithm as `openssl req -newkey` takes it. */
export function newSigner(commonName: string, algorithm: readonly string[] = ['-newkey', 'rsa:2048']): Signer {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-cert-'));
  try {
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const names = ['-subj', `/CN=${commonName}`, '-addext', `subjectAltName=DNS:${commonName},IP:127.0.0.1`];
    const files = ['-keyout', keyFile, '-out', certFile];
    execFileSync('openssl', ['req', '-x509', ...algorithm, '-nodes', '-days', '2', ...names, ...files], { stdio: 'ignore' });
    const [pem, keyPem] = [readFileSync(certFile, 'utf8'), readFileSync(keyFile, 'utf8')];
    const fingerprint = new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
    return { pem, keyPem, key: createPrivateKey(keyPem), fingerprint };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Fields = Readonly<Record<string, string>>;

/** As the services document it (alerts §2e, §3a), written without the code under test. */
function signature(fields: Fields, names: readonly string[], digest: string, key: KeyObject): string {
  let text = '';
  for (const name of names) if (fields[name] !== undefined) text += `${name}\n${fields[name]}\n`;
  return sign(digest, Buffer.from(text), key).toString('base64');
}

const SNS_NOTIFICATION = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const SNS_HANDSHAKE = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
const SMN_NOTIFICATION = ['message', 'message_id', 'subject', 'timestamp', 'topic_urn', 'type'];
const SMN_HANDSHAKE = ['message', 'message_id', 'subscribe_url', 'timestamp', 'topic_urn', 'type'];

/** A whole SNS message: `fields` with its signature. */
export function snsMessage(fields: Fields, { key }: Signer, version: '1' | '2' = '2'): Fields {
  const names = fields['Type'] === 'Notification' ? SNS_NOTIFICATION : SNS_HANDSHAKE;
  const digest = version === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  return { ...fields, SignatureVersion: version, Signature: signature(fields, names, digest, key) };
}

/** A whole SMN message. An empty subject is signed or not, as the caller says. */
export function smnMessage(fields: Fields, { key }: Signer, signsEmptySubject = false): Fields {
  const { subject, ...rest } = fields;
  const signed = subject === '' && !signsEmptySubject ? rest : fields;
  const names = fields['type'] === 'Notification' ? SMN_NOTIFICATION : SMN_HANDSHAKE;
  return { ...fields, signature_version: 'v1', signature: signature(signed, names, 'RSA-SHA256', key) };
}
