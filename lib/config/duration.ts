/** Units of a written duration, largest first, in milliseconds. */
const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
type Unit = keyof typeof UNITS;

/** `90s`, `15m`, `2h`, `1d`, `500ms`, and sums of them from large to small: `1h30m`. */
export const DURATION_PATTERN = /^(?=\d)(?:\d{1,6}d)?(?:\d{1,6}h)?(?:\d{1,6}m(?!s))?(?:\d{1,6}s)?(?:\d{1,9}ms)?$/;

/** @returns milliseconds, or `undefined` when the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION_PATTERN.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[dhms])/g)) totalMs += Number(amount) * UNITS[unit as Unit];
  return totalMs;
}

/** The shortest text that {@link parseDuration} reads back as the same number: 5400000 → `1h30m`. */
export function formatDuration(durationMs: number): string {
  let restMs = Math.max(0, Math.round(durationMs));
  const parts: string[] = [];
  for (const [unit, unitMs] of Object.entries(UNITS)) {
    const count = Math.floor(restMs / unitMs);
    if (count > 0) parts.push(`${String(count)}${unit}`);
    restMs -= count * unitMs;
  }
  return parts.length === 0 ? '0s' : parts.join('');
}
