import { parseLine } from './cloud-events.ts';
import type { CloudEvent } from './cloud-events.ts';
import type { CloudOptions } from './cloud-options.ts';
import { functionVariables } from './function-variables.ts';
import type { VariablesContext } from './function-variables.ts';
import { LocalFunction } from './lambda/function.ts';
import type { InvocationReport } from './lambda/function.ts';
import { nodeBinary } from './lambda/node-binary.ts';
import type { Outcome } from './lambda/outcome.ts';
import type { FunctionSpec } from './stack/stack.ts';

interface Entry {
  readonly spec: FunctionSpec;
  readonly variables: Readonly<Record<string, string>>;
  readonly lambda: LocalFunction;
}

/** Every function of the stack, by key, name or ARN. */
export class CloudFunctions {
  readonly #entries: readonly Entry[];

  constructor(specs: readonly FunctionSpec[], context: VariablesContext, options: CloudOptions & { onEvent: (event: CloudEvent) => void }) {
    const node = nodeBinary(options.root);
    this.#entries = specs.map((spec) => {
      const variables = functionVariables(spec, context);
      const arn = context.intrinsics.functionArn(spec.name);
      const environment = { node, memoryMb: spec.memoryMb, variables };
      const onLine = (line: string, requestId: string | undefined): void =>
        options.onLog?.({ function: spec.key, requestId, line: parseLine(line), atMs: Date.now() });
      const onInvocation = (report: InvocationReport): void => options.onEvent(toEvent(spec.key, report));
      return { spec, variables, lambda: new LocalFunction({ ...spec, arn, environment, onLine, onInvocation }) };
    });
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  /** @throws {Error} listing the functions there are. */
  variables(name: string): Readonly<Record<string, string>> {
    return this.#entry(name).variables;
  }

  invoke(name: string, payload: string): Promise<Outcome> {
    return this.#entry(name).lambda.invoke(payload);
  }

  async kill(name: string | undefined): Promise<number> {
    const killed = await Promise.all(this.#some(name).map(({ lambda }) => lambda.kill()));
    return killed.reduce((sum, count) => sum + count, 0);
  }

  processIds(name: string | undefined): readonly number[] {
    return this.#some(name).flatMap(({ lambda }) => lambda.processIds);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#entries.map(({ lambda }) => lambda.stop()));
  }

  #some(name: string | undefined): readonly Entry[] {
    return name === undefined ? this.#entries : [this.#entry(name)];
  }

  #find(name: string): Entry | undefined {
    const short = name.split(':function:').at(-1);
    return this.#entries.find(({ spec }) => spec.key === short || spec.name === short);
  }

  #entry(name: string): Entry {
    const entry = this.#find(name);
    if (entry === undefined)
      throw new Error(`there is no function ${name}; there are ${this.#entries.map(({ spec }) => spec.key).join(', ')}`);
    return entry;
  }
}

function toEvent(key: string, { requestId, outcome, durationMs, initMs }: InvocationReport): CloudEvent {
  return {
    kind: 'invocation',
    function: key,
    requestId,
    ...(outcome.kind === 'ok' ? { outcome: 'ok' } : { outcome: outcome.how, error: outcome.payload }),
    durationMs,
    ...(initMs === undefined ? {} : { initMs }),
    atMs: Date.now(),
  };
}
