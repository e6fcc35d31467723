import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { lockFaults, readLockFile } from '../../scripts/lock-file.ts';
import { ACCEPTED } from '../../scripts/nag/accepted.ts';
import { judge } from '../../scripts/nag/judge.ts';
import type { NagFinding } from '../../scripts/nag/judge.ts';
import { inTemporaryFolder, ROOT } from './packaged.ts';

const TRACING: NagFinding = { rule: 'Serverless-LambdaTracing', resource: 'PollerLambdaFunction', says: 'no tracing' };
const accepted = [{ rule: /^Serverless-LambdaTracing$/, resource: /^PollerLambdaFunction$/, reason: 'because' }];

describe('a finding', () => {
  test('that is accepted is not open', () => {
    expect(judge([TRACING], accepted)).toEqual({ open: [], idle: [] });
  });

  test('of another rule, or of another resource, is open', () => {
    const others = [
      { ...TRACING, resource: 'DeciderLambdaFunction' },
      { ...TRACING, rule: 'Serverless-LambdaTracing2' },
    ];
    expect(judge([TRACING, ...others], accepted).open).toEqual(others);
  });

  test('that is gone leaves its acceptance idle', () => {
    expect(judge([], accepted)).toEqual({ open: [], idle: accepted });
  });
});

describe('what is accepted', () => {
  test.each(ACCEPTED)('$rule is argued, and names whole rules and resources', ({ rule, resource, reason }) => {
    expect(reason.length).toBeGreaterThan(80);
    for (const { source } of [rule, resource]) expect(source).toMatch(/^\^.+\$$/);
  });

  test('does not excuse a wildcard that is not meant', () => {
    const wildcards = [
      'Action::dynamodb:*',
      'Resource::*',
      'Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/understudy/dev/*',
    ];
    const findings = wildcards.map((what) => ({
      rule: `AwsSolutions-IAM5[${what}]`,
      resource: 'FailoverIamRoleLambdaExecution',
      says: '',
    }));
    expect(judge(findings, ACCEPTED).open).toEqual(findings);
  });
});

test('its own lock file pins every package', () => {
  expect(lockFaults(readLockFile(join(ROOT, 'tools', 'nag')))).toEqual([]);
});

test('without a package it says how to make one, and exits with 2', async () => {
  await inTemporaryFolder(async (folder) => {
    const failed = promisify(execFile)(process.execPath, ['scripts/nag.ts', '--package', folder], { cwd: ROOT });
    await expect(failed).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('npm run package') });
  });
});
