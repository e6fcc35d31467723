import { anonymousPrincipal, isWildcardOnlyAction } from '@cloud-copilot/iam-simulate';
import { beforeAll, describe, expect, test } from 'vitest';
import { at, resourcesOf } from '../../scripts/template.ts';
import type { Template } from '../../scripts/template.ts';
import { ACCOUNT, arnOf, inAccount, REGION } from './account.ts';
import { ALLOWED } from './allowed.ts';
import { packagedTemplate } from './packaged.ts';
import { actionsOf, local, ofFunction, policyOf, roleAllows, roleNamed, verdict } from './simulator.ts';
import type { Asked, Context, Principal } from './simulator.ts';

/** Keys, queues and trust of the packaged template, evaluated as IAM does. */
const STAGE = 'test';
const NAMES = Object.keys(ALLOWED);
let template: Template;

beforeAll(async () => {
  template = await packagedTemplate(STAGE);
}, 60_000);

describe('a key decrypts', () => {
  const via = (service: string): Context => ({ 'kms:ViaService': `${service}.${REGION}.amazonaws.com` });
  const parameter = (path: string): Context => ({
    'kms:EncryptionContext:PARAMETER_ARN': local('ssm', `parameter/understudy/${path}`),
  });
  const secret = (path: string): Context => ({
    'kms:EncryptionContext:SecretARN': local('secretsmanager', `secret:understudy/${path}`),
  });
  /** The key policy that AWS makes by default: who may use the key is left to IAM. */
  const resourcePolicy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' }],
  };
  const allowed = async (name: string, action: string, context: Context): Promise<boolean> => {
    const wildcard = await isWildcardOnlyAction('kms', action.replace('kms:', ''));
    const arn = wildcard ? '*' : local('kms', `${action.includes('Alias') ? 'alias' : 'key'}/0a1b2c3d`);
    const asked = { action, arn, identity: ofFunction(template, name), context, resourcePolicy };
    return (await verdict(asked)) === 'Allowed';
  };
  const READERS = NAMES.filter((name) => (ALLOWED[name] ?? []).some((grant) => grant.startsWith('ssm:')));
  const decrypting = async (context: Context): Promise<readonly string[]> => {
    const answers = await Promise.all(NAMES.map((name) => allowed(name, 'kms:Decrypt', context)));
    return NAMES.filter((_, index) => answers[index]);
  };

  test('for those who read secrets, through the two services that keep them', async () => {
    expect(READERS).not.toContain('Watchdog');
    expect(await decrypting(via('ssm'))).toEqual(READERS);
    expect(await decrypting(via('secretsmanager'))).toEqual(READERS);
  });

  test.each<[string, Context]>([
    ['directly', {}],
    ['through another service', via('s3')],
    ['in another region', { 'kms:ViaService': 'ssm.us-east-1.amazonaws.com' }],
  ])('for nobody %s', async (_how, context) => {
    expect(await decrypting(context)).toEqual([]);
  });

  test('and does nothing else', async () => {
    const others = (await actionsOf('kms')).filter((action) => action !== 'kms:Decrypt');
    for (const name of NAMES) {
      for (const action of others) expect(await allowed(name, action, via('ssm')), `${name} ${action}`).toBe(false);
    }
  });

  /** The simulator knows no `kms:EncryptionContext:…` as a key of KMS, so the condition is evaluated as that of another action. */
  const conditionHolds = (name: string, context: Context): boolean => {
    const statement = ofFunction(template, name).Statement.find(({ Action }) => [Action].flat().includes('kms:Decrypt'));
    const identity = { Version: '2012-10-17', Statement: [{ ...statement, Action: 'sqs:ReceiveMessage', Resource: '*' }] };
    return roleAllows({ action: 'sqs:ReceiveMessage', arn: local('sqs', 'any'), identity, context: { ...via('ssm'), ...context } });
  };

  test.each<[string, Context, boolean]>([
    ['this stage’s parameters', parameter(`${STAGE}/providers/x`), true],
    ['this stage’s secrets', secret(`${STAGE}/providers/x-AbCdEf`), true],
    ['another stage’s parameters', parameter('prod/providers/x'), false],
    ['another stage’s secrets', secret('prod/providers/x-AbCdEf'), false],
    ['a stage’s whose name begins the same', parameter(`${STAGE}er/providers/x`), false],
    ['another application’s parameters', { 'kms:EncryptionContext:PARAMETER_ARN': local('ssm', 'parameter/orders/password') }, false],
  ])('of %s: %j is %s', (_what, context, expected) => {
    for (const name of READERS) expect(conditionHolds(name, context), name).toBe(expected);
  });
});

describe('a queue', () => {
  const queueIds = (): readonly string[] => resourcesOf(template, 'AWS::SQS::Queue').map(({ id }) => id);
  const policyAt = (id: string): unknown => {
    const policies = resourcesOf(template, 'AWS::SQS::QueuePolicy');
    const own = policies.filter(({ properties }) => (properties['Queues'] as readonly unknown[]).some((queue) => at(queue, 'Ref') === id));
    expect(own).toHaveLength(1);
    return inAccount(template, own[0]?.properties['PolicyDocument']);
  };
  const sent = (id: string, asked: Partial<Asked>): Promise<string> =>
    verdict({ action: 'sqs:SendMessage', arn: arnOf(template, id), resourcePolicy: policyAt(id), ...asked });
  const from = (service: string, source: string, account = ACCOUNT): Partial<Asked> => ({
    principal: `${service}.amazonaws.com`,
    context: { 'aws:SourceArn': source, 'aws:SourceAccount': account },
  });
  const topic = `arn:aws:sns:eu-west-1:${ACCOUNT}:understudy-alerts`;
  const rule = local('events', 'rule/understudy-alarms');

  test('takes nothing without encryption, from nobody', async () => {
    for (const id of queueIds()) {
      const open = { identity: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }] } };
      expect(await sent(id, open), id).toBe('Allowed');
      expect(await sent(id, { ...open, context: { 'aws:SecureTransport': 'false' } }), id).toBe('ExplicitlyDenied');
    }
  });

  test('of alerts takes them from this account’s topics and rules', async () => {
    expect(await sent('AlertsQueue', from('sns', topic))).toBe('Allowed');
    expect(await sent('AlertsQueue', from('events', rule))).toBe('Allowed');
  });

  test('of anything else takes nothing from them', async () => {
    for (const id of queueIds().filter((each) => each !== 'AlertsQueue')) {
      expect(await sent(id, from('sns', topic)), id).not.toBe('Allowed');
      expect(await sent(id, from('events', rule)), id).not.toBe('Allowed');
    }
  });

  test.each<[string, Partial<Asked>]>([
    ['a topic of another account', from('sns', 'arn:aws:sns:eu-west-1:210987654321:understudy-alerts', '210987654321')],
    ['a topic that claims this account', from('sns', 'arn:aws:sns:eu-west-1:210987654321:understudy-alerts')],
    ['a topic of another name', from('sns', `arn:aws:sns:eu-west-1:${ACCOUNT}:orders`)],
    ['a rule of another name', from('events', local('events', 'rule/orders'))],
    ['a rule that passes for a topic', from('events', topic)],
    ['another service', from('s3', topic)],
    ['nobody in particular', { principal: anonymousPrincipal }],
    ['somebody of another account', { principal: 'arn:aws:iam::210987654321:role/understudy' }],
  ])('of alerts takes nothing from %s', async (_who, asked) => {
    expect(await sent('AlertsQueue', asked)).not.toBe('Allowed');
  });
});

describe('roles', () => {
  test('the schedules’ invokes what is scheduled, and does nothing else', async () => {
    const identity = policyOf(template, 'ScheduleRole');
    const actions = await actionsOf('lambda');
    const allowed = resourcesOf(template, 'AWS::Lambda::Function').flatMap(({ id }) =>
      actions.filter((action) => roleAllows({ action, arn: arnOf(template, id), identity })).map((action) => `${action} ${id}`),
    );
    expect(allowed).toEqual(
      ['Drill', 'Watchdog', 'Readiness'].map((name) => `lambda:InvokeFunction ${name}LambdaFunction`).toSorted(byOrder),
    );
  });

  function byOrder(a: string, b: string): number {
    const order = resourcesOf(template, 'AWS::Lambda::Function').map(({ id }) => id);
    return order.indexOf(a.split(' ')[1] ?? '') - order.indexOf(b.split(' ')[1] ?? '');
  }

  test.each(NAMES)('%s’s is taken on by Lambda and by nobody else', async (name) => {
    const resourcePolicy = inAccount(template, roleNamed(template, `${name}IamRoleLambdaExecution`)['AssumeRolePolicyDocument']);
    const arn = `arn:aws:iam::${ACCOUNT}:role/understudy-${STAGE}-failover-${REGION}-lambdaRole`;
    const taken = (principal: Principal): Promise<string> => verdict({ action: 'sts:AssumeRole', arn, principal, resourcePolicy });
    expect(await taken('lambda.amazonaws.com')).toBe('Allowed');
    for (const principal of ['scheduler.amazonaws.com', 'ec2.amazonaws.com', `arn:aws:iam::210987654321:user/x`, anonymousPrincipal])
      expect(await taken(principal)).not.toBe('Allowed');
  });
});
