import type { Check } from '../decide/verdict.ts';

/** Why a deed of a person is refused: a closed list, one sentence each. The code is for machines, the sentence for people. */
export const REFUSALS = {
  invalid: 'The request was not understood.',
  'unknown-target': 'The target is not in the configuration.',
  unreadable: 'The recorded state of the target could not be understood; nothing is overwritten, a person has to look.',
  'nothing-pending': 'No failover of this target waits for approval.',
  expired: 'The time for approving is over.',
  'plan-mismatch': 'This is not the plan that waits for approval.',
  'not-an-approver': 'Only an approver of the policy may do this.',
  'approver-is-requester': 'Nobody approves what they asked for themselves.',
  'too-few-approvers': 'The policy wants more approvers than there are besides the requester.',
  'consent-needed': 'Data would be lost: that takes an explicit consent.',
  'no-longer-justified': 'It may not act now, approved or not.',
  'brake-on': 'The fleet brake is on, or has no slot left.',
  'in-flight': 'Another operation of this target is in flight.',
  blocked: 'An earlier failover failed, got stuck or is unknown, and nobody has acknowledged it yet.',
  'cool-down': 'The last failover was too short a time ago.',
  'still-observed': 'A stuck failover is still observed; closing it has to be asked for.',
  'not-stuck': 'Only a stuck failover can be closed.',
  unsupported: 'The provider of this target has no such operation.',
  'no-plan': 'The provider can make no plan for this operation now.',
  'plan-changed': 'The plan is no longer the one that was shown.',
  preflight: 'A check right before the call would refuse it.',
} as const;
export type RefusalCode = keyof typeof REFUSALS;

export interface Refused {
  readonly ok: false;
  readonly code: RefusalCode;
  /** A sentence or two. */
  readonly why: string;
  /** What a person can do about it. */
  readonly remedy?: string;
  readonly checks?: readonly Check[];
}
export interface Done {
  readonly ok: true;
  /** False: it was so already, and nothing was written. */
  readonly changed: boolean;
  /** What came of it, in a sentence. */
  readonly told: string;
  /** What the person should know before going home. */
  readonly warnings: readonly string[];
}
/** What every deed answers. Nothing is thrown for what the world or the person does, only when a port fails. */
export type Answer<Extra = unknown> = (Done & Extra) | Refused;

export function refused(code: RefusalCode, detail = '', more: Pick<Refused, 'remedy' | 'checks'> = {}): Refused {
  return { ok: false, code, why: detail === '' ? REFUSALS[code] : `${REFUSALS[code]} ${detail}`, ...more };
}

export function done(told: string, warnings: readonly string[] = []): Done {
  return { ok: true, changed: true, told, warnings };
}

export function already(told: string): Done {
  return { ok: true, changed: false, told, warnings: [] };
}
