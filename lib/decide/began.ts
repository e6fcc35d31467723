import type { Policy } from '../config/config.ts';
import { beginningOf } from './criterion.ts';
import { episodeOf, type Health } from './health.ts';
import type { Verdict } from './verdict.ts';

/**
 * When the oldest evidence of a verdict that still fires began, as the verdict's criterion sees it: an episode whose end never came is not
 * the next one. Epoch ms; infinite when none fires.
 */
export function beganMs({ observers }: Health, { criteria }: Policy, { criterion: named, evidence, decidedAtMs }: Verdict): number {
  const maxAgeMs = criteria.find(({ name }) => name === named)?.maxAgeMs ?? Number.POSITIVE_INFINITY;
  let began = Number.POSITIVE_INFINITY;
  for (const { tracked } of Object.values(observers)) {
    for (const key of evidence) {
      const alert = Object.hasOwn(tracked, key) ? tracked[key] : undefined;
      if (alert === undefined) continue;
      const whole = episodeOf(alert);
      if (whole === undefined) continue;
      began = Math.min(began, beginningOf(alert, whole.lastMs, { ageAtMs: decidedAtMs, maxAgeMs }).firstMs);
    }
  }
  return began;
}
