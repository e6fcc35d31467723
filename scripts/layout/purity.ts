import { inFolder, lineOf, withoutComments } from './tree.ts';
import type { Finding, SourceFile } from './tree.ts';

/** The core does no I/O of its own (design §7): only these parts of `lib` touch the outside world. */
const OUTWARD = ['lib/platform'];
const OUTWARD_FILES = ['lib/wire.ts', 'lib/handler.ts'];
/** They lie beside what sends them, and are functions of their arguments. */
const SIGNATURES = /^lib\/platform\/[a-z]+-signature\.ts$/;

/** Packages that are pure themselves and may be used anywhere in the core. */
const PURE_PACKAGES = new Set(['zod', 'zod/mini', 'croner']);

/** What single files of the core may import besides, and why. */
const PERMITTED: Readonly<Record<string, readonly string[]>> = {
  // Digests and message authentication: functions of their arguments.
  'node:crypto': [
    'lib/alert/fingerprint.ts',
    'lib/config/compiled.ts',
    'lib/config/load.ts',
    'lib/failover/hash.ts',
    'lib/notify/channels/dingtalk.ts',
    'lib/notify/channels/feishu.ts',
    'lib/notify/signature.ts',
    'lib/webhook/shared-secret.ts',
    'lib/webhook/signing-certificate.ts',
  ],
  // An interpreter of expressions over JSON, for sources that are described instead of programmed.
  '@aws-lambda-powertools/jmespath': ['lib/alert/expression.ts'],
  // The shapes of AWS's events: types, which leave nothing in a bundle.
  'aws-lambda': ['lib/batch.ts', 'lib/webhook/http-event.ts'],
  // Read at build time and by the command line only; no function bundles them.
  yaml: ['lib/config/source-map.ts'],
  re2js: ['lib/config/schema/policy.ts'],
  'aws-cron-parser': ['lib/config/schedule.ts'],
};

/** Who may be imported by whom: the deployed code knows nothing of what is around it. */
const DEPLOYED = ['lib', 'functions'];
const AROUND = ['local', 'cli', 'test', 'bench', 'scripts'];

const NONDETERMINISM: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  { pattern: /\bDate\.now\b/g, instead: 'a time handed in (Clock)' },
  { pattern: /\bnew Date\(\s*\)/g, instead: 'a time handed in (Clock)' },
  { pattern: /\bperformance\.now\b/g, instead: 'a time handed in (Clock)' },
  { pattern: /\bMath\.random\b/g, instead: 'chance handed in (Entropy)' },
  { pattern: /\brandomUUID\b|\brandomBytes\b|\bgetRandomValues\b/g, instead: 'chance handed in (Entropy)' },
  { pattern: /\bset(?:Timeout|Interval|Immediate)\(/g, instead: 'a delayed message, or a port' },
  { pattern: /\bprocess\.[a-z]|\bfetch\(|\bconsole\.(?:log|error|warn|info|debug)\b/g, instead: 'a port (environment, Http, Log)' },
];

export function purityFindings(files: readonly SourceFile[]): readonly Finding[] {
  const deployed = files.filter(({ path }) => inFolder(path, ...DEPLOYED));
  const pure = deployed.filter(({ path }) => inFolder(path, 'lib') && !isOutward(path));
  return [
    ...pure.flatMap(impureImports),
    ...deployed.filter(({ path }) => !isOutward(path)).flatMap(nondeterminism),
    ...deployed.flatMap(importsAround),
    ...deployed.flatMap(bundledLocales),
  ];
}

function isOutward(path: string): boolean {
  return inFolder(path, ...OUTWARD) || OUTWARD_FILES.includes(path);
}

function impureImports({ path, imports }: SourceFile): readonly Finding[] {
  return imports
    .filter((each) =>
      each.startsWith('lib/')
        ? isOutward(each) && !SIGNATURES.test(each)
        : !PURE_PACKAGES.has(each) && PERMITTED[each]?.includes(path) !== true,
    )
    .filter((each) => !inFolder(each, ...AROUND, 'functions'))
    .map((each) => ({ path, fault: `imports ${each}: the core is handed ports; the real thing belongs in lib/platform` }));
}

function nondeterminism({ path, text }: SourceFile): readonly Finding[] {
  const code = withoutComments(text);
  return NONDETERMINISM.flatMap(({ pattern, instead }) =>
    [...code.matchAll(pattern)].map((match) => ({
      path: `${path}:${String(lineOf(code, match.index))}`,
      fault: `uses ${match[0]}; take ${instead}`,
    })),
  );
}

function importsAround({ path, imports }: SourceFile): readonly Finding[] {
  const forbidden = inFolder(path, 'lib') ? [...AROUND, 'functions'] : AROUND;
  return imports
    .filter((each) => inFolder(each, ...forbidden))
    .map((each) => ({ path, fault: `imports ${each}, which is not deployed with it` }));
}

/** `import { z }` drags every locale into the bundle: 443 KiB instead of 88. */
function bundledLocales({ path, text }: SourceFile): readonly Finding[] {
  const named = /import\s*(?:\{[^}]*\}|\w+)\s*from\s*'zod(?:\/mini)?'/.exec(text);
  return named === null || named[0].startsWith('import type')
    ? []
    : [{ path, fault: "imports zod by name: write `import * as z from 'zod/mini'`" }];
}
