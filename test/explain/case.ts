import type { Case } from '../../lib/explain/case.ts';
import { emptyHealth } from '../../lib/decide/health.ts';
import { noControls } from '../../lib/decide/state.ts';
import { alertOf, lookOf, rulesOf, T0, type Story } from '../decide/stories/teller.ts';

/** A story of the decision's tests as a case to be explained. */
export function caseOf(story: Pick<Story, 'alerts' | 'at'> & Partial<Story>): Case {
  return {
    rules: rulesOf(story),
    before: emptyHealth,
    alerts: story.alerts.map(alertOf),
    controls: { ...noControls, ...story.controls },
    inFlight: story.inFlight,
    look: lookOf(story),
    settled: story.settled,
    nowMs: T0 + story.at,
  };
}
