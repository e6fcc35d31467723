import { at } from '../../scripts/template.ts';
import type { Template } from '../../scripts/template.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'eu-central-1';
const PSEUDO: Readonly<Record<string, string>> = { 'AWS::AccountId': ACCOUNT, 'AWS::Region': REGION, 'AWS::Partition': 'aws' };

/** A policy as IAM would get it: every intrinsic of CloudFormation replaced by what it would be in one account. */
export function inAccount(template: Template, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => inAccount(template, each));
  if (typeof value !== 'object' || value === null) return value;
  const intrinsic = intrinsicIn(template, value as Readonly<Record<string, unknown>>);
  if (intrinsic !== undefined) return intrinsic;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inAccount(template, each)]));
}

function intrinsicIn(template: Template, value: Readonly<Record<string, unknown>>): string | undefined {
  const [[key, given] = ['', undefined], ...more] = Object.entries(value);
  if (more.length > 0) return undefined;
  switch (key) {
    case 'Ref':
      return PSEUDO[String(given)] ?? refOf(template, String(given));
    case 'Fn::GetAtt':
      return attributeOf(template, [given].flat().join('.'));
    case 'Fn::Sub':
      return String(given).replaceAll(/\$\{([^}]+)\}/g, (_, name: string) =>
        name.includes('.') ? attributeOf(template, name) : (PSEUDO[name] ?? refOf(template, name)),
      );
    default:
      if (key.startsWith('Fn::')) throw new Error(`${key} is not understood`);
      return undefined;
  }
}

function refOf(template: Template, id: string): string {
  const type = template.Resources[id]?.Type;
  if (type === 'AWS::SNS::Topic') return arnOf(template, id);
  return nameOf(template, id);
}

function attributeOf(template: Template, attribute: string): string {
  const [id = '', name = ''] = attribute.split('.');
  if (name !== 'Arn') throw new Error(`the attribute ${attribute} is not understood`);
  return arnOf(template, id);
}

export function arnOf(template: Template, id: string): string {
  const name = nameOf(template, id);
  const type = template.Resources[id]?.Type;
  const local = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
  switch (type) {
    case 'AWS::DynamoDB::Table':
      return local('dynamodb', `table/${name}`);
    case 'AWS::SQS::Queue':
      return local('sqs', name);
    case 'AWS::SNS::Topic':
      return local('sns', name);
    case 'AWS::Lambda::Function':
      return local('lambda', `function:${name}`);
    default:
      throw new Error(`the ARN of ${id} (${type ?? 'no resource'}) is not understood`);
  }
}

const NAMED_BY = ['TableName', 'QueueName', 'TopicName', 'FunctionName'];

function nameOf(template: Template, id: string): string {
  const properties = template.Resources[id]?.Properties;
  const name = NAMED_BY.map((key) => at(properties, key)).find((each) => each !== undefined);
  const resolved = inAccount(template, name);
  if (typeof resolved !== 'string') throw new Error(`the name of ${id} is not understood`);
  return resolved;
}
