import type { Config } from '../../lib/config/config.ts';
import { at, grantsOf, referredId, resourcesOf } from '../template.ts';
import type { Finding, Template } from '../template.ts';

/** A reference to a secret, where the configuration has it, and the functions that must be able to read it. */
interface Need {
  readonly path: string;
  readonly reference: string;
  readonly readers: readonly string[];
}

/** Every secret that the configuration refers to must be readable by the functions that use it; otherwise it shows in a failover. */
export function secretRules(template: Template, config: Config): readonly Finding[] {
  return needsOf(config).flatMap(({ path, reference, readers }) => {
    const name = nameOf(reference);
    const blind = name === undefined ? [] : readers.filter((reader) => !mayRead(template, reader, name));
    if (blind.length === 0) return [];
    return [
      {
        path,
        fault: `${reference} cannot be read by ${blind.join(', ')}: keep it under one of the folders that serverless.yml grants, or widen the grant`,
      },
    ];
  });
}

function needsOf(config: Config): readonly Need[] {
  const collect = (path: string, part: unknown, readers: readonly string[]): readonly Need[] =>
    references(path, part).map((each) => ({ path: each.path, reference: each.reference, readers }));
  const targets = Object.values(config.targets).flatMap(({ id, hooks, gaussdb, polardb, gdn }) => [
    ...collect(`targets.${id}`, { gaussdb, polardb, gdn }, ['Decider', 'Failover', 'Poller', 'Drill', 'Operator']),
    ...collect(`targets.${id}.hooks`, hooks, ['Failover', 'Poller']),
  ]);
  return [...targets, ...collect('sources', config.sources, ['Webhook']), ...collect('channels', config.channels, ['Notifier'])];
}

function references(path: string, value: unknown): readonly { readonly path: string; readonly reference: string }[] {
  if (typeof value === 'string') return nameOf(value) === undefined ? [] : [{ path, reference: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => references(`${path}.${key}`, each));
}

/** As it stands at the end of an ARN: `parameter/understudy/…` or `secret:understudy/…`. */
function nameOf(reference: string): string | undefined {
  const [, service, name] = /^(ssm|secretsmanager):\/?(.+)$/.exec(reference) ?? [];
  if (name === undefined) return undefined;
  return service === 'ssm' ? `parameter/${name}` : `secret:${name}`;
}

function mayRead(template: Template, functionPrefix: string, name: string): boolean {
  const action = name.startsWith('parameter/') ? 'ssm:GetParameter' : 'secretsmanager:GetSecretValue';
  const roleId = referredId(template.Resources[`${functionPrefix}LambdaFunction`]?.Properties?.['Role']);
  const role = resourcesOf(template, 'AWS::IAM::Role').find(({ id }) => id === roleId);
  const granted = (role === undefined ? [] : grantsOf(role))
    .filter(({ actions }) => actions.includes(action))
    .flatMap(({ resources }) => resources);
  return granted.some((resource) => covers(at(resource, 'Fn::Sub'), name));
}

/** @param arn ends in the name, or in a folder and `*`. */
function covers(arn: unknown, name: string): boolean {
  if (typeof arn !== 'string') return false;
  if (arn.endsWith(`:${name}`)) return true;
  const [, folder] = /:((?:parameter\/|secret:)[^:*]+\/)\*$/.exec(arn) ?? [];
  return folder !== undefined && name.startsWith(folder);
}
