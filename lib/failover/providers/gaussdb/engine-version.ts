/** `V2.0-3.200`, `V2.0-8.102.0`: major and minor after the hyphen (provider contracts §1.7). */
const VERSION = /^V(\d+)\.(\d+)-(\d+)\.(\d+)(?:\.|$)/;
/** From which `is_support_restore`, restore and drills exist. */
const MINIMUM = [2, 0, 3, 200];
export const MINIMUM_VERSION = 'V2.0-3.200';

/** @returns `undefined` when the version is absent or not written in the documented way: then nothing may be concluded. */
export function isNewEngine(completeVersion: string | undefined): boolean | undefined {
  const parts = VERSION.exec(completeVersion ?? '')?.slice(1);
  if (parts === undefined) return undefined;
  const above = MINIMUM.map((minimum, index) => Number(parts[index]) - minimum).find((difference) => difference !== 0);
  return above === undefined || above > 0;
}
