import type { GaussdbSettings, Target } from '../../../config/config.ts';
import type { Observation, Operation, Plan } from '../../provider.ts';
import { isNewEngine, MINIMUM_VERSION } from './engine-version.ts';
import { OPERATION_ROWS } from './operations.ts';

const PROJECT_ID = /^[0-9a-zA-Z]{32}$/;
const INSTANCE_ID = /^[0-9a-zA-Z]{36}$/;

/** What will be asked, or why it cannot be. `is_support_restore` is only sent when the engine is known to understand it. */
export function planGaussdb(target: Target, operation: Operation, observation: Observation): Plan | { readonly impossible: string } {
  const settings = target.gaussdb;
  if (settings === undefined) return { impossible: NO_SETTINGS };
  const wrong = wrongId(settings);
  if (wrong !== undefined) return { impossible: wrong };
  const { instanceId } = settings;
  const support: Record<string, boolean> =
    operation === 'failover' && sendsSupportRestore(settings, observation) ? { is_support_restore: true } : {};
  return {
    operation,
    // The order of the vendor's own example; the body is these parameters and nothing else.
    parameters: { ...support, disaster_type: settings.disasterType },
    ...(observation.writer === undefined ? {} : { writerBefore: observation.writer }),
    ...(OPERATION_ROWS[operation].promotes ? { promotes: instanceId } : {}),
  };
}

const NO_SETTINGS = 'the target has no gaussdb settings';

export function settingsProblem(settings: GaussdbSettings | undefined): string | undefined {
  return settings === undefined ? NO_SETTINGS : wrongId(settings);
}

/** Ids go into a path: another shape could name another resource. */
function wrongId({ projectId, instanceId }: GaussdbSettings): string | undefined {
  if (!PROJECT_ID.test(projectId)) return 'projectId is not 32 letters and digits';
  return INSTANCE_ID.test(instanceId) ? undefined : 'instanceId is not 36 letters and digits';
}

function sendsSupportRestore(settings: GaussdbSettings, observation: Observation): boolean {
  return settings.supportRestore && isNewEngine(observation.details['completeVersion']) === true;
}

/** For people: what becomes of the relation after the failover, and why. */
export function explainSupportRestore(settings: GaussdbSettings | undefined, plan: Plan, observation: Observation): string {
  if (plan.parameters['is_support_restore'] === true) return 'sent: the relation can be re-established afterwards';
  if (settings?.supportRestore !== true) return 'not wanted: the relation is dissolved';
  const version = observation.details['completeVersion'];
  return version === undefined
    ? 'wanted, not sent: the engine version could not be read; the relation is dissolved'
    : `wanted, not sent: ${version} is not ${MINIMUM_VERSION} or later; the relation is dissolved`;
}
