import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseTemplateYaml } from './yaml.ts';

/** What the framework's variables (`${self:…}`, `${sls:stage}`, `${opt:…}`, `${env:…}`, `${param:…}`, `${file(…):…}`, `${aws:…}`) are filled from. */
export interface VariableSources {
  /** The folder of `serverless.yml`: `file(…)` is relative to it. */
  readonly root: string;
  readonly stage: string;
  readonly region: string;
  readonly account: string;
  readonly options: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The innermost variable: it holds no other. `${AWS::Region}` and `${Queue.Arn}` belong to Fn::Sub and do not match. */
const INNERMOST = /\$\{((?:self|sls|opt|env|file|aws|param)[:(][^${}]*)\}/;
/** A variable may lead to a text with variables again; more than this many steps is a circle. */
const STEPS_MAX = 100;

/** Fills every variable in the document. @throws {Error} naming the variable that has neither a value nor a fallback. */
export async function fillVariables(document: unknown, sources: VariableSources): Promise<unknown> {
  return fill(document, { document, sources, steps: 0 });
}

interface Filling {
  readonly document: unknown;
  readonly sources: VariableSources;
  readonly steps: number;
}

async function fill(value: unknown, filling: Filling): Promise<unknown> {
  if (typeof value === 'string') return fillText(value, filling);
  if (Array.isArray(value)) return Promise.all(value.map((entry) => fill(entry, filling)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(async ([key, entry]) => [key, await fill(entry, filling)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function fillText(text: string, filling: Filling): Promise<unknown> {
  const found = INNERMOST.exec(text);
  if (found === null) return text;
  if (filling.steps >= STEPS_MAX) throw new Error(`the variable ${found[0]} leads in a circle`);
  const next = { ...filling, steps: filling.steps + 1 };
  const value = await fill(await firstValue(found[1] ?? '', next), next);
  if (found[0] === text) return value;
  return fillText(
    text.replace(found[0], () => String(value)),
    next,
  );
}

/** `a, b, 'literal'`: the first that has a value. */
async function firstValue(expression: string, filling: Filling): Promise<unknown> {
  for (const part of expression.split(/,(?![^(]*\))/)) {
    const value = await valueOf(part.trim(), filling);
    if (value !== undefined && value !== null) return value;
  }
  throw new Error(`serverless.yml: no value for \${${expression}}`);
}

async function valueOf(source: string, filling: Filling): Promise<unknown> {
  const file = /^file\(([^)]+)\)(?::(.+))?$/.exec(source);
  if (file !== null) return at(await readReferenced(file[1] ?? '', filling.sources), file[2]);
  const named = /^(self|sls|opt|env|aws|param):(.*)$/.exec(source);
  if (named === null) return literal(source);
  return fromSource(named[1] ?? '', named[2] ?? '', filling);
}

function fromSource(kind: string, address: string, { document, sources }: Filling): unknown {
  if (kind === 'self') return at(document, address);
  if (kind === 'env') return sources.environment[address];
  if (kind === 'sls') return address === 'stage' ? sources.stage : 'local';
  if (kind === 'aws') return { accountId: sources.account, region: sources.region, partition: 'aws' }[address];
  if (kind === 'opt') return { stage: sources.stage, region: sources.region, ...sources.options }[address];
  return at(document, `params.${sources.stage}.${address}`) ?? at(document, `params.default.${address}`);
}

function literal(text: string): unknown {
  const quoted = /^(['"])(.*)\1$/.exec(text);
  if (quoted !== null) return quoted[2];
  if (/^(true|false|-?\d+(\.\d+)?)$/.test(text)) return JSON.parse(text);
  return undefined;
}

async function readReferenced(path: string, { root, stage, region }: VariableSources): Promise<unknown> {
  const full = resolve(root, path.trim());
  if (/\.[cm]?js$/.test(full)) {
    const loaded = (await import(pathToFileURL(full).href)) as { default?: unknown };
    const exported = loaded.default ?? loaded;
    return typeof exported === 'function' ? exported({ options: { stage, region } }) : exported;
  }
  return parseTemplateYaml(await readFile(full, 'utf8'), path);
}

function at(value: unknown, address: string | undefined): unknown {
  if (address === undefined || address === '') return value;
  let here = value;
  for (const key of address.split('.')) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}
