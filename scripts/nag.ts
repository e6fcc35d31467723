import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ACCEPTED } from './nag/accepted.ts';
import { judge } from './nag/judge.ts';
import { nagFolder, runNag } from './nag/tool.ts';

const HELP = `npm run nag -- [options]

Runs cdk-nag's rules (AWS Solutions, Serverless) over the packaged template. What is found must be mended, or accepted with a reason in
scripts/nag/accepted.ts; what is accepted must be found.

  --package DIR  the package to look at (default: .serverless; npm run package makes it)
  --json         print findings for machines
  --help         print this

Needs the registry the first time, to install what tools/nag/package-lock.json pins.
Exits with 1 when a finding is not accepted or an acceptance is idle, and with 2 when it cannot be checked.`;

/** @returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      package: { type: 'string', default: '.serverless' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const root = process.cwd();
  const template = join(resolve(root, values.package), 'cloudformation-template-update-stack.json');
  if (!existsSync(template)) throw new Error(`there is no package in ${values.package}: npm run package makes one`);
  const folder = await nagFolder(root, (line) => console.error(line));
  const { resources, findings } = await runNag(folder, template);
  const { open, idle } = judge(findings, ACCEPTED);
  if (values.json) console.log(JSON.stringify({ resources, findings: findings.length, open, idle: idle.map(line) }, undefined, 2));
  else {
    for (const { rule, resource, says } of open) console.log(`✖ ${resource}: ${rule}: ${says}`);
    for (const each of idle) console.log(`✖ accepted, and not found: ${line(each)}`);
    console.log(`${String(resources)} resources, ${String(findings.length)} findings, ${String(open.length)} of them not accepted`);
  }
  return open.length === 0 && idle.length === 0 ? 0 : 1;
}

function line({ rule, resource }: { readonly rule: RegExp; readonly resource: RegExp }): string {
  return `${rule.source} of ${resource.source}`;
}

if (import.meta.main) {
  process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  });
}
