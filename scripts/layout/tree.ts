import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';

/** A text file of the repository. */
export interface SourceFile {
  /** From the root, with `/`. */
  readonly path: string;
  readonly text: string;
  /** What it imports: files of ours by path from the root, everything else as written. Of code only. */
  readonly imports: readonly string[];
}
export interface Finding {
  readonly path: string;
  readonly fault: string;
}

/** Made or kept by tools: not ours to judge. */
const NOT_OURS = new Set([
  'node_modules',
  '.git',
  '.build',
  '.serverless',
  '.data',
  'coverage',
  'reports',
  '.stryker-tmp',
  'package-lock.json',
]);
const TEXT = /\.(?:ts|mjs|cjs|js|json|ya?ml|md|txt|html|css|svg|pml|sh)$|^(?:\.ci\/run|LICENSE|\.[a-z]+(?:ignore|rc|config))$/;
const CODE = /\.[mc]?[jt]s$/;

export function readTree(root: string): readonly SourceFile[] {
  const entries = readdirSync(root, { withFileTypes: true }).filter((entry) => !NOT_OURS.has(entry.name));
  const paths = entries.flatMap((entry) => (entry.isDirectory() ? below(root, entry.name) : [entry.name]));
  return paths.filter((path) => TEXT.test(path)).map((path) => sourceFile(path, readFileSync(join(root, path), 'utf8')));
}

function below(root: string, folder: string): readonly string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
}

export function sourceFile(path: string, text: string): SourceFile {
  return { path, text, imports: CODE.test(path) ? importsOf(path, text) : [] };
}

const IMPORT =
  /^(?:import|export)\b[^;'"]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|\brequire\(\s*'([^']+)'\s*\)/gm;

function importsOf(path: string, text: string): readonly string[] {
  return [...text.matchAll(IMPORT)]
    .map((match) => match.slice(1).find((specifier) => specifier !== undefined) ?? '')
    .map((specifier) => (specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier));
}

/** Whether a file lies in a folder, at any depth. */
export function inFolder(path: string, ...folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}

/** Line of the first match, from 1. */
export function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** Comments are blanked, not removed, so that lines stay where they are. */
export function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, (comment) => comment.replaceAll(/[^\n]/g, ' '));
}
