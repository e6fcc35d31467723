import { expect, test } from 'vitest';
import { assert, asyncProperty, constantFrom, integer, record, string, stringMatching } from 'fast-check';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { signedForAws } from '../../lib/platform/aws-signature.ts';

/** Of AWS's published test suite for Signature Version 4. */
const SUITE = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  region: 'us-east-1',
  service: 'service',
  nowMs: Date.UTC(2015, 7, 30, 12, 36, 0),
};

test('get-vanilla of the test suite', () => {
  const signed = signedForAws({ method: 'GET', url: 'https://example.amazonaws.com/', headers: {}, body: '' }, SUITE);
  expect(signed).toEqual({
    host: 'example.amazonaws.com',
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  });
});

test('get-header-value-trim: spaces around and within a value count once', () => {
  const headers = { 'My-Header1': ' value1', 'My-Header2': ' "a   b   c" ' };
  const signed = signedForAws({ method: 'GET', url: 'https://example.amazonaws.com/', headers, body: '' }, SUITE);
  expect(signed['authorization']).toContain('Signature=acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736');
});

const word = stringMatching(/^[A-Za-z0-9+/=]{16,40}$/);
const signings = record({
  region: constantFrom('eu-central-1', 'us-gov-west-1', 'cn-north-1'),
  credentials: record(
    { accessKeyId: word, secretAccessKey: word, sessionToken: word },
    { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
  ),
  nowMs: integer({ min: 0, max: 4e12 }),
});

test('AWS’s own signer gives the same headers', async () => {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.GetParameter' };
  const compared = asyncProperty(signings, string({ unit: 'grapheme' }), async (signing, body) => {
    const signer = new SignatureV4({ ...signing, service: 'ssm', sha256: Hash.bind(undefined, 'sha256'), applyChecksum: false });
    const request = {
      method: 'POST',
      protocol: 'https:',
      hostname: 'ssm.example.com',
      path: '/',
      query: {},
      headers: { host: 'ssm.example.com', ...headers },
      body,
    };
    const theirs = await signer.sign(request, { signingDate: new Date(signing.nowMs) });
    const ours = signedForAws({ method: 'POST', url: 'https://ssm.example.com/', headers, body }, { ...signing, service: 'ssm' });
    expect(ours).toEqual(theirs.headers);
  });
  await assert(compared, { numRuns: 50 });
});
