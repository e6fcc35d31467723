/** Forgets what was remembered first, until one more fits: strangers must not fill the memory. */
export function makeRoom(remembered: Map<string, unknown>, max: number): void {
  for (const oldest of remembered.keys()) {
    if (remembered.size < max) return;
    remembered.delete(oldest);
  }
}
