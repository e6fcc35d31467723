import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startParameters } from '../../local/parameters.ts';
import type { Parameters, ParametersOptions } from '../../local/parameters.ts';
import { temporaryFolder } from './fixture-cloud.ts';

async function started(
  options: Partial<ParametersOptions> = {},
): Promise<{ parameters: Parameters; ask: (target: string, input: object) => Promise<[number, unknown]> }> {
  const parameters = await startParameters({ region: 'us-east-1', account: '000000000000', ...options });
  onTestFinished(() => parameters.stop());
  const ask = async (target: string, input: object): Promise<[number, unknown]> => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
    const response = await fetch(parameters.endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1');
    return [response.status, await response.json()];
  };
  return { parameters, ask };
}

describe('the parameter store', () => {
  test('answers GetParameter: the newest version, an older one by number', async () => {
    const { parameters, ask } = await started({ values: { '/app/token': 'old' } });
    await parameters.put('ssm:/app/token', 'new');
    expect(await ask('AmazonSSM.GetParameter', { Name: '/app/token', WithDecryption: true })).toEqual([
      200,
      {
        Parameter: {
          Name: '/app/token',
          Type: 'SecureString',
          Value: 'new',
          Version: 2,
          DataType: 'text',
          ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/app/token',
        },
      },
    ]);
    expect(await ask('AmazonSSM.GetParameter', { Name: '/app/token:1' })).toMatchObject([
      200,
      { Parameter: { Value: 'old', Version: 1, Selector: ':1' } },
    ]);
    expect(await ask('AmazonSSM.GetParameter', { Name: '/app/token:3' })).toMatchObject([400, { __type: 'ParameterVersionNotFound' }]);
    expect(await ask('AmazonSSM.GetParameter', { Name: '/app/other' })).toMatchObject([400, { __type: 'ParameterNotFound' }]);
  });

  test('answers GetParameters and PutParameter', async () => {
    const { ask } = await started({ values: { 'ssm:/a': '1' } });
    expect(await ask('AmazonSSM.PutParameter', { Name: '/a', Value: '2', Type: 'SecureString' })).toMatchObject([
      400,
      { __type: 'ParameterAlreadyExists' },
    ]);
    expect(await ask('AmazonSSM.PutParameter', { Name: '/a', Value: '2', Overwrite: true })).toMatchObject([200, { Version: 2 }]);
    expect(await ask('AmazonSSM.GetParameters', { Names: ['/a', '/b'] })).toMatchObject([
      200,
      { Parameters: [{ Name: '/a', Value: '2' }], InvalidParameters: ['/b'] },
    ]);
  });

  test('answers GetSecretValue by name and ARN, current and previous', async () => {
    const { parameters, ask } = await started({ values: { 'secretsmanager:app/key': 'one' } });
    expect(await ask('secretsmanager.GetSecretValue', { SecretId: 'app/key', VersionStage: 'AWSPREVIOUS' })).toMatchObject([
      400,
      { __type: 'ResourceNotFoundException' },
    ]);
    await parameters.put('secretsmanager:app/key', 'two');
    expect(await ask('secretsmanager.GetSecretValue', { SecretId: 'app/key' })).toMatchObject([
      200,
      { Name: 'app/key', SecretString: 'two', VersionStages: ['AWSCURRENT'] },
    ]);
    const SecretId = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:app/key';
    expect(await ask('secretsmanager.GetSecretValue', { SecretId, VersionStage: 'AWSPREVIOUS' })).toMatchObject([
      200,
      { SecretString: 'one' },
    ]);
  });

  test('refuses what it does not know', async () => {
    const { ask } = await started();
    expect(await ask('AmazonSSM.DeleteParameter', {})).toMatchObject([400, { __type: 'UnknownOperationException' }]);
  });

  test('keeps values in a file that only its owner can read', async () => {
    const file = join(await temporaryFolder(), 'parameters.json');
    const { parameters } = await started({ file, values: { '/a': '1' } });
    await parameters.put('/a', '2');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ 'ssm:/a': ['1', '2'] });
    const again = await started({ file, values: { '/a': '2' } });
    expect(await again.ask('AmazonSSM.GetParameter', { Name: '/a' })).toMatchObject([200, { Parameter: { Value: '2', Version: 2 } }]);
  });

  test('does not start on a broken file', async () => {
    const file = join(await temporaryFolder(), 'parameters.json');
    await writeFile(file, '{"ssm:/a": [');
    await expect(startParameters({ file, region: 'us-east-1', account: '0' })).rejects.toThrow('JSON');
  });
});
