import type { Target } from '../config/config.ts';
import type { Alert, Resource } from './alert.ts';
import { ALIAS_KEY } from './resources.ts';

/** Which configured target an alert is about. Nothing is guessed: no prefix, no case folding, no "the only target there is". */
export type Resolution =
  | { readonly kind: 'target'; readonly targetId: string }
  | { readonly kind: 'unknown-target' }
  | { readonly kind: 'ambiguous-target'; readonly targetIds: readonly string[] };

/** Made once from the configuration. */
export interface TargetIndex {
  /** An id → the targets it names, each perhaps only under one key. */
  readonly byValue: ReadonlyMap<string, readonly Naming[]>;
  /** Every key that some identity is limited to: a label of that name is looked at too. */
  readonly keys: readonly string[];
}
interface Naming {
  readonly targetId: string;
  readonly key: string | undefined;
}

export function indexTargets(targets: Readonly<Record<string, Target>>): TargetIndex {
  const byValue = new Map<string, Naming[]>();
  const keys = new Set<string>();
  for (const { id, identities } of Object.values(targets)) {
    const own = { value: id, key: ALIAS_KEY };
    for (const { value, key } of [own, ...identities]) {
      const namings = byValue.get(value) ?? [];
      namings.push({ targetId: id, key });
      byValue.set(value, namings);
      if (key !== undefined && key !== ALIAS_KEY) keys.add(key);
    }
  }
  return { byValue, keys: [...keys] };
}

/** An alert whose ids lead to two targets acts on neither: the wrong database would be failed over. */
export function resolveTarget(alert: Alert, index: TargetIndex): Resolution {
  const found = new Set<string>();
  for (const resource of alert.resources) addNamed(found, resource, index);
  for (const key of index.keys) {
    const value = Object.hasOwn(alert.labels, key) ? alert.labels[key] : undefined;
    if (value !== undefined) addNamed(found, { key, value }, index, true);
  }
  const [first] = found;
  if (first === undefined) return { kind: 'unknown-target' };
  return found.size === 1 ? { kind: 'target', targetId: first } : { kind: 'ambiguous-target', targetIds: [...found].sort() };
}

/** An alias is the configuration's own word and counts under any key; everything else keeps to the identity's key if it has one. */
function addNamed(found: Set<string>, { key, value }: Resource, index: TargetIndex, onlyKeyed = false): void {
  for (const naming of index.byValue.get(value) ?? []) {
    const fits = naming.key === undefined ? !onlyKeyed : naming.key === key || key === ALIAS_KEY;
    if (fits) found.add(naming.targetId);
  }
}
