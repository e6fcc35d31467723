import type { Provider, ProviderPorts } from './provider.ts';
import { createGaussdbProvider } from './providers/gaussdb.ts';
import { createPolardbGdnProvider } from './providers/polardb-gdn.ts';
import { createPolardbProvider } from './providers/polardb.ts';

/** Every provider by the name that a target's `provider` has: one file and one line each. */
export const PROVIDERS = {
  gaussdb: createGaussdbProvider,
  polardb: createPolardbProvider,
  'polardb-gdn': createPolardbGdnProvider,
} as const satisfies Readonly<Record<string, (ports: ProviderPorts) => Provider>>;

export type ProviderName = keyof typeof PROVIDERS;
