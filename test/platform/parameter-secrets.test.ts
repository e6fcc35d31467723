import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { AwsCallError, createAwsJson } from '../../lib/platform/aws-json.ts';
import { createHttp } from '../../lib/platform/https.ts';
import { createParameterSecrets } from '../../lib/platform/parameter-secrets.ts';
import type { Secrets } from '../../lib/ports.ts';
import { startParameters } from '../../local/parameters.ts';

const ACCOUNT = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'not-a-secret' };
const stops: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

function secretsAt(endpoint: string, clock = { nowMs: () => 1_790_000_000_000 }): Secrets {
  const variables = { ...ACCOUNT, AWS_ENDPOINT_URL_SSM: endpoint, AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint };
  return createParameterSecrets(createAwsJson({ http: createHttp(), clock, variables }), clock);
}

describe('secrets from the embedded stores', () => {
  async function store(values: Readonly<Record<string, string>>) {
    const parameters = await startParameters({ values, region: 'eu-central-1', account: '000000000000' });
    stops.push(() => parameters.stop());
    return parameters;
  }

  test('a parameter, a secret, and both values of a rotation', async () => {
    const { endpoint } = await store({
      'ssm:/understudy/dev/providers/one': 'id:key',
      'secretsmanager:understudy/dev/two': 'new \n\n old\n',
    });
    const secrets = secretsAt(endpoint);
    expect(await secrets.values('ssm:/understudy/dev/providers/one')).toEqual(['id:key']);
    expect(await secrets.values('secretsmanager:understudy/dev/two')).toEqual(['new', 'old']);
  });

  test('a new value arrives after five minutes, not before', async () => {
    const parameters = await store({ 'ssm:/a': 'first' });
    let nowMs = 1_790_000_000_000;
    const secrets = secretsAt(parameters.endpoint, { nowMs: () => nowMs });
    expect(await secrets.values('ssm:/a')).toEqual(['first']);
    await parameters.put('ssm:/a', 'second');
    nowMs += 5 * 60_000 - 1;
    expect(await secrets.values('ssm:/a')).toEqual(['first']);
    nowMs += 1;
    expect(await secrets.values('ssm:/a')).toEqual(['second']);
  });

  test('what is not there is told by its reference and AWS’s code', async () => {
    const { endpoint } = await store({});
    await expect(secretsAt(endpoint).values('ssm:/nothing')).rejects.toThrow('ssm:/nothing: ParameterNotFound');
    await expect(secretsAt(endpoint).values('secretsmanager:nothing')).rejects.toThrow('secretsmanager:nothing: ResourceNotFoundException');
  });

  test('an empty value, and what is no reference', async () => {
    const { endpoint } = await store({ 'ssm:/empty': ' \n ' });
    await expect(secretsAt(endpoint).values('ssm:/empty')).rejects.toThrow('ssm:/empty: the secret is empty');
    await expect(secretsAt(endpoint).values('a-value-pasted-by-mistake-into-the-file')).rejects.toThrow(/^not a secret reference/);
  });
});

describe('an answer of AWS', () => {
  interface Seen {
    readonly target: unknown;
    readonly authorization: unknown;
    readonly body: string;
  }

  /** Answers in turn; the last for ever. `undefined`: hangs up. */
  async function answering(
    ...answers: readonly (readonly [status: number, body: string] | undefined)[]
  ): Promise<{ endpoint: string; seen: Seen[] }> {
    const seen: Seen[] = [];
    const server: Server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const answer = answers[Math.min(seen.length, answers.length - 1)];
        seen.push({ target: request.headers['x-amz-target'], authorization: request.headers.authorization, body });
        if (answer === undefined) request.socket.destroy();
        else response.writeHead(answer[0]).end(answer[1]);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    stops.push(() => new Promise((done) => server.close(done)));
    stops.push(async () => server.closeAllConnections());
    return { endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, seen };
  }
  const FOUND = [200, '{"Parameter":{"Value":"v"}}'] as const;

  test('is asked for once when it comes, signed', async () => {
    const { endpoint, seen } = await answering(FOUND);
    expect(await secretsAt(endpoint).values('ssm:/a')).toEqual(['v']);
    expect(seen).toEqual([
      {
        target: 'AmazonSSM.GetParameter',
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260921\/eu-central-1\/ssm\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, /,
        ),
        body: '{"Name":"/a","WithDecryption":true}',
      },
    ]);
  });

  test.each([
    ['a lost answer', undefined],
    ['an inner error', [500, '{"__type":"InternalServerError"}'] as const],
    ['a gateway’s page', [502, '<html>'] as const],
    ['a throttle', [400, '{"__type":"com.amazonaws.ssm#ThrottlingException"}'] as const],
  ])('is asked for again after %s', async (_what, first) => {
    const { endpoint, seen } = await answering(first, FOUND);
    expect(await secretsAt(endpoint).values('ssm:/a')).toEqual(['v']);
    expect(seen.length).toBe(2);
  });

  test('is given up after three attempts', async () => {
    const { endpoint, seen } = await answering([503, 'no']);
    await expect(secretsAt(endpoint).values('ssm:/a')).rejects.toThrow('ssm:/a: HTTP 503');
    expect(seen.length).toBe(3);
  });

  test('is believed at once when it is a refusal, of which only the code is told', async () => {
    const { endpoint, seen } = await answering([
      400,
      '{"__type":"AccessDeniedException","message":"User arn:aws:sts::1:x is not authorized"}',
    ]);
    await expect(secretsAt(endpoint).values('ssm:/a')).rejects.toThrow(/^ssm:\/a: AccessDeniedException$/);
    expect(seen.length).toBe(1);
  });

  test('that is no JSON holds no secret', async () => {
    const { endpoint } = await answering([200, 'surprise']);
    await expect(secretsAt(endpoint).values('ssm:/a')).rejects.toThrow(/^ssm:\/a: the secret is empty$/);
  });
});

test('without credentials nothing is sent', async () => {
  const call = createAwsJson({ http: createHttp(), clock: { nowMs: () => 0 }, variables: { AWS_REGION: 'eu-central-1' } });
  await expect(call({ service: 'ssm', target: 'AmazonSSM.GetParameter', input: {} })).rejects.toThrow(AwsCallError);
});

test('each service is called where AWS has it, with the session’s token', async () => {
  const asked: { url: string; token: string | undefined }[] = [];
  const http = {
    request: async ({ url, headers }: { url: string; headers: Readonly<Record<string, string>> }) => {
      asked.push({ url, token: headers['x-amz-security-token'] });
      return { status: 200, headers: {}, body: '{}' };
    },
  };
  for (const AWS_REGION of ['eu-central-1', 'cn-north-1']) {
    const call = createAwsJson({ http, clock: { nowMs: () => 0 }, variables: { ...ACCOUNT, AWS_REGION, AWS_SESSION_TOKEN: 'session' } });
    await call({ service: 'ssm', target: 'AmazonSSM.GetParameter', input: {} });
    await call({ service: 'secretsmanager', target: 'secretsmanager.GetSecretValue', input: {} });
  }
  expect(asked).toEqual(
    [
      'ssm.eu-central-1.amazonaws.com',
      'secretsmanager.eu-central-1.amazonaws.com',
      'ssm.cn-north-1.amazonaws.com.cn',
      'secretsmanager.cn-north-1.amazonaws.com.cn',
    ].map((host) => ({ url: `https://${host}/`, token: 'session' })),
  );
});
