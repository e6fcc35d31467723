import type { GaussdbSettings, Target } from '../../lib/config/config.ts';
import { GAUSSDB_IDS } from './gaussdb-wire.ts';

/** A complete GaussDB target; `settings` overrides its own part. */
export function gaussdbTarget(endpoint: string, settings: Partial<GaussdbSettings> = {}): Target {
  return {
    id: 'orders',
    description: 'Orders database',
    provider: 'gaussdb',
    mode: 'act',
    policyName: 'default',
    identities: [{ value: GAUSSDB_IDS.primary }],
    channels: [],
    hooks: { before: [], after: [] },
    gaussdb: {
      region: 'ap-southeast-1',
      endpoint,
      projectId: GAUSSDB_IDS.project,
      instanceId: GAUSSDB_IDS.standby,
      auth: { kind: 'aksk', secret: 'env:GAUSSDB_KEY' },
      disasterType: 'stream',
      supportRestore: true,
      ...settings,
    },
  };
}
