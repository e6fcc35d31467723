import { GATEWAY_ERRORS, PRODUCT_ERRORS } from '../alibaba/errors.ts';
import type { ErrorRow } from '../error-table.ts';

const SWITCH_ERRORS: readonly ErrorRow[] = [
  {
    statuses: [404],
    code: 'InvalidDBClusterId.NotFound',
    outcome: 'refused',
    sentence: 'The cluster is not a member of the global database network.',
    remedy: 'Check clusterId and gdnId in the configuration, and the region of the endpoint.',
    source: 'SwitchOverGlobalDatabaseNetwork, error codes',
  },
];

/** Everything that SwitchOverGlobalDatabaseNetwork is documented to answer instead of a yes (provider contracts §2.5, §2.7). */
export const GDN_ERRORS: readonly ErrorRow[] = [...SWITCH_ERRORS, ...PRODUCT_ERRORS, ...GATEWAY_ERRORS];
