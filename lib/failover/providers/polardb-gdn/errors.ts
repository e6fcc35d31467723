import { GATEWAY_ERRORS, PRODUCT_ERRORS } from '../alibaba/errors.ts';
import { row, type ErrorRow } from '../error-table.ts';

const SWITCH_ERRORS: readonly ErrorRow[] = [
  row(
    [404],
    'InvalidDBClusterId.NotFound',
    'refused',
    [
      'The cluster is not a member of the global database network.',
      'Check clusterId and gdnId in the configuration, and the region of the endpoint.',
    ],
    '§2.5',
  ),
];

/** Everything that SwitchOverGlobalDatabaseNetwork is documented to answer instead of a yes (provider contracts §2.5, §2.7). */
export const GDN_ERRORS: readonly ErrorRow[] = [...SWITCH_ERRORS, ...PRODUCT_ERRORS, ...GATEWAY_ERRORS];
