import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An entry of package-lock.json, as far as the scripts read it. */
export interface LockedPackage {
  readonly version?: string;
  /** Of an alias: the name that it has at the registry. */
  readonly name?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly link?: boolean;
  /** It lies in the archive of the package above it, and is covered by that one's digest. */
  readonly inBundle?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}
/** By folder from the root, as in `node_modules/zod`; the root itself is ''. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>;

export function readLockFile(root: string): LockedPackages {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { readonly packages: LockedPackages };
  return packages;
}

/** The name at the registry. */
export function packageName(folder: string, { name }: LockedPackage): string {
  return name ?? folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

const REGISTRY = 'https://registry.npmjs.org/';
const INTEGRITY = /^sha512-[\w+/]{86}==$/;

/** What `npm ci` could be led astray by: anything that is not one archive of the registry with one digest. */
export function lockFaults(packages: LockedPackages): readonly string[] {
  return Object.entries(packages)
    .filter(([folder, { inBundle }]) => folder !== '' && inBundle !== true)
    .flatMap(([folder, entry]) => entryFaults(folder, entry).map((fault) => `${folder} ${fault}`));
}

function entryFaults(folder: string, entry: LockedPackage): readonly string[] {
  if (entry.link === true) return ['is a link: it is not pinned'];
  const name = packageName(folder, entry);
  const archive = `${REGISTRY}${name}/-/${name.slice(name.indexOf('/') + 1)}-${entry.version ?? ''}.tgz`;
  return [
    ...(entry.version === undefined ? ['has no version'] : []),
    ...(INTEGRITY.test(entry.integrity ?? '') ? [] : [`has no SHA-512 digest (${entry.integrity ?? 'none'})`]),
    ...(entry.resolved === archive ? [] : [`is not its own archive at the registry (${entry.resolved ?? 'nowhere'})`]),
  ];
}
