import type { Mutant } from './mutant.ts';
import { play, type Played } from './play.ts';
import type { Script } from './script.ts';

export interface Shrunk {
  readonly script: Script;
  readonly played: Played;
  readonly tries: number;
}

const TRIES_MAX = 400;

/**
 * The shortest history found that still breaks the same invariant: parts of the script are taken out, one after the other, as long as it
 * does; then what is left is made plainer.
 */
export async function shrink(script: Script, mutant: Mutant): Promise<Shrunk> {
  const first = await play(script, mutant);
  const broken = first.violations[0]?.invariant;
  let best: Shrunk = { script, played: first, tries: 1 };
  if (broken === undefined) return best;
  for (let again = true; again && best.tries < TRIES_MAX;) {
    again = false;
    for (const candidate of shorter(best.script)) {
      if (best.tries >= TRIES_MAX) break;
      const played = await play(candidate, mutant);
      best = { ...best, tries: best.tries + 1 };
      if (!played.violations.some(({ invariant }) => invariant === broken)) continue;
      best = { ...best, script: candidate, played };
      again = true;
      break;
    }
  }
  return best;
}

const LISTS = ['strikes', 'misdeliveries', 'cloudFaults', 'acts', 'changes', 'outages', 'incidents', 'fleet'] as const;

/** Every script that is one step shorter, the largest steps first. */
function* shorter(script: Script): Generator<Script> {
  for (const name of LISTS) if (script[name].length > 1) yield { ...script, [name]: script[name].slice(0, name === 'fleet' ? 1 : 0) };
  for (const name of LISTS) {
    if (name === 'fleet' && script.fleet.length === 1) continue;
    for (let index = 0; index < script[name].length; index += 1) yield { ...script, [name]: script[name].toSpliced(index, 1) };
  }
  for (const [index, incident] of script.incidents.entries()) {
    for (let one = 0; one < incident.deliveries.length; one += 1) {
      const thinner = { ...incident, deliveries: incident.deliveries.toSpliced(one, 1) };
      yield { ...script, incidents: script.incidents.with(index, thinner) };
    }
  }
  if (script.proof) yield { ...script, proof: false };
  if (script.skewMs > 0) yield { ...script, skewMs: 0 };
  if (script.channels > 1) yield { ...script, channels: 1 };
  for (const [index, member] of script.fleet.entries()) {
    if (member.probed) yield { ...script, fleet: script.fleet.with(index, { ...member, probed: false }) };
    const { freezes } = member.policy;
    if (freezes.length > 0) yield { ...script, fleet: script.fleet.with(index, { ...member, policy: { ...member.policy, freezes: [] } }) };
  }
}
