import { LIFECYCLE } from '../../lib/failover/lifecycle.ts';
import { FAULT_NAMES } from '../../local/simulators/faults.ts';
import { CONSEQUENCES } from './world.ts';
import { DEEDS, INCIDENT_KINDS } from './script.ts';

const GATES = ['read', 'write', 'send', 'http', 'probe', 'secret'] as const;
const STRIKES = ['crash-before', 'crash-after', 'fail-before', 'fail-after', 'slow'] as const;

/** Everything that has to happen in a large run, or the generator has forgotten something. */
export function expectedCounts(): readonly string[] {
  return [
    ...INCIDENT_KINDS.map((kind) => `incident ${kind}`),
    ...LIFECYCLE.map(({ from, event, to }) => `transition ${from} ${event} ${to}`),
    ...['requested', 'awaiting-approval'].map((state) => `transition none created ${state}`),
    ...STRIKES.flatMap((strike) => GATES.map((gate) => `fault ${strike} ${gate}`)),
    ...FAULT_NAMES.map((fault) => `fault cloud ${fault}`),
    ...['duplicated', 'delayed', 'lost-then-redelivered', 'redriven'].map((what) => `fault queue ${what}`),
    ...['table', 'queues', 'channels'].map((what) => `fault outage of ${what}`),
    'fault clock skewed',
    'fault policy changed',
    ...CONSEQUENCES.map((what) => `met ${what}`),
    'brake tripped',
    'brake released',
    'liveness proved',
    'promotion started',
    ...DEEDS.map((deed) => `act ${deed}`),
  ];
}
