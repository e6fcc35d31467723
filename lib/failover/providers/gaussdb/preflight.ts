import type { Target } from '../../../config/config.ts';
import type { Check } from '../../../decide/verdict.ts';
import type { Observation, Plan, PreflightLimits } from '../../provider.ts';
import { isNewEngine, MINIMUM_VERSION } from './engine-version.ts';
import { OPERATION_ROWS, type OperationRow } from './operations.ts';
import { explainSupportRestore, settingsProblem } from './plan.ts';

/** Everything that one check may look at. */
interface Look {
  readonly target: Target;
  readonly plan: Plan;
  readonly observation: Observation;
  readonly limits: PreflightLimits;
  readonly row: OperationRow;
}
/** `undefined`: the check says nothing about this operation. */
type CheckRule = (look: Look) => Check | undefined;

/** Every condition of the vendor and of rules 5, 10, 11 and 14, each with what was seen and what was wanted. */
export function preflightGaussdb(target: Target, plan: Plan, observation: Observation, limits: PreflightLimits): readonly Check[] {
  const look = { target, plan, observation, limits, row: OPERATION_ROWS[plan.operation] };
  return CHECKS.map((check) => check(look)).filter((check) => check !== undefined);
}

function check(name: string, rule: number, verdict: Check['verdict'] | boolean, seen: { value: string; limit: string }): Check {
  return { name, rule, verdict: typeof verdict === 'string' ? verdict : verdict ? 'pass' : 'fail', ...seen };
}

const detail = ({ observation }: Look, name: string): string =>
  observation.details[name] ??
  (observation.details[`${name}Unread`] === undefined ? 'absent' : `unread: ${observation.details[`${name}Unread`]}`);

const settings: CheckRule = ({ target }) => {
  const problem = settingsProblem(target.gaussdb);
  return check('target-settings', 5, problem === undefined, { value: problem ?? 'complete', limit: 'ids of the documented form' });
};

/** A plan that was approved for one instance is not carried out on another. */
const planned: CheckRule = ({ plan, target, row }) =>
  row.promotes
    ? check('plan-names-this-instance', 14, plan.promotes === target.gaussdb?.instanceId, {
        value: plan.promotes ?? 'none',
        limit: target.gaussdb?.instanceId ?? 'no instance',
      })
    : undefined;

const role: CheckRule = ({ observation, row }) =>
  check('role', 5, observation.standbyRole === row.before.role, { value: observation.standbyRole, limit: row.before.role });

const relation: CheckRule = (look) => {
  const value = detail(look, 'relation');
  return check('relation', 5, look.row.before.relation.includes(value), { value, limit: look.row.before.relation.join(' or ') });
};

const monitor: CheckRule = (look) => {
  const wanted = look.row.before.monitor;
  const value = detail(look, 'monitor');
  return wanted && check('monitor-status', 5, wanted.includes(value), { value, limit: wanted.join(' or ') });
};

/** Transient statuses end by themselves: `wait`, not `fail`. */
const TRANSIENT =
  /^(BUILD|EXPANDING|REBOOTING|UPGRADING|RESTORING|BACKING UP|REDUCING( REPLICATION)?|MODIFYING|SWITCHOVER|MIGRATING|REPAIRING)$/;

const instance: CheckRule = (look) => {
  const value = detail(look, 'instance');
  const verdict = TRANSIENT.test(value) ? 'wait' : value === 'ACTIVE';
  return check('instance-available', 11, verdict, { value, limit: 'ACTIVE' });
};

const nodes: CheckRule = (look) => {
  const [well, all] = /^(\d+) of (\d+)$/.exec(detail(look, 'nodes'))?.slice(1).map(Number) ?? [];
  const majority = well !== undefined && all !== undefined && well * 2 > all;
  return check('standby-nodes-healthy', 11, majority, { value: `${detail(look, 'nodes')} well`, limit: 'a majority' });
};

const quiet: CheckRule = (look) => {
  const { inFlight } = look.observation;
  const known = look.observation.details['tasks'] !== undefined && look.observation.details['relationUnread'] === undefined;
  if (!known) return check('nothing-in-flight', 5, 'fail', { value: `not known: ${detail(look, 'tasks')}`, limit: 'nothing' });
  return check('nothing-in-flight', 5, inFlight.length === 0 ? 'pass' : 'wait', {
    value: inFlight.join(', ') || 'nothing',
    limit: 'nothing',
  });
};

/** Only operations that take the standby as it is can lose what it lags behind. */
const lagKnown: CheckRule = ({ observation, plan }) =>
  plan.operation === 'failover'
    ? check('lag-known', 10, observation.lagMs !== undefined, { value: lagText(observation), limit: 'known' })
    : undefined;

const lag: CheckRule = ({ observation, plan, limits }) => {
  if (plan.operation !== 'failover' || observation.lagMs === undefined) return undefined;
  const within = observation.lagMs <= limits.maxLagMs;
  const verdict = within || limits.dataLossConsented ? 'pass' : 'ask';
  const consent = !within && limits.dataLossConsented ? ', consented to' : '';
  return check('lag-within-limit', 10, verdict, { value: `${lagText(observation)}${consent}`, limit: `${limits.maxLagMs} ms` });
};

/** §1.3: a switchover loses nothing, so the vendor wants both sides close together. */
const SWITCHOVER_RPO = 10;
const SWITCHOVER_RTO = 1;
const close: CheckRule = (look) => {
  if (look.plan.operation !== 'switchover') return undefined;
  const [rpo, rto] = [detail(look, 'rpo'), detail(look, 'rto')];
  const within = Number(rpo) < SWITCHOVER_RPO && Number(rto) < SWITCHOVER_RTO;
  return check('switchover-lag', 10, within, {
    value: `RPO ${rpo} s, RTO ${rto} s`,
    limit: `RPO < ${SWITCHOVER_RPO} s, RTO < ${SWITCHOVER_RTO} s`,
  });
};

const engine: CheckRule = (look) => {
  const version = detail(look, 'completeVersion');
  const needed = look.row.needsNewEngine || look.plan.parameters['is_support_restore'] === true;
  return needed
    ? check('engine-version', 5, isNewEngine(look.observation.details['completeVersion']) === true, {
        value: version,
        limit: `${MINIMUM_VERSION} or later`,
      })
    : undefined;
};

/** Never forbids: it tells people, before the act, what they can do after it. */
const support: CheckRule = ({ target, plan, observation }) =>
  plan.operation === 'failover'
    ? check('support-restore', 16, 'pass', { value: explainSupportRestore(target.gaussdb, plan, observation), limit: 'informs only' })
    : undefined;

const CHECKS: readonly CheckRule[] = [
  settings,
  planned,
  role,
  relation,
  monitor,
  instance,
  nodes,
  quiet,
  lagKnown,
  lag,
  close,
  engine,
  support,
];

function lagText({ lagMs }: Observation): string {
  return lagMs === undefined ? 'unknown' : `${lagMs} ms`;
}
