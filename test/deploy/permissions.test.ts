import { beforeAll, describe, expect, test } from 'vitest';
import type { Template } from '../../scripts/template.ts';
import { ACCOUNT, REGION } from './account.ts';
import { ALLOWED } from './allowed.ts';
import { packagedTemplate } from './packaged.ts';
import { places, reachOf, spelledOut } from './reach.ts';
import { actionsOf, local, ofFunction, roleAllows } from './simulator.ts';

/** The roles of the packaged template, evaluated as IAM does: not what is written, but what it comes to. */
const STAGE = 'test';
let template: Template;

beforeAll(async () => {
  template = await packagedTemplate(STAGE);
}, 60_000);

describe('evaluated, at every table, queue and secret, with every action there is:', () => {
  test.each(Object.entries(ALLOWED))(
    '%s can do what the table says, and nothing else',
    async (name, allowed) => {
      expect([...(await reachOf(template, name, STAGE))].toSorted()).toEqual(allowed.flatMap(spelledOut).toSorted());
    },
    60_000,
  );

  test('there are enough actions and places for that to mean something', async () => {
    expect(places(template, STAGE).length).toBeGreaterThan(25);
    for (const service of ['dynamodb', 'sqs', 'ssm', 'secretsmanager']) expect((await actionsOf(service)).length).toBeGreaterThan(15);
    expect(await actionsOf('dynamodb')).toEqual(expect.arrayContaining(['dynamodb:DeleteItem', 'dynamodb:Scan', 'dynamodb:DeleteTable']));
  });
});

/** Each widens the notifier's role a little. */
describe('a role that is wider than the table shows:', () => {
  const planted = (change: (statement: Record<string, unknown>) => void): Template => {
    const copy = structuredClone(template);
    const role = copy.Resources['NotifierIamRoleLambdaExecution']?.Properties as {
      Policies: { PolicyDocument: { Statement: Record<string, unknown>[] } }[];
    };
    const statements = role.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    const statement = statements.find(({ Action }) => [Action].flat().includes('dynamodb:UpdateItem'));
    if (statement === undefined) throw new Error('nothing to change');
    change(statement);
    return copy;
  };

  test.each<[string, (statement: Record<string, unknown>) => void, string]>([
    ['one more action', (s) => void (s['Action'] = ['dynamodb:DeleteItem']), 'dynamodb:DeleteItem Table of mark#0a1b'],
    ['every action', (s) => void (s['Action'] = 'dynamodb:*'), 'dynamodb:Scan Table of mark#0a1b'],
    ['every partition', (s) => void delete s['Condition'], 'dynamodb:UpdateItem Table of target#orders'],
    ['every table', (s) => void (s['Resource'] = '*'), 'dynamodb:UpdateItem another stage’s table of mark#0a1b'],
  ])(
    '%s',
    async (_what, change, expected) => {
      const allowed = (ALLOWED['Notifier'] ?? []).flatMap(spelledOut);
      expect(allowed).not.toContain(expected);
      expect(await reachOf(planted(change), 'Notifier', STAGE)).toContain(expected);
    },
    60_000,
  );
});

const NAMES = Object.keys(ALLOWED);
const ELSEWHERE: Readonly<Record<string, string>> = {
  iam: `arn:aws:iam::${ACCOUNT}:role/understudy-${STAGE}-failover-${REGION}-lambdaRole`,
  sts: `arn:aws:iam::${ACCOUNT}:role/understudy-${STAGE}-failover-${REGION}-lambdaRole`,
  lambda: local('lambda', `function:understudy-${STAGE}-failover`),
  logs: local('logs', `log-group:/aws/lambda/somebody-else:log-stream:x`),
  kms: local('kms', 'key/0a1b2c3d'),
  s3: 'arn:aws:s3:::understudy/key',
  sns: local('sns', `understudy-${STAGE}-alarms`),
  scheduler: local('scheduler', `schedule/default/understudy-${STAGE}-watchdog`),
  events: local('events', 'rule/understudy'),
  cloudformation: local('cloudformation', `stack/understudy-${STAGE}/0a`),
  cloudwatch: local('cloudwatch', 'alarm:understudy'),
};

describe('elsewhere:', () => {
  test.each(NAMES)(
    '%s can do nothing',
    async (name) => {
      const identity = ofFunction(template, name);
      const allowed: string[] = [];
      for (const [service, arn] of Object.entries(ELSEWHERE)) {
        for (const action of await actionsOf(service)) if (roleAllows({ action, arn, identity })) allowed.push(action);
      }
      // Which nobody can be denied.
      expect(allowed).toEqual(['sts:GetCallerIdentity']);
    },
    60_000,
  );

  test.each(NAMES)('%s writes its own log, and no other function’s', async (name) => {
    const identity = ofFunction(template, name);
    const logOf = (each: string): string => local('logs', `log-group:/aws/lambda/understudy-${STAGE}-${each.toLowerCase()}:log-stream:x`);
    const writers = NAMES.filter((each) => roleAllows({ action: 'logs:PutLogEvents', arn: logOf(each), identity }));
    expect(writers).toEqual([name]);
    const actions = await actionsOf('logs');
    expect(actions.filter((action) => roleAllows({ action, arn: logOf(name), identity }))).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
  });
});
