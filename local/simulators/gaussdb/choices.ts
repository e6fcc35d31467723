import { answer, choice } from '../choices.ts';
import type { ChoicesOf } from '../choices.ts';

/** A job's name is not documented for the DR operations; these are made up in the style of the known ones. */
const JOB_NAMES: Readonly<Record<string, string>> = {
  failover: 'DisasterRecoveryFailover',
  switchover: 'DisasterRecoverySwitchover',
  restore: 'DisasterRecoveryRestore',
  release: 'DisasterRecoveryRelease',
  construct: 'DisasterRecoveryConstruct',
  'simulation-start': 'DisasterRecoverySimulationStart',
  'simulation-stop': 'DisasterRecoverySimulationStop',
  'keep-log-start': 'DisasterRecoveryKeepLogStart',
  'keep-log-stop': 'DisasterRecoveryKeepLogStop',
};

/** Everything about GaussDB that provider contracts §1 leaves open. The rest of the simulator is contract. */
export const GAUSSDB_CHOICES = {
  successStatus: choice(202, 'Status of an accepted POST; any 2xx would do (§1.2, exact code unknown).'),
  unknownInstance: choice(
    answer(404, 'DBS.200002', 'The instance does not exist.'),
    'No such instance in this region and project (§1.10).',
  ),
  wrongRegion: choice(answer(404, 'DBS.200002', 'The instance does not exist.'), "Sent to another region's endpoint or project (§1.10)."),
  noRelation: choice(
    answer(400, 'DBS.06020105', 'The instance has no such disaster recovery relationship.'),
    'No relation, or the wrong role for the operation (§1.10).',
  ),
  alreadyPromoted: choice(
    answer(400, 'DBS.06020105', 'The instance has been promoted to primary.'),
    'A second failover after the first has finished (§1.10).',
  ),
  busy: choice(
    answer(409, 'DBS.200019', 'Another operation is being performed on the instance. Try again later.'),
    'An operation is running on the instance (§1.10).',
  ),
  notActive: choice(
    answer(409, 'DBS.200047', 'The instance status does not allow this operation.'),
    'The instance is not ACTIVE (§1.8 names the code, not the case).',
  ),
  majorityFaulty: choice(
    answer(409, 'DBS.200011', 'Most nodes of the instance are faulty.'),
    'A majority of DR nodes is faulty (§1.2 says it cannot be promoted, not how it answers).',
  ),
  notRecovering: choice(
    answer(409, 'DBS.201014', 'The DR instance is not in incremental restoration.'),
    'Monitor status is not `recovery` (§1.2 precondition, answer unknown).',
  ),
  notHealthyForSwitchover: choice(
    answer(409, 'DBS.201015', 'RPO or RTO exceeds the limit of a switchover.'),
    'Switchover with RPO ≥ 10 s, RTO ≥ 1 s or a faulty node (§1.3, answer unknown).',
  ),
  inDrill: choice(
    answer(409, 'DBS.201202', 'A disaster recovery drill is in progress.'),
    'Failover, switchover or release during a drill (§1.3 for release; else unknown).',
  ),
  keepingLog: choice(answer(409, 'DBS.216011', 'Logs are being cached.'), 'Switchover while logs are cached (§1.3, answer unknown).'),
  versionTooOld: choice(
    answer(400, 'DBS.200001', 'The engine version does not support this parameter.'),
    'is_support_restore, restore or a drill below V2.0-3.200 (§1.2, answer unknown).',
  ),
  restoreNotSupported: choice(
    answer(400, 'DBS.06020105', 'The relationship cannot be re-established.'),
    'Restore after a failover without is_support_restore (§1.3, answer unknown).',
  ),
  unknownJob: choice(
    answer(404, 'DBS.200002', 'The job does not exist.'),
    'A job that does not exist or is not visible yet (§1.7, answer unknown).',
  ),
  projectDenied: choice(
    answer(403, 'APIGW.0302', 'The IAM user is not authorized to access the API.'),
    'Good credentials without a right to the project (§1.8, status from memory).',
  ),
  requireSignedHost: choice(true, 'The signed set must hold host; only X-Sdk-Date is documented (§1.9).'),
  requireSignedSecurityToken: choice(true, 'A security token must be signed; the SDK does (§1.9).'),
  unknownBodyFields: choice<'refuse' | 'ignore'>(
    'refuse',
    'A body field that the API does not have: DBS.200001, or ignored (§1.2 silent).',
  ),
  contentType: choice<'require-json' | 'ignore'>(
    'require-json',
    'A body whose Content-Type is not application/json: APIGW.0201, or taken (§1.1 silent).',
  ),
  projectHeader: choice<'must-match' | 'ignore'>('must-match', 'X-Project-Id other than the path: APIGW.0302, or ignored (§1.9 silent).'),
  roleAfterPromotion: choice<'master' | 'disaster'>('master', 'disaster_role of the promoted instance (§1.4 silent).'),
  completedRelations: choice<'list' | 'hide'>('list', 'Whether a dissolved relation stays in the list (§1.4 has a status for it).'),
  standbyTakesConnections: choice(false, 'Whether the DR instance answers on its database port before the promotion (not in §1).'),
  monitorInDrill: choice('normal', 'Monitor status of both sides during a drill (§1.5 has no word for it).'),
  monitorOfMaster: choice('archive', 'Monitor status of the healthy primary side (§1.5 lists the words, not which is the healthy one).'),
  rpoInOutage: choice<'stands' | 'grows'>('stands', 'Whether rpo grows while the primary is dead (§1.5 silent).'),
  jobNames: choice(JOB_NAMES, 'Names of the DR jobs (§1.7, unknown).'),
  recordStatus: choice({ started: 'running', finished: 'success', failed: 'failed' }, 'Status values of DR records (§1.6, unknown).'),
  jobVisibleAfterMs: choice(0, 'A new job is 404 for this long (§1.7: some seconds in a sister product).'),
  recordsVisibleAfterMs: choice(0, 'A new DR record is missing from the list for this long (§1.6 silent).'),
  promotionMs: choice(120_000, 'Duration of a failover (§1.2: not documented).'),
  switchoverMs: choice(60_000, 'Duration of a switchover (§1.3 silent).'),
  rebuildMs: choice(180_000, 'Duration of restore and construct (§1.3 silent).'),
  drillMs: choice(30_000, 'Duration of starting or stopping a drill (§1.3 silent).'),
  quickMs: choice(5_000, 'Duration of release and of starting or stopping the log cache (§1.3 silent).'),
} as const;

export type GaussdbChoices = ChoicesOf<typeof GAUSSDB_CHOICES>;
