import { describe, expect, test } from 'vitest';
import {
  alive,
  askDba,
  bothSee,
  ends,
  fires,
  HOUR,
  MINUTE,
  oneAndProbe,
  SECOND,
  T0,
  tell,
  twoObservers,
  unreached,
  verdictOf,
} from './teller.ts';

const at = MINUTE;

describe('GitHub, 21 October 2018: 43 seconds without a network, in planned work, and another region was promoted for a day', () => {
  const partition = [...bothSee, fires('us-1', SECOND), ends('eu-1', 43 * SECOND), ends('eu-2', 43 * SECOND), ends('us-1', 44 * SECOND)];
  tell([
    {
      rule: 2,
      says: 'after 42 seconds it waits',
      alerts: partition.slice(0, 3),
      at: 42 * SECOND,
      gives: ['wait', 'dwelling'],
      lookAgain: MINUTE,
    },
    {
      rule: 2,
      says: 'after the 43 seconds there is nothing left to wait for',
      alerts: partition,
      at,
      gives: ['clear', 'no-matching-alert'],
    },
    {
      rule: 13,
      says: 'the planned work would have held it, had it lasted longer',
      alerts: bothSee,
      at: 5 * MINUTE,
      guards: { maintenance: [{ name: 'network', cron: '0 12 * * *', durationMs: HOUR, zone: 'UTC' }] },
      gives: ['hold', 'maintenance'],
    },
    {
      rule: 14,
      says: 'another region is promoted by a person, not by a timer',
      alerts: bothSee,
      at,
      guards: { approval: askDba },
      gives: ['ask', 'approval-needed'],
    },
  ]);
  test('rule 2: at no second of it would anything have happened', () => {
    for (let second = 0; second <= 300; second += 1) {
      const told = partition.filter((one) => one.at <= second * SECOND);
      expect(verdictOf({ alerts: told, at: second * SECOND }).kind).toMatch(/wait|clear/);
    }
  });
});

describe('GitHub, September 2012: a migration made it slow, and it failed over to a cold replica, and back', () => {
  const slow = ['eu-1', 'eu-2', 'us-1'].map((observer) => fires(observer, 0, { class: 'overload', name: 'DatabaseSlow' }));
  tell([
    {
      rule: 4,
      says: 'slow for an hour is not dead',
      alerts: slow,
      criteria: [{ ...twoObservers, maxAgeMs: 2 * HOUR }],
      at: HOUR,
      gives: ['clear', 'no-matching-alert'],
    },
    {
      rule: 4,
      says: 'many that say slow do not make one that says dead two',
      alerts: [...slow, fires('eu-1', 0)],
      at,
      gives: ['clear', 'quorum-short'],
    },
    {
      rule: 9,
      says: 'one attempt, then a person: what failed is not failed away from',
      alerts: bothSee,
      at,
      controls: { block: { failoverId: 'f1', why: 'failed: the new primary is slow, too', sinceMs: T0 - MINUTE } },
      gives: ['hold', 'blocked'],
    },
    {
      rule: 8,
      says: 'nor back: the cool-down stands after a good one as well',
      alerts: bothSee,
      at,
      controls: { coolDownUntilMs: T0 + HOUR, spentUntilMs: T0 - MINUTE },
      gives: ['hold', 'cool-down'],
    },
    {
      rule: 18,
      says: 'ask what an operator would say: in shadow mode the verdict is told and nothing is done',
      alerts: bothSee,
      at,
      target: { mode: 'shadow' },
      gives: ['hold', 'shadow-mode'],
    },
  ]);
});

describe('Cloudflare, 2 November 2020: a switch that half failed, and observers that contradicted each other', () => {
  tell([
    {
      rule: 1,
      says: 'what only those behind the switch see is short of a quorum',
      alerts: [fires('eu-1', 0), fires('eu-1', 0, { fingerprint: 'replica', class: 'replication' })],
      at: 5 * MINUTE,
      gives: ['clear', 'quorum-short'],
    },
    {
      rule: 1,
      says: 'observers and our probe contradict each other: hold',
      alerts: bothSee,
      at,
      probe: alive,
      gives: ['hold', 'contradicted'],
    },
    {
      rule: 12,
      says: 'and when it looks like many databases at once, it is one event, for people',
      alerts: bothSee,
      at,
      fleet: { alarmingTargets: 9, targets: 10 },
      gives: ['hold', 'fleet-brake-trips'],
    },
  ]);
});

describe('AWS EBS, April 2011: a network came back, and everything healed itself at once', () => {
  tell([
    {
      rule: 12,
      says: 'all of the fleet alarming is one event',
      alerts: bothSee,
      at,
      fleet: { alarmingTargets: 10, targets: 10 },
      gives: ['hold', 'fleet-brake-trips'],
    },
    {
      rule: 12,
      says: 'and once the brake is on it stays on',
      alerts: bothSee,
      at,
      fleet: { brakeOn: true, alarmingTargets: 1 },
      gives: ['hold', 'fleet-brake'],
    },
  ]);
});

describe('Azure: an hour by default, because verifying the scale of an outage depends on people', () => {
  tell([
    {
      rule: 10,
      says: 'a failover that loses data is worth asking for',
      alerts: bothSee,
      at,
      world: { lagMs: 5 * MINUTE },
      gives: ['ask', 'data-loss-consent-needed'],
    },
  ]);
});

describe('Patroni, repmgr #821: a standby that was cut off promoted itself, though the witness saw the primary', () => {
  tell([
    {
      rule: 1,
      says: 'any fresh sight of the living primary vetoes, whatever the rest says',
      alerts: [...bothSee, fires('us-1', 0), fires('standby', 0)],
      criteria: [oneAndProbe, twoObservers],
      at: 10 * MINUTE,
      probe: alive,
      gives: ['hold', 'contradicted'],
    },
    {
      rule: 1,
      says: 'the view of the standby alone is no view',
      alerts: [fires('standby', 0, { class: 'replication' })],
      criteria: [{ ...twoObservers, classes: [] }],
      at: 10 * MINUTE,
      gives: ['clear', 'quorum-short'],
    },
    {
      rule: 1,
      says: 'with the witness on its side it is one',
      alerts: [fires('standby', 0, { class: 'replication' })],
      criteria: [{ ...oneAndProbe, classes: [] }],
      at: 10 * MINUTE,
      probe: unreached,
      gives: ['failover', 'criterion-met'],
    },
  ]);
});

describe('CloudNativePG #8701: a replica that lagged behind its peers was promoted', () => {
  tell([
    {
      rule: 10,
      says: 'a lag over the limit is not overlooked because the replica is healthy',
      alerts: bothSee,
      at,
      world: { lagMs: 11 * SECOND, standbyHealthy: true },
      guards: { overLag: 'hold' },
      gives: ['hold', 'lag-over-limit'],
    },
    {
      rule: 10,
      says: 'a lag that nobody can tell is refused',
      alerts: bothSee,
      at,
      world: { lagMs: undefined },
      gives: ['hold', 'lag-unknown'],
    },
    {
      rule: 11,
      says: 'a replica that does not replicate is no candidate',
      alerts: bothSee,
      at,
      world: { relation: 'broken' },
      gives: ['hold', 'relation-broken'],
    },
  ]);
});

describe('Alertmanager #4008, Grafana #68162: firing again after resolved, resolves lost on restart', () => {
  tell([
    {
      rule: 2,
      says: 'what fires again with its old start after it was resolved is the old episode',
      alerts: [
        ...bothSee,
        ends('eu-1', 20 * SECOND),
        ends('eu-2', 20 * SECOND),
        fires('eu-1', 40 * SECOND, { began: 0 }),
        fires('eu-2', 40 * SECOND, { began: 0 }),
      ],
      at: 2 * MINUTE,
      gives: ['clear', 'no-matching-alert'],
    },
    {
      rule: 3,
      says: 'a resolve that was lost leaves an alert that grows too old by itself',
      alerts: bothSee,
      at: 16 * MINUTE,
      gives: ['clear', 'alerts-too-old'],
    },
    {
      rule: 5,
      says: 'alerts are hints: the database itself is looked at before anything is done',
      alerts: bothSee,
      at,
      world: 'none',
      gives: ['wait', 'world-unread'],
    },
  ]);
});

describe('Keep #5257: after a maintenance window the workflows ran for alerts that were still open', () => {
  tell([
    {
      rule: 13,
      says: 'after a window it takes a fresh signal',
      alerts: bothSee,
      at: 10 * MINUTE,
      guards: { maintenance: [{ name: 'work', cron: '0 12 * * *', durationMs: 5 * MINUTE, zone: 'UTC' }] },
      gives: ['hold', 'began-in-window'],
    },
  ]);
});

describe('orchestrator #364, #1219: a blip of twenty seconds, and the wish to wait it out', () => {
  tell([
    {
      rule: 2,
      says: 'a target that heals within the grace is left alone',
      alerts: [...bothSee, ends('eu-1', 20 * SECOND), ends('eu-2', 20 * SECOND)],
      at: 20 * SECOND,
      gives: ['clear', 'no-matching-alert'],
    },
  ]);
});
