import { inFolder } from './tree.ts';
import type { Finding, SourceFile } from './tree.ts';

/** Folders of plug-ins, each with the list that names them. What lies deeper are parts of a plug-in. */
const PLUG_INS: readonly { readonly folder: string; readonly lists: readonly string[] }[] = [
  { folder: 'lib/alert/sources', lists: ['lib/alert/sources.ts', 'lib/alert/sources/index.ts'] },
  { folder: 'lib/failover/providers', lists: ['lib/failover/providers.ts', 'lib/failover/providers/index.ts', 'lib/wire.ts'] },
  { folder: 'lib/notify/channels', lists: ['lib/notify/channels.ts', 'lib/notify/channels/index.ts'] },
];

/** Whoever runs something without being imported by anybody. */
const ENTRANCES = /^(?:functions\/[^/]+|(?:local|cli|bench|scripts)\/.+|test\/simulate\/.+)\.[mc]?[jt]s$/;

/** Nothing lies about: plug-ins are listed, code is used, samples are used. */
export function reachFindings(files: readonly SourceFile[]): readonly Finding[] {
  return [...unlistedPlugIns(files), ...deadFiles(files), ...unusedSamples(files)];
}

function unlistedPlugIns(files: readonly SourceFile[]): readonly Finding[] {
  return PLUG_INS.flatMap(({ folder, lists }) => {
    const reached = reach(files, lists);
    return files
      .filter(({ path }) => isDirectlyIn(path, folder) && !reached.has(path))
      .map(({ path }) => ({ path, fault: `is a plug-in that no list names (${lists.join(' or ')})` }));
  });
}

function deadFiles(files: readonly SourceFile[]): readonly Finding[] {
  const reached = reach(
    files,
    files.map(({ path }) => path).filter((path) => ENTRANCES.test(path)),
  );
  return files
    .filter(({ path }) => inFolder(path, 'lib') && path.endsWith('.ts') && !isPlugIn(path) && !reached.has(path))
    .map(({ path }) => ({ path, fault: 'is used by nothing but tests' }));
}

function isPlugIn(path: string): boolean {
  return PLUG_INS.some(({ folder }) => isDirectlyIn(path, folder));
}

function isDirectlyIn(path: string, folder: string): boolean {
  return inFolder(path, folder) && path.endsWith('.ts') && !path.slice(folder.length + 1).includes('/');
}

function reach(files: readonly SourceFile[], starts: readonly string[]): ReadonlySet<string> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Set<string>();
  const waiting = starts.filter((path) => byPath.has(path));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    waiting.push(...(byPath.get(path)?.imports ?? []).filter((each) => byPath.has(each)));
  }
  return reached;
}

/** A sample is used when a test, the local cloud, the command line or the README names it, or reads the whole of its folder. */
function unusedSamples(files: readonly SourceFile[]): readonly Finding[] {
  const users = files.filter(({ path }) => inFolder(path, 'test', 'local', 'cli', 'bench', 'scripts') || path === 'README.md');
  const named = (word: string): boolean => users.some(({ text }) => text.includes(word));
  const readers = users.filter(({ text }) => text.includes('readdir'));
  // The folder or one above it, as a text of its own.
  const readWhole = (folder: string): boolean =>
    readers.some(({ text }) => new RegExp(`['"\`/]${folder}/?['"\`]`).test(text)) ||
    (folder.includes('/') && readWhole(folder.slice(0, folder.lastIndexOf('/'))));
  return files
    .filter(({ path }) => inFolder(path, 'events') && !path.endsWith('.md'))
    .filter(({ path }) => !named(path.slice(path.lastIndexOf('/') + 1)) && !readWhole(path.slice(0, path.lastIndexOf('/'))))
    .map(({ path }) => ({ path, fault: 'is a sample that nothing uses' }));
}
