import { resourcesOf } from '../../scripts/template.ts';
import type { Template } from '../../scripts/template.ts';
import { REGION, arnOf } from './account.ts';
import { actionsOf, local, ofFunction, roleAllows } from './simulator.ts';
import type { Context } from './simulator.ts';

/** Somewhere that something could be done. Partitions: what `dynamodb:LeadingKeys` says of a request. */
export interface Place {
  readonly name: string;
  readonly service: string;
  readonly arn: string;
  readonly partitions?: readonly string[];
}

export const PARTITIONS = [
  'target#orders',
  'history#orders',
  'mark#0a1b',
  'readiness#orders',
  'refused#0a',
  'replay#0a',
  'archive#orders',
  'fleet',
];
const KINDS = ['sources', 'providers', 'hooks', 'channels'];

export function places(template: Template, stage: string): readonly Place[] {
  const table = arnOf(template, 'Table');
  const queues = resourcesOf(template, 'AWS::SQS::Queue').map(({ id }) => ({ name: id, service: 'sqs', arn: arnOf(template, id) }));
  const secret = (path: string): readonly Place[] => [
    { name: path, service: 'ssm', arn: local('ssm', `parameter/understudy/${path}/key`) },
    { name: path, service: 'secretsmanager', arn: local('secretsmanager', `secret:understudy/${path}/key-AbCdEf`) },
  ];
  const secrets = KINDS.flatMap((kind) => secret(`${stage}/${kind}`).map((place) => ({ ...place, name: kind })));
  return [
    { name: 'Table', service: 'dynamodb', arn: table, partitions: PARTITIONS },
    { name: 'Table/index/open', service: 'dynamodb', arn: `${table}/index/open`, partitions: ['open'] },
    { name: 'Table/index/recent', service: 'dynamodb', arn: `${table}/index/recent`, partitions: ['recent'] },
    { name: 'Table/stream', service: 'dynamodb', arn: `${table}/stream/2026-11-21T00:00:00.000` },
    { name: 'another table', service: 'dynamodb', arn: local('dynamodb', 'table/orders'), partitions: PARTITIONS },
    { name: 'another stage’s table', service: 'dynamodb', arn: local('dynamodb', 'table/understudy-prod'), partitions: PARTITIONS },
    ...queues,
    { name: 'another queue', service: 'sqs', arn: local('sqs', 'orders') },
    { name: 'another stage’s queue', service: 'sqs', arn: local('sqs', 'understudy-prod-failovers') },
    { name: 'another account’s queue', service: 'sqs', arn: `arn:aws:sqs:${REGION}:210987654321:understudy-${stage}-failovers` },
    ...secrets,
    ...['prod/providers', stage, `${stage}er/providers`].flatMap(secret),
    { name: 'another parameter', service: 'ssm', arn: local('ssm', 'parameter/orders/password') },
    { name: 'another secret', service: 'secretsmanager', arn: local('secretsmanager', 'secret:orders-AbCdEf') },
  ];
}

/** `action place`, and of a table ` of partition`: everything at these places that evaluates to Allowed. */
export async function reachOf(template: Template, name: string, stage: string): Promise<readonly string[]> {
  const identity = ofFunction(template, name);
  const named = new Set(identity.Statement.flatMap(({ Action }) => [Action].flat().map(String)));
  const found: string[] = [];
  for (const { name: place, service, arn, partitions = [undefined] } of places(template, stage)) {
    for (const action of await actionsOf(service)) {
      // What the role does not even name is the same in every partition.
      for (const partition of mayName(named, action) ? partitions : partitions.slice(0, 1)) {
        const context: Context = partition === undefined ? {} : { 'dynamodb:LeadingKeys': [partition] };
        const of = place.endsWith('able') ? ` of ${partition ?? ''}` : '';
        if (roleAllows({ action, arn, identity, context })) found.push(`${action} ${place}${of}`);
      }
    }
  }
  return found;
}

/** A line of the table, spelled out: `… Table of mark#*` is every partition that begins so, `… Table` every partition. */
export function spelledOut(grant: string): readonly string[] {
  const [, what = '', prefixes = '*'] = /^(\S+ Table)(?: of (.+))?$/.exec(grant) ?? [];
  if (what === '') return [grant];
  const starts = prefixes.split(', ').map((prefix) => prefix.replace('*', ''));
  return PARTITIONS.filter((each) => starts.some((start) => each.startsWith(start))).map((each) => `${what} of ${each}`);
}

function mayName(named: ReadonlySet<string>, action: string): boolean {
  return named.has(action) || [...named].some((each) => /[*?]/.test(each));
}
