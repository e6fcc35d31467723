import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildFunctions } from '../scripts/bundle.ts';
import type { Row } from './row.ts';

const ROUNDS = 11;
const ROOT = resolve(import.meta.dirname, '..');
/** The least that a function with the same two clients can be. */
const BARE = `
import { DynamoDBClient, GetItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
export const handler = async () => [new DynamoDBClient({}), new SQSClient({}), GetItemCommand, QueryCommand, UpdateItemCommand, SendMessageCommand];
`;

/** How long Node takes to import each deployed bundle in a fresh process, beside a bare handler with the same SDK clients, in turns. */
export async function run(): Promise<Row[]> {
  mkdirSync(join(ROOT, '.build'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.build', 'bench-'));
  try {
    const files = [...(await bareBundle(folder)), ...(await deployedBundles(folder))];
    const times = new Map<string, number[]>(files.map(({ name }) => [name, []]));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { name, file } of files) times.get(name)?.push(importMs(file));
    }
    const bareMs = median(times.get('bare') ?? []);
    return files.map(({ name, kilobytes }) => rowOf(name, { ms: median(times.get(name) ?? []), bareMs, kilobytes }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Built {
  readonly name: string;
  readonly file: string;
  readonly kilobytes: number;
}

/** Bundled as the functions are: same bundler, same options, same plug-ins. */
async function bareBundle(folder: string): Promise<readonly Built[]> {
  const root = join(folder, 'bare');
  mkdirSync(join(root, 'functions'), { recursive: true });
  writeFileSync(join(root, 'functions', 'bare.ts'), BARE);
  return filesOf(await buildFunctions({ root, outDir: 'out', names: ['bare'], configuration: '{}' }));
}

async function deployedBundles(folder: string): Promise<readonly Built[]> {
  return filesOf(await buildFunctions({ root: ROOT, outDir: join(folder, 'deployed') }));
}

function filesOf(built: Awaited<ReturnType<typeof buildFunctions>>): readonly Built[] {
  return built.map(({ name, dir, bytes }) => ({ name, file: join(dir, 'index.mjs'), kilobytes: Math.round(bytes / 1_000) }));
}

/**
 * Time of the processor, all threads, so that it is the same whoever else uses the machine. Nothing is cached between two processes but
 * what the system's file cache holds, for all of them alike.
 */
function importMs(file: string): number {
  const address = JSON.stringify(pathToFileURL(file).href);
  const program = `const before = process.cpuUsage(); await import(${address}); const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000);`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }));
}

function rowOf(name: string, { ms, bareMs, kilobytes }: { ms: number; bareMs: number; kilobytes: number }): Row {
  const value = Math.round(ms * 10) / 10;
  if (name === 'bare') return { name: `bare handler with the same clients (${kilobytes} kB)`, value, unit: 'ms' };
  return { name: `${name} (${kilobytes} kB)`, value, unit: 'ms', ratio: ms / bareMs, against: 'the bare handler' };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
