/** Times and durations as people read them in a check, a notice or a page. Pure; always UTC. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return 'never';
  if (Math.abs(ms) < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (Math.abs(seconds) < 120) return `${trim(seconds)} s`;
  const minutes = seconds / 60;
  if (Math.abs(minutes) < 120) return `${trim(minutes)} min`;
  const hours = minutes / 60;
  return Math.abs(hours) < 48 ? `${trim(hours)} h` : `${trim(hours / 24)} d`;
}

function trim(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

/** ISO 8601 in UTC; a number that is no time is shown as it is. */
export function instant(ms: number): string {
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
}
