import { build } from 'esbuild';
import { expect, test } from 'vitest';

const LIMIT_BYTES = 30 * 1024;

/** A provider is loaded in a cold start that somebody waits for: with its signer, without any SDK, it stays small. */
test.each(['gaussdb', 'polardb', 'polardb-gdn'])('%s is at most 30 KiB', async (name) => {
  const { outputFiles, metafile } = await build({
    entryPoints: [`${import.meta.dirname}/../../../lib/failover/providers/${name}.ts`],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
  });
  expect(outputFiles[0]?.contents.byteLength).toBeLessThanOrEqual(LIMIT_BYTES);
  const foreign = Object.keys(metafile.inputs).filter((input) => input.includes('node_modules'));
  expect(foreign, 'no package is pulled in').toEqual([]);
});
