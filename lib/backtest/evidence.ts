import { episodeOf, type Health } from '../decide/health.ts';
import type { Verdict } from '../decide/verdict.ts';
import { EVIDENCE_MAX } from './report.ts';

/** When the oldest evidence of a verdict that still fires began; infinite when none does. */
export function beganMs({ observers }: Health, { evidence }: Verdict): number {
  let began = Number.POSITIVE_INFINITY;
  for (const { tracked } of Object.values(observers)) {
    for (const key of evidence) {
      const alert = Object.hasOwn(tracked, key) ? tracked[key] : undefined;
      const firstMs = alert === undefined ? undefined : episodeOf(alert)?.firstMs;
      if (firstMs !== undefined) began = Math.min(began, firstMs);
    }
  }
  return began;
}

/** Names of the evidence, each with who saw it. */
export function namesOf({ observers }: Health, { evidence }: Verdict): readonly string[] {
  const names = Object.entries(observers).flatMap(([observer, { tracked }]) =>
    Object.entries(tracked).flatMap(([key, { name }]) => (evidence.includes(key) ? [`${name} (${observer})`] : [])),
  );
  return names.slice(0, EVIDENCE_MAX);
}
