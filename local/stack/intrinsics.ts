import type { Resource, Stack } from './stack.ts';

/** Where things are on this machine: known only once the servers listen. */
export interface Places {
  /** By queue name. */
  queueUrl(name: string): string;
  /** By the function's key in `serverless.yml`. */
  functionUrl(key: string): string;
}

/** Resolves CloudFormation's functions in values of `serverless.yml` to local names, ARNs and URLs. */
export class Intrinsics {
  readonly #stack: Stack;
  readonly #places: Places;

  constructor(stack: Stack, places: Places) {
    this.#stack = stack;
    this.#places = places;
  }

  /** @throws {Error} naming the function or resource that the embedded cloud does not know. */
  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((entry) => this.resolve(entry));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined && (only[0] === 'Ref' || only[0].startsWith('Fn::')))
      return this.#call(only[0], only[1]);
    return Object.fromEntries(entries.map(([key, entry]) => [key, this.resolve(entry)]));
  }

  /** As `resolve`, for places where only a text makes sense. */
  text(value: unknown): string {
    const resolved = this.resolve(value);
    if (typeof resolved === 'string' || typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
    throw new Error(`serverless.yml: expected a text, got ${JSON.stringify(value)}`);
  }

  #call(name: string, argument: unknown): unknown {
    if (name === 'Ref') return this.#reference(String(argument));
    if (name === 'Fn::GetAtt') return this.#attribute(argument);
    if (name === 'Fn::Sub') return this.#substitute(argument);
    if (name === 'Fn::Join') return this.#join(this.resolve(argument));
    if (name === 'Fn::ToJsonString') return JSON.stringify(this.resolve(argument));
    throw new Error(`serverless.yml: the embedded cloud does not know ${name}`);
  }

  #join(argument: unknown): string {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(String).join(separator);
  }

  #substitute(argument: unknown): string {
    const [text, names] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
    return text.replaceAll(/\$\{([^!}][^}]*)\}/g, (_whole, expression: string) => {
      if (expression in names) return this.text(names[expression]);
      return this.text(expression.includes('.') ? { 'Fn::GetAtt': expression } : { Ref: expression });
    });
  }

  #reference(id: string): string {
    const pseudo = this.#pseudo(id);
    if (pseudo !== undefined) return pseudo;
    const key = this.#functionKey(id);
    if (key !== undefined) return this.#functionName(key);
    const resource = this.#resource(id);
    return resource.type === 'AWS::SQS::Queue' ? this.#places.queueUrl(this.nameOf(id)) : this.nameOf(id);
  }

  #pseudo(id: string): string | undefined {
    const { region, account, service, stage } = this.#stack;
    const stackName = `${service}-${stage}`;
    const known: Record<string, string> = {
      'AWS::Region': region,
      'AWS::AccountId': account,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stackName,
      'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/local`,
    };
    return known[id];
  }

  #attribute(argument: unknown): string {
    const [id = '', attribute = ''] = Array.isArray(argument) ? argument.map(String) : splitOnce(String(argument));
    const urlOf = /^(.+)LambdaFunctionUrl$/.exec(id);
    if (urlOf !== null && attribute === 'FunctionUrl') return this.#places.functionUrl(this.#knownKey(`${urlOf[1] ?? ''}LambdaFunction`));
    const key = this.#functionKey(id);
    if (key !== undefined && attribute === 'Arn') return this.functionArn(this.#functionName(key));
    if (attribute === 'QueueName') return this.nameOf(id);
    if (attribute === 'QueueUrl') return this.#places.queueUrl(this.nameOf(id));
    if (attribute === 'Arn') return this.arnOf(id);
    throw new Error(`serverless.yml: the embedded cloud does not know the attribute ${attribute} of ${id}`);
  }

  /** The name a resource has when it is created: its own name property, or one made of the stack's name and its logical id. */
  nameOf(id: string): string {
    const { type, properties } = this.#resource(id);
    const property =
      { 'AWS::SQS::Queue': 'QueueName', 'AWS::DynamoDB::Table': 'TableName', 'AWS::SNS::Topic': 'TopicName' }[type] ?? 'Name';
    const named = properties[property];
    return named === undefined ? `${this.#stack.service}-${this.#stack.stage}-${id}` : this.text(named);
  }

  arnOf(id: string): string {
    const { region, account } = this.#stack;
    const { type } = this.#resource(id);
    const service = type.split('::')[1]?.toLowerCase() ?? '';
    const path = type === 'AWS::DynamoDB::Table' ? `table/${this.nameOf(id)}` : this.nameOf(id);
    return `arn:aws:${service}:${region}:${account}:${path}`;
  }

  functionArn(name: string): string {
    return `arn:aws:lambda:${this.#stack.region}:${this.#stack.account}:function:${name}`;
  }

  #resource(id: string): Resource {
    const resource = this.#stack.resources[id];
    if (resource === undefined) throw new Error(`serverless.yml: there is no resource ${id}`);
    return resource;
  }

  /** `DeciderLambdaFunction` → `decider`: the logical ids that the framework generates. */
  #functionKey(id: string): string | undefined {
    return this.#stack.functions.find(({ key }) => `${normalised(key)}LambdaFunction` === id)?.key;
  }
  #knownKey(id: string): string {
    const key = this.#functionKey(id);
    if (key === undefined) throw new Error(`serverless.yml: there is no function for ${id}`);
    return key;
  }
  #functionName(key: string): string {
    return this.#stack.functions.find((spec) => spec.key === key)?.name ?? key;
  }
}

function normalised(key: string): string {
  return (key.charAt(0).toUpperCase() + key.slice(1)).replaceAll('-', 'Dash').replaceAll('_', 'Underscore');
}

function splitOnce(dotted: string): string[] {
  const dot = dotted.indexOf('.');
  return dot < 0 ? [dotted] : [dotted.slice(0, dot), dotted.slice(dot + 1)];
}
