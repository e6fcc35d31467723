import { row, type ErrorRow } from '../error-table.ts';

/** Where a row comes from (provider contracts §1.8). */
const SERVICE = '§1.8, the service page on errors';
const FAMILY = '§1.8, sister services of the same code family';
const TERRAFORM = "§1.8, the vendor's Terraform provider";
const GATEWAY = '§1.8, the gateway page on errors';

/** Terraform looks again after this long when an instance is busy (§1.2). */
const BUSY_RETRY_MS = 10_000;
const THROTTLED_RETRY_MS = 5000;

const NOT_NOW = "The instance's status does not allow it now.";
const WRONG_PARAMETER = 'A parameter is wrong.';
const NO_INSTANCE = 'The instance does not exist.';
const SERVER = 'The service failed.';
const CHECK_TARGET = 'Compare region, endpoint, projectId and instanceId of the target: all four belong to the DR side.';
const CHECK_KEY = "Check the access key (or token) behind the target's secret, and that this host's clock is right to 15 minutes.";
const CHECK_SETTINGS = "Check the target's settings; supportRestore needs engine V2.0-3.200 or later.";
const CHECK_PROXY = 'Something on the way changes requests: check proxies and gateways.';
const WAIT = "Nothing to do: it is tried again while the failover's time lasts. If it stays, look at the instance in the console.";
const LOOK = "Look at the DR relation and the instance's tasks in the console before anything is repeated by hand.";

function busy(code: string, sentence: string, source: string): ErrorRow {
  return { ...row([409], code, 'busy', [sentence, WAIT], source), retryAfterMs: BUSY_RETRY_MS };
}

/** Every documented code, under the gateway's spelling `APIGW.`. */
export const GAUSSDB_ERRORS: readonly ErrorRow[] = [
  row([400], 'DBS.200001', 'refused', [WRONG_PARAMETER, CHECK_SETTINGS], SERVICE),
  row([400], 'DBS.200004', 'refused', [WRONG_PARAMETER, CHECK_SETTINGS], SERVICE),
  row(
    [400],
    'DBS.200006',
    'refused',
    ['The request has no content.', 'Something on the way drops request bodies: check proxies and gateways.'],
    SERVICE,
  ),
  row([400], 'DBS.200024', 'refused', ['The region is not valid.', CHECK_TARGET], SERVICE),
  row([400], 'DBS.200025', 'refused', ['The availability zone is not valid.', CHECK_TARGET], SERVICE),
  row(
    [400],
    'DBS.06020105',
    'refused',
    ['The instance has no DR relation that allows this.', 'Look whether the instance was promoted already, or its DR task released.'],
    TERRAFORM,
  ),
  row([404], 'DBS.200002', 'refused', [NO_INSTANCE, CHECK_TARGET], FAMILY),
  row([404], 'DBS.200013', 'refused', [NO_INSTANCE, CHECK_TARGET], FAMILY),
  row([403], 'DBS.200010', 'refused', ['The instance id is empty, or not allowed for this account.', CHECK_TARGET], FAMILY),
  busy('DBS.200011', 'Another operation runs on the instance, or it is faulty.', FAMILY),
  busy('DBS.200019', 'Another operation runs on the instance.', FAMILY),
  busy('DBS.200047', NOT_NOW, FAMILY),
  busy('DBS.201014', NOT_NOW, TERRAFORM),
  busy('DBS.201015', NOT_NOW, TERRAFORM),
  busy('DBS.201202', NOT_NOW, TERRAFORM),
  busy('DBS.216011', NOT_NOW, TERRAFORM),
  busy('DBS.05000084', NOT_NOW, TERRAFORM),
  row([500], 'DBS.108000', 'unknown', [SERVER, LOOK], FAMILY),
  row([500], 'DBS.108002', 'unknown', [SERVER, LOOK], FAMILY),
  row([500], 'DBS.108005', 'unknown', [SERVER, LOOK], FAMILY),
  row([500], 'DBS.200005', 'unknown', [SERVER, LOOK], FAMILY),
  row(
    [404],
    'APIGW.0101',
    'refused',
    ['The gateway knows no such API.', "Check the endpoint: the host's name is irregular and cannot be guessed from the region."],
    GATEWAY,
  ),
  row([400, 413], 'APIGW.0201', 'refused', ['The gateway calls the request bad.', CHECK_PROXY], GATEWAY),
  row([401], 'APIGW.0301', 'refused', ['The signature or the token is not accepted.', CHECK_KEY], GATEWAY),
  row(
    [403],
    'APIGW.0302',
    'refused',
    ['The account may not do this.', "Give the account the right to manage GaussDB disaster recovery in the DR region's project."],
    GATEWAY,
  ),
  row([401], 'APIGW.0303', 'refused', ['The signature is not accepted.', CHECK_KEY], GATEWAY),
  row(
    [401],
    'APIGW.0307',
    'refused',
    ['The token has expired, or belongs to another region.', 'Get a new token from the DR region; an access key needs none.'],
    GATEWAY,
  ),
  {
    ...row(
      [429],
      'APIGW.0308',
      'busy',
      ['Too many calls: the gateway throttles.', 'Nothing to do: it is tried again. If it stays, ask the vendor for a higher limit.'],
      GATEWAY,
    ),
    retryAfterMs: THROTTLED_RETRY_MS,
  },
];
