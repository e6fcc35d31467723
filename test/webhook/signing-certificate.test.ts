import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { mediaTypeOf, isReadable } from '../../lib/webhook/content.ts';
import { isSignedBy } from '../../lib/webhook/signing-certificate.ts';

test('a key that cannot check signatures proves nothing, and breaks nothing', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const exchange = generateKeyPairSync('x25519').publicKey;
  const signature = sign('sha256', Buffer.from('text'), privateKey).toString('base64');
  const of = (key: typeof publicKey) => ({ key, fingerprint: '', fromMs: 0, toMs: 1 });
  expect(isSignedBy(of(publicKey), 'sha256', 'text', signature)).toBe(true);
  expect(isSignedBy(of(exchange), 'sha256', 'text', signature)).toBe(false);
});

test.each([
  ['Application/JSON ; charset=utf-8; q="a;b"', 'application/json'],
  ['text/plain', 'text/plain'],
  [';charset=utf-8', ''],
  ['', ''],
  [undefined, ''],
])('the media type of %j is %j', (header, expected) => {
  expect(mediaTypeOf(header)).toBe(expected);
});

test('a request without a type of content is read, as scripts send it', () => {
  expect(isReadable({})).toBe(true);
});
