import { isBoolean, isDisasterType, isKeepRatio } from './body.ts';
import type { Body, Fields } from './body.ts';
import * as checks from './checks.ts';
import type { GaussdbChoices } from './choices.ts';
import type { GaussdbInstance, GaussdbRelation, GaussdbRunning, GaussdbState } from './model.ts';
import { badParameter } from './replies.ts';

/** What an operation on a relation takes, needs and does (§1.2, §1.3). One row each. */
export interface OperationRow {
  readonly fields: Fields;
  readonly required: readonly string[];
  /** From which side it may be called. */
  readonly side: checks.Side;
  readonly promotes: boolean;
  /** @throws {Refusal} */
  readonly check: (state: GaussdbState, relation: GaussdbRelation, instance: GaussdbInstance, body: Body) => void;
  readonly durationMs: (choices: GaussdbChoices) => number;
  readonly end: (relation: GaussdbRelation, running: GaussdbRunning) => void;
  readonly fail?: (relation: GaussdbRelation) => void;
}
const STREAM = { disaster_type: isDisasterType };
const PLAIN = { fields: STREAM, required: ['disaster_type'], promotes: false } as const;

const failover: OperationRow = {
  ...PLAIN,
  fields: { ...STREAM, is_support_restore: isBoolean },
  side: 'disaster',
  promotes: true,
  check: (state, relation, instance, body) => {
    checks.needStatus(state, relation, ['normal', 'dr_log_keep']);
    if (body['is_support_restore'] === true) checks.needVersion(state, instance, checks.RESTORE_SINCE);
    // The majority comes first: an instance with most nodes down is not ACTIVE either, and this is the telling answer.
    checks.needMajority(state, instance);
    checks.needActive(state, instance);
    checks.needRecovering(state, relation);
  },
  durationMs: (choices) => choices.promotionMs,
  end: (relation, running) => {
    relation.promotedId = running.instanceId;
    relation.supportsRestore = running.supportsRestore;
    relation.status = running.supportsRestore ? 'failover' : 'completed';
  },
  fail: (relation) => {
    relation.promoteFailed = true;
  },
};

const switchover: OperationRow = {
  ...PLAIN,
  fields: { ...STREAM, post_process_config: (value) => value === 'AUTO' || value === 'MANUAL' || value === '' },
  side: 'either',
  promotes: true,
  check: (state, relation, instance, body) => {
    checks.needStatus(state, relation, ['normal']);
    if ((body['post_process_config'] ?? '') !== '') checks.needVersion(state, instance, checks.POST_PROCESS_SINCE);
    checks.needReadyForSwitchover(state, relation);
  },
  durationMs: (choices) => choices.switchoverMs,
  end: (relation) => {
    [relation.masterId, relation.disasterId] = [relation.disasterId, relation.masterId];
  },
};

/** The new primary keeps its role; the old one becomes its DR instance. */
const restore: OperationRow = {
  ...PLAIN,
  side: 'promoted',
  check: (state, relation, instance) => {
    checks.needStatus(state, relation, ['failover']);
    checks.needVersion(state, instance, checks.RESTORE_SINCE);
    checks.needActive(state, instance);
  },
  durationMs: (choices) => choices.rebuildMs,
  end: (relation, running) => {
    const oldMaster = relation.masterId;
    Object.assign(relation, {
      masterId: running.instanceId,
      disasterId: oldMaster,
      promotedId: null,
      status: 'normal',
      streaming: 'recovery',
    });
  },
  fail: (relation) => {
    relation.streaming = 'restore_fail';
  },
};

const release: OperationRow = {
  ...PLAIN,
  side: 'master',
  check: (state, relation) => {
    if (relation.status === 'simulation') checks.needStatus(state, relation, []);
  },
  durationMs: (choices) => choices.quickMs,
  end: (relation) => {
    relation.status = 'completed';
  },
};

const simulationStart: OperationRow = {
  ...PLAIN,
  fields: { ...STREAM, xlog_keep_ratio: isKeepRatio },
  side: 'either',
  check: (state, relation, instance) => {
    checks.needStatus(state, relation, ['normal', 'dr_log_keep']);
    checks.needVersion(state, instance, checks.RESTORE_SINCE);
    checks.needRecovering(state, relation);
  },
  durationMs: (choices) => choices.drillMs,
  end: (relation) => {
    relation.status = 'simulation';
  },
};

const simulationStop: OperationRow = {
  ...PLAIN,
  side: 'either',
  check: (state, relation) => {
    if (relation.status !== 'simulation') throw badParameter('no drill is in progress');
    checks.needStatus(state, relation, ['simulation']);
  },
  durationMs: (choices) => choices.drillMs,
  end: (relation) => {
    relation.status = 'normal';
  },
};

const keepLogStart: OperationRow = {
  ...PLAIN,
  fields: { ...STREAM, xlog_keep_ratio: isKeepRatio },
  side: 'master',
  check: (state, relation) => checks.needStatus(state, relation, ['normal']),
  durationMs: (choices) => choices.quickMs,
  end: (relation) => {
    relation.status = 'dr_log_keep';
  },
};

const keepLogStop: OperationRow = {
  ...PLAIN,
  side: 'master',
  check: (_state, relation) => {
    if (relation.status !== 'dr_log_keep') throw badParameter('no logs are being cached');
  },
  durationMs: (choices) => choices.quickMs,
  end: (relation) => {
    relation.status = 'normal';
  },
};

/** Building a relation runs on the same rails; its request is read in `construct.ts`. */
const construct: OperationRow = {
  ...PLAIN,
  side: 'master',
  check: () => undefined,
  durationMs: (choices) => choices.rebuildMs,
  end: (relation) => {
    relation.status = 'normal';
    relation.streaming = 'recovery';
  },
  fail: (relation) => {
    relation.status = 'failed';
  },
};

export const OPERATION_ROWS: Readonly<Record<string, OperationRow>> = {
  failover,
  switchover,
  restore,
  release,
  construct,
  'simulation-start': simulationStart,
  'simulation-stop': simulationStop,
  'keep-log-start': keepLogStart,
  'keep-log-stop': keepLogStop,
};
