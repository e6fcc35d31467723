import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The names of the deployed functions, in the order of the flow: the keys of `functions` in serverless.yml. */
export function functionNames(root: string): readonly string[] {
  // CloudFormation's own tags (!Ref, !GetAtt) are of no interest here, nor a reason to warn.
  const wiring = parse(readFileSync(`${root}/serverless.yml`, 'utf8'), { logLevel: 'error' }) as { functions: Record<string, unknown> };
  return Object.keys(wiring.functions);
}
