import type { Health } from '../decide/health.ts';
import type { Verdict } from '../decide/verdict.ts';
import { EVIDENCE_MAX } from './report.ts';

/** Names of the evidence, each with who saw it. */
export function namesOf({ observers }: Health, { evidence }: Verdict): readonly string[] {
  const names = Object.entries(observers).flatMap(([observer, { tracked }]) =>
    Object.entries(tracked).flatMap(([key, { name }]) => (evidence.includes(key) ? [`${name} (${observer})`] : [])),
  );
  return names.slice(0, EVIDENCE_MAX);
}
