import type { BuiltFunction } from './bundle.ts';
import { packageName, type LockedPackage, type LockedPackages } from './lock-file.ts';

/** The part of CycloneDX 1.6 that is written. No time and no random number: the same package has the same SBOM. */
export interface Sbom {
  readonly $schema: string;
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly version: 1;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly Dependency[];
}
export interface Component {
  readonly type: 'application' | 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly description?: string;
  readonly hashes?: readonly { readonly alg: 'SHA-256' | 'SHA-512'; readonly content: string }[];
  readonly licenses?: readonly [License];
  readonly externalReferences?: readonly { readonly type: 'distribution'; readonly url: string }[];
}
export type License = { readonly license: { readonly id: string } } | { readonly expression: string };
export interface Dependency {
  readonly ref: string;
  readonly dependsOn: readonly string[];
}

/** From package.json. */
export interface Product {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly license?: string;
}

/**
 * What is in the package: each function with its zip's digest, and every npm package whose code is in its bundle. Not what is installed,
 * nor what could be reached: what is there, as the bundler saw it.
 *
 * @throws {Error} when a bundle holds code of a package that the lock file does not pin.
 */
export function sbomOf(product: Product, functions: readonly BuiltFunction[], locked: LockedPackages): Sbom {
  const folders = [...new Set(functions.flatMap(({ packages }) => packages))].toSorted();
  const libraries = new Map(folders.map((folder) => [folder, library(folder, locked[folder])]));
  const refOf = (folder: string): string => libraries.get(folder)?.['bom-ref'] ?? '';
  const root = `${product.name}@${product.version}`;
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: application(root, product) },
    components: [...functions.map((each) => lambda(root, each)), ...unique([...libraries.values()])],
    dependencies: [
      { ref: root, dependsOn: functions.map(({ name }) => `${root}/${name}`) },
      ...functions.map(({ name, packages }) => ({ ref: `${root}/${name}`, dependsOn: [...new Set(packages.map(refOf))].toSorted() })),
    ],
  };
}

function application(ref: string, { name, version, description, license }: Product): Component {
  return {
    type: 'application',
    'bom-ref': ref,
    name,
    version,
    ...(description === undefined ? {} : { description }),
    ...(license === undefined ? {} : { licenses: [licenseOf(license)] as const }),
  };
}

function lambda(root: string, { name, sha256 }: BuiltFunction): Component {
  return { type: 'application', 'bom-ref': `${root}/${name}`, name, hashes: [{ alg: 'SHA-256', content: sha256 }] };
}

function library(folder: string, entry: LockedPackage | undefined): Component {
  const { version, integrity, resolved, license } = entry ?? {};
  if (entry === undefined || version === undefined || integrity === undefined)
    throw new Error(`${folder} is in a bundle, and package-lock.json does not pin it`);
  const name = packageName(folder, entry);
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex') }],
    ...(license === undefined ? {} : { licenses: [licenseOf(license)] as const }),
    ...(resolved === undefined ? {} : { externalReferences: [{ type: 'distribution' as const, url: resolved }] }),
  };
}

/** The same version may lie in two folders: it is one component. */
function unique(components: readonly Component[]): readonly Component[] {
  return [...new Map(components.map((each) => [each['bom-ref'], each])).values()];
}

function licenseOf(license: string): License {
  return /^[\w.+-]+$/.test(license) ? { license: { id: license } } : { expression: license };
}
