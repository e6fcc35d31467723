import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

/** A module of the AWS SDK that a function never needs the whole of, and what stands in for it. */
interface Replacement {
  readonly path: RegExp;
  readonly contents: string;
}

/** About 110 KiB of every bundle, which would be read and compiled at every cold start. */
const REPLACEMENTS: readonly Replacement[] = [
  {
    // Lambda hands a function its credentials in the environment; files, single sign-on and metadata services are for other places.
    path: /\/@aws-sdk\/credential-provider-node\/dist-es\/index\.js$/,
    contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
  },
  {
    // None of the operations used streams events; the SDK loads this part when one does.
    path: /\/@smithy\/core\/dist-es\/submodules\/event-streams\/index\.js$/,
    contents: 'export {};',
  },
];

/** A client reads its own manifest, and of it the version alone, for the user agent. */
const MANIFEST = /\/@aws-sdk\/client-[a-z]+\/package\.json$/;

async function versionOnly(path: string): Promise<string> {
  const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
  return JSON.stringify({ version });
}

/** Leaves out of the bundles what the AWS SDK carries for other surroundings than Lambda. */
export const leanSdk: Plugin = {
  name: 'lean-sdk',
  setup(build) {
    for (const { path, contents } of REPLACEMENTS) {
      build.onLoad({ filter: path }, (file) => ({ contents, resolveDir: dirname(file.path) }));
    }
    build.onLoad({ filter: MANIFEST }, async ({ path }) => ({ contents: await versionOnly(path), loader: 'json' }));
  },
};
