import { readFile, rename, rm, writeFile } from 'node:fs/promises';

/** How the command line finds a running embedded cloud. Holds no secret. */
export interface Discovery {
  readonly pid: number;
  readonly startedAtMs: number;
  readonly stage: string;
  readonly region: string;
  readonly webhookUrl: string;
  readonly sqsEndpoint: string;
  readonly dynamodbEndpoint: string;
  readonly ssmEndpoint: string;
  /** Lambda's Invoke. */
  readonly lambdaEndpoint: string;
  readonly tableName: string;
  /** URLs by queue name. */
  readonly queues: Readonly<Record<string, string>>;
  /** Deployed names by key. */
  readonly functions: Readonly<Record<string, string>>;
}

export async function announce(file: string, discovery: Discovery): Promise<void> {
  const beside = `${file}.${String(process.pid)}`;
  await writeFile(beside, `${JSON.stringify(discovery, undefined, 2)}\n`);
  await rename(beside, file);
}

/** Removes the announcement, unless another host has announced itself since. */
export async function withdraw(file: string): Promise<void> {
  const found = await readDiscovery(file);
  if (found?.pid === process.pid) await rm(file, { force: true });
}

/** The running embedded cloud, or nothing: no file, not readable, or its process is gone (killed, so it could not clean up). */
export async function readDiscovery(file: string): Promise<Discovery | undefined> {
  try {
    const discovery = JSON.parse(await readFile(file, 'utf8')) as Discovery;
    process.kill(discovery.pid, 0);
    return discovery;
  } catch {
    return undefined;
  }
}
