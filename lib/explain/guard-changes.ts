import type { Check } from '../decide/verdict.ts';
import { noControls, type Controls, type Look, type Settled } from '../decide/state.ts';
import { windowAt } from '../decide/windows.ts';
import { duration } from '../decide/words.ts';
import type { Policy, Target } from '../config/config.ts';
import type { Case } from './case.ts';
import type { Change } from './change.ts';
import { quietFleet, supposedLook, SUPPOSED } from './suppose.ts';

/** What would lift a red or asking check, by the check's name. Time is not among it: see time-changes.ts. */
export const GUARD_LIFTS: Readonly<Record<string, (given: Case, check: Check) => readonly Change[]>> = {
  'in-flight': (_given, { value }) => [
    {
      code: 'in-flight-over',
      what: 'the failover in flight had ended',
      value,
      apply: (given) => ({ ...given, inFlight: undefined }),
    },
  ],
  pause: () => [
    {
      code: 'pause-lifted',
      what: 'the pause were lifted',
      value: 'understudy resume',
      // As a real resume does: alerts that began in the pause then need a fresh signal.
      apply: (given) => withControls(given, ({ pause: _pause, ...rest }) => ({ ...rest, pausedUntilMs: given.nowMs })),
    },
  ],
  'maintenance-window': ({ rules, nowMs }) =>
    [windowAt(rules.policy.guards, nowMs)]
      .filter((open) => open !== undefined)
      .map(({ name }) => ({ code: 'window-closed', what: `"${name}" were not open`, value: name, apply: withoutWindow })),
  block: () => [acknowledged],
  'cool-down': () => [acknowledged],
  'daily-limit': (given) => {
    const value = String(given.controls.failoversMs.filter((atMs) => given.nowMs - atMs < DAY_MS).length + 1);
    return [
      {
        code: 'daily-limit',
        what: `failoversPerDay were ${value}`,
        value,
        apply: (one) => withGuards(one, { failoversPerDay: Number(value) }),
      },
    ];
  },
  'own-probe': () => [
    {
      code: 'probe',
      what: 'our own probe did not reach the database',
      value: 'unreached',
      apply: (given) => withLook(given, (look) => ({ ...look, probe: { kind: 'unreached', why: 'supposed' } })),
    },
  ],
  'provider-busy': () => [
    {
      code: 'provider-idle',
      what: 'the provider were idle',
      value: 'none',
      apply: (given) => withObservation(given, { inFlight: [], relation: 'healthy' }),
    },
  ],
  'standby-role': () => [seen('standby-role', 'the side to be promoted were a standby', 'standby', { standbyRole: 'standby' })],
  relation: () => [seen('relation-healthy', 'the replication relation were healthy', 'healthy', { relation: 'healthy' })],
  'standby-health': () => [seen('standby-healthy', 'the standby were healthy', 'healthy', { standbyHealthy: true })],
  'lag-known': (given) => [lagAt(given, 'the lag could be read and were')],
  'lag-limit': (given, { verdict }) => (verdict === 'ask' ? [lagAt(given, 'the lag were'), consented] : [lagAt(given, 'the lag were')]),
  plan: () => [
    {
      code: 'plan',
      what: 'the provider could make a plan',
      value: 'made',
      apply: (given) => withLook(given, ({ planImpossible: _plan, ...look }) => look),
    },
  ],
  'fleet-brake': () => [
    {
      code: 'brake-released',
      what: 'the fleet brake were released and the rest of the fleet quiet',
      value: 'understudy release-brake',
      apply: (given) => withLook(given, (look) => ({ ...look, fleet: { ...quietFleet, targets: look.fleet.targets } })),
    },
  ],
  approval: () => [
    {
      code: 'approved',
      what: 'an approver approved',
      value: 'understudy approve',
      apply: (given) => withSettled(given, { approved: true }),
    },
  ],
  mode: () => [
    {
      code: 'mode-act',
      what: 'the target were in mode act',
      value: 'act',
      apply: (given) => withTarget(given, { mode: 'act' }),
    },
  ],
};

/** Nobody has looked at the world yet: then somebody has, and found what would let it act. */
export const looked: Change = {
  code: 'look',
  what: 'the provider and the probe were read, and well for a failover',
  value: 'healthy',
  apply: (given) => ({ ...given, look: supposedLook(given.rules, SUPPOSED, given.nowMs) }),
};

const DAY_MS = 86_400_000;

/** A person's acknowledgement lifts block and cool-down together (rules 8, 9). */
const acknowledged: Change = {
  code: 'acknowledged',
  what: 'the earlier failover were acknowledged',
  value: 'understudy acknowledge',
  apply: (given) => withControls(given, ({ block: _block, ...rest }) => ({ ...rest, coolDownUntilMs: noControls.coolDownUntilMs })),
};

const consented: Change = {
  code: 'data-loss-consented',
  what: 'an approver consented to losing what is not replicated',
  value: 'understudy approve --consent-to-lose-data',
  apply: (given) => withSettled(given, { dataLossConsented: true }),
};

function lagAt({ rules }: Case, what: string): Change {
  const { maxLagMs } = rules.policy.guards;
  return seen('lag', `${what} at most ${duration(maxLagMs)}`, String(maxLagMs), { lagMs: maxLagMs });
}

function seen(code: Change['code'], what: string, value: string, observed: Partial<Look['observation']>): Change {
  return { code, what, value, apply: (given) => withObservation(given, observed) };
}

function withObservation(given: Case, observed: Partial<Look['observation']>): Case {
  return withLook(given, (look) => ({ ...look, observation: { ...look.observation, ...observed } }));
}

export function withLook(given: Case, change: (look: Look) => Look): Case {
  return given.look === undefined ? given : { ...given, look: change(given.look) };
}

export function withControls(given: Case, change: (controls: Controls) => Controls): Case {
  return { ...given, controls: change(given.controls) };
}

function withSettled(given: Case, settled: Partial<Settled>): Case {
  return { ...given, settled: { approved: false, dataLossConsented: false, ...given.settled, ...settled } };
}

export function withTarget(given: Case, target: Partial<Target>): Case {
  return { ...given, rules: { ...given.rules, target: { ...given.rules.target, ...target } } };
}

function withGuards(given: Case, guards: Partial<Policy['guards']>): Case {
  const { policy } = given.rules;
  return { ...given, rules: { ...given.rules, policy: { ...policy, guards: { ...policy.guards, ...guards } } } };
}

/** Only the windows and freezes that are open now: the others stand. */
function withoutWindow(given: Case): Case {
  const { guards } = given.rules.policy;
  const closed = (one: Partial<Policy['guards']>): boolean =>
    windowAt({ ...guards, maintenance: [], freezes: [], ...one }, given.nowMs) === undefined;
  return withGuards(given, {
    maintenance: guards.maintenance.filter((window) => closed({ maintenance: [window] })),
    freezes: guards.freezes.filter((freeze) => closed({ freezes: [freeze] })),
  });
}
