import type { CloudEvent } from './cloud-events.ts';
import { startFront } from './front.ts';
import type { Route } from './front.ts';
import type { LocalServer } from './http-server.ts';
import type { Outcome } from './lambda/outcome.ts';
import type { FunctionSpec, Stack } from './stack/stack.ts';

export interface FrontsOptions {
  readonly stack: Stack;
  /** Of the first. */
  readonly port: number;
  readonly bodyTimeoutMs: number | undefined;
  readonly invoke: (key: string, payload: string) => Promise<Outcome>;
  readonly onEvent: (event: CloudEvent) => void;
}
export interface Fronts {
  /** By function key. Each Function URL is a host of its own; the routes of the HTTP API share one. */
  readonly urls: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

export async function startFronts(options: FrontsOptions): Promise<Fronts> {
  const { functions } = options.stack;
  const servers: LocalServer[] = [];
  const urls: Record<string, string> = {};
  const groups = [...functions.filter(({ url }) => url).map((spec) => [spec]), functions.filter(({ routes }) => routes.length > 0)];
  for (const specs of groups.filter((group) => group.length > 0)) {
    const server = await startGroup(specs, servers.length === 0 ? options.port : 0, options);
    servers.push(server);
    for (const { key } of specs) urls[key] ??= `${server.endpoint}/`;
  }
  return {
    urls,
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

function startGroup(
  specs: readonly FunctionSpec[],
  port: number,
  { stack, bodyTimeoutMs, invoke, onEvent }: FrontsOptions,
): Promise<LocalServer> {
  const routes: Route[] = specs.flatMap(({ key, routes: declared }) =>
    (declared.length === 0 ? ['$default'] : declared).map((route) => ({ key: route, invoke: (payload: string) => invoke(key, payload) })),
  );
  const name = specs.map(({ key }) => key).join('+');
  return startFront({
    account: stack.account,
    port,
    routes,
    ...(bodyTimeoutMs === undefined ? {} : { bodyTimeoutMs }),
    onRequest: (report) => onEvent({ kind: 'request', function: name, ...report, atMs: Date.now() }),
  });
}
