/**
 * Why a verdict came out as it did: a closed list, one sentence each. The code goes to the record, the log, the notice and the metric;
 * the sentence is what people read.
 */
export const REASONS = {
  'criterion-met': 'A criterion is met and no guard forbids acting.',
  'no-matching-alert': 'No firing alert matches a criterion.',
  'alerts-too-old': 'The matching alerts are older than the age limit by their own time; they are recorded, never acted on.',
  'alerts-spent': 'The matching alerts began before the end of an earlier failover; a new signal is needed.',
  'quorum-short': 'Too few alerts, or too few distinct observers, agree within the window.',
  dwelling: 'The criterion is met, but not yet for long enough.',
  'world-unread': 'The criterion is met; the provider and the probe have to be read before acting.',
  contradicted: 'Our own probe reaches the database: observers contradict each other.',
  'probe-unsure': 'Our own probe could not tell, and it is needed as an observer.',
  paused: 'Automation is paused for this target.',
  frozen: 'A change freeze forbids acting.',
  maintenance: 'A maintenance window is open.',
  'began-in-window': 'The alerts began in a pause, freeze or maintenance window; after it a fresh signal is needed.',
  blocked: 'An earlier failover failed, got stuck or is unknown, and nobody has acknowledged it yet.',
  'cool-down': 'The last failover was too short a time ago.',
  'daily-limit': 'The limit of failovers a day is reached.',
  'in-flight': 'A failover of this target is already in flight.',
  'fleet-brake': 'The fleet brake is on: all automation stands until a person releases it.',
  'fleet-brake-trips': 'Too many failovers or too many targets alarming: the fleet brake goes on.',
  'provider-grace': "The provider's own high availability still has its grace time.",
  'provider-unread': 'The provider could not be read, so its state is not known.',
  'provider-busy': 'The provider is carrying out another operation on the target.',
  'standby-not-standby': 'The side to be promoted is not a standby.',
  'relation-broken': 'The replication relation is not healthy.',
  'standby-unhealthy': 'The standby is not healthy, or its health could not be read.',
  'lag-unknown': 'The replication lag could not be read.',
  'lag-over-limit': 'The replication lag is over the limit: data would be lost.',
  'approval-needed': 'The policy wants a person to approve.',
  'data-loss-consent-needed': 'The lag is over the limit: a person must consent to losing data.',
  'no-plan': 'The provider cannot make a plan for this operation now.',
  'shadow-mode': 'The target is in shadow mode: it would have acted.',
  'state-unreadable': 'The recorded state of the target could not be understood; a person has to look.',
} as const;
export type ReasonCode = keyof typeof REASONS;
