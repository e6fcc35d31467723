import * as z from 'zod';
import { documentedPolardbEndpoint } from '../../failover/providers/alibaba/endpoints.ts';
import { documentedGaussdbEndpoint } from '../../failover/providers/gaussdb/endpoints.ts';
import { endpoint, flag, oneOf, refusal, secret, text } from './fields.ts';

/** What only one provider's target needs, and what the linter has to know of the provider. One entry a provider. */
export interface ProviderSection {
  readonly provider: string;
  /** Key of its section in a target. */
  readonly section: 'gaussdb' | 'polardb' | 'gdn';
  /** Rule 14: a failover that leaves the region asks for approval by default. */
  readonly crossRegion: boolean;
  /** What the provider's own high availability may take to heal by itself. Milliseconds. */
  readonly ownHaMs: number;
  /** The provider refuses a second failover within this. Milliseconds; 0 when it has no such rule. */
  readonly minCoolDownMs: number;
  /** The id that the provider knows the database by: two targets must not share it. */
  readonly identityKey: string;
  /** The endpoint that the vendor documents for a region, where that is known: the default of a target that names none. */
  documentedEndpoint(region: string): string | undefined;
  /** Key of the region in its section. */
  readonly regionKey: 'region' | 'regionId';
}

const region = text({
  pattern: /^[a-z]{2,4}(?:-[a-z0-9]+){1,4}$/,
  message: 'is not a region',
  remedy: 'Write its id, such as ap-southeast-1 or cn-hangzhou.',
});

function idOf(pattern: RegExp, message: string, remedy: string): z.ZodString {
  return text({ pattern, message, remedy });
}

const clusterId = idOf(/^pc-[a-z0-9]{4,60}$/, 'is not a PolarDB cluster id', 'It begins with pc-, such as pc-bp1abcdefghijk01.');

const optionalEndpoint = z.exactOptional(endpoint).describe('Absent: the documented one of the region. https://host[:port]');

/** Provider contracts §1.1, §1.2. */
export const gaussdb = z.strictObject({
  region,
  endpoint: optionalEndpoint.describe('Of the DR region: a failover is only taken there. Absent: the documented one of the region.'),
  projectId: idOf(/^[A-Za-z0-9]{32}$/, 'is not a project id', "It has 32 letters and digits; take the DR region's project.").describe(
    'Project id of the DR region (each region has its own): 32 letters and digits.',
  ),
  instanceId: idOf(
    /^[A-Za-z0-9]{36}$/,
    'is not an instance id',
    'It has 36 letters and digits and usually ends in in14; take the DR instance.',
  ),
  auth: z.discriminatedUnion(
    'kind',
    [z.strictObject({ kind: z.literal('aksk'), secret }), z.strictObject({ kind: z.literal('token'), secret })],
    { error: refusal('is not a known way to authenticate', 'Write { kind: aksk, secret: … } or { kind: token, secret: … }.') },
  ),
  disasterType: oneOf(['stream']).prefault('stream'),
  supportRestore: flag.prefault(true).describe('Keep the ability to re-establish the DR relation afterwards (engine V2.0-3.200 or later).'),
});

/** Provider contracts §2.1, §2.2. */
export const polardb = z.strictObject({
  regionId: region,
  endpoint: optionalEndpoint,
  clusterId,
  secret,
  targetNodeId: z.exactOptional(
    idOf(/^pi-[a-z0-9]{4,60}$/, 'is not a PolarDB node id', 'It begins with pi-. PostgreSQL and Oracle clusters need one.').describe(
      'The reader to promote; PostgreSQL and Oracle clusters need it.',
    ),
  ),
  preferredZone: z.exactOptional(region),
  rollBackForDisaster: z.exactOptional(flag),
  targetZoneType: z.exactOptional(oneOf(['Primary', 'Standby'])),
});

/** Provider contracts §2.5. */
export const gdn = z.strictObject({
  regionId: region,
  endpoint: optionalEndpoint,
  gdnId: idOf(/^gdn-[a-z0-9]{4,60}$/, 'is not the id of a global database network', 'It begins with gdn-.'),
  clusterId: clusterId.describe('The cluster that is to become the primary.'),
  secret,
  forced: flag.prefault(false).describe('Promote even when the old primary does not answer; data may be lost.'),
});

/** Provider contracts §0.9: UnsupportHighFrequenceSwitchOver within ten minutes. */
const shared = { minCoolDownMs: 600_000, regionKey: 'regionId', documentedEndpoint: documentedPolardbEndpoint } as const;

export const providerSections: readonly ProviderSection[] = [
  {
    provider: 'gaussdb',
    section: 'gaussdb',
    crossRegion: true,
    ownHaMs: 60_000,
    minCoolDownMs: 0,
    identityKey: 'instanceId',
    regionKey: 'region',
    documentedEndpoint: documentedGaussdbEndpoint,
  },
  // Provider contracts §2.2: interruption of 20–30 s.
  { provider: 'polardb', section: 'polardb', crossRegion: false, ownHaMs: 30_000, identityKey: 'clusterId', ...shared },
  { provider: 'polardb-gdn', section: 'gdn', crossRegion: true, ownHaMs: 60_000, identityKey: 'gdnId', ...shared },
];

export function sectionOf(provider: unknown): ProviderSection | undefined {
  return providerSections.find((section) => section.provider === provider);
}
