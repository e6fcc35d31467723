/** `V2.0-3.200` as in the constraints of §1.2 and §1.3. */
function numbersOf(version: string): number[] | undefined {
  const match = /^V2\.0-(\d+)\.(\d+)/.exec(version);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

/** Whether an engine is at least of a version; an unreadable version is not. */
export function atLeast(version: string, wanted: string): boolean {
  const [have, need] = [numbersOf(version), numbersOf(wanted)];
  if (!have || !need) return false;
  const [haveMajor = 0, haveMinor = 0] = have;
  const [needMajor = 0, needMinor = 0] = need;
  return haveMajor > needMajor || (haveMajor === needMajor && haveMinor >= needMinor);
}
