import { row, type ErrorRow } from '../error-table.ts';

const AGAIN = 'It is tried again by itself, after the state has been read again.';
const LOOKED_AT = 'The state of the target is looked at before anything else is done.';
const HOSTS = 'Check the endpoint of the target: hosts differ between regions (§2.1).';

/** Codes of the gateway before every API of this vendor (provider contracts §2.7; the sources are its sections). */
export const GATEWAY_ERRORS: readonly ErrorRow[] = [
  row(
    [400],
    'Missing*',
    'refused',
    [
      'A required parameter is missing.',
      'Compare the target in the configuration with the API page; PostgreSQL and Oracle clusters need a target node.',
    ],
    '§2.7',
  ),
  row(
    [400],
    'InvalidTimeStamp.Format',
    'refused',
    ['The date of the request was not understood.', 'This is a fault of Understudy: report it with the request id.'],
    '§2.7',
  ),
  row(
    [400],
    'InvalidTimeStamp.Expired',
    'refused',
    [
      'The date of the request is more than 15 minutes away from the provider’s clock.',
      'Set the clock of the controller right; no request can be signed until then.',
    ],
    '§2.7',
  ),
  row(
    [400],
    'SignatureNonceUsed',
    'unknown',
    [
      'The provider has seen this very request before: something on the way has sent it twice, and the first copy may have been acted upon.',
      `${LOOKED_AT} Look for a proxy that repeats requests.`,
    ],
    '§2.7; every request has a nonce of its own',
  ),
  row(
    [400, 403],
    'SignatureDoesNotMatch',
    'refused',
    [
      'The signature is wrong, so the secret of the access key is most likely wrong.',
      'Store the credential again as id:secret[:token], without spaces.',
    ],
    '§2.7',
  ),
  row(
    [400, 404],
    'InvalidAccessKeyId.NotFound',
    'refused',
    ['The access key does not exist.', 'Store a credential of a RAM user that exists.'],
    '§2.7',
  ),
  row(
    [400],
    'InvalidAccessKeyId.Inactive',
    'refused',
    ['The access key is disabled.', 'Enable the access key in the RAM console or store another one.'],
    '§2.7',
  ),
  row(
    [400],
    'InvalidSecurityToken.*',
    'refused',
    [
      'The security token of the temporary credential has expired or does not belong to the access key.',
      'Store a fresh temporary credential as id:secret:token, or better a permanent one: nobody renews a token at night.',
    ],
    'the vendor’s client libraries; not on the PolarDB pages',
  ),
  row([404], 'InvalidApi.NotFound', 'refused', ['The endpoint does not know this operation.', HOSTS], '§2.7'),
  row([403], 'InvalidAction', 'refused', ['The endpoint does not offer this operation.', HOSTS], '§2.7'),
  row(
    [403],
    'Forbidden.RAM',
    'refused',
    [
      'The credential has no permission for this operation.',
      'Grant polardb:FailoverDBCluster, polardb:SwitchOverGlobalDatabaseNetwork and polardb:Describe* on the target to the RAM user.',
    ],
    '§2.2, §2.7',
  ),
  // HTTP 400, not 429. The last one is what the vendor's own SDK looks for: the word alone.
  ...['Throttling', 'Throttling.User', 'Throttling.Api', '*Throttling*'].map((code) => ({
    ...row([400], code, 'busy', ['Too many requests.', `${AGAIN} If it stays, raise the quota in the Quota Center.`], '§2.7'),
    retryAfterMs: 5000,
  })),
  row(
    [500],
    'InternalError',
    'unknown',
    ['The provider failed on its side; the request may have been acted upon.', LOOKED_AT],
    '§2.6, §2.7',
  ),
  row(
    [503],
    'ServiceUnavailable',
    'unknown',
    ['The provider is not available; the request may have been acted upon.', LOOKED_AT],
    '§2.6, §2.7',
  ),
  row(
    [400],
    'IdempotentParameterMismatch',
    'unknown',
    [
      'The provider knows this token with other parameters: an earlier request of this failover has arrived.',
      `${LOOKED_AT} Parameters never change within a failover: report this.`,
    ],
    '§2.6 (ECS, VPC)',
  ),
  row(
    [400, 403, 409],
    'LastTokenProcessing',
    'unknown',
    ['An earlier request with this token is still being processed.', 'It is followed by the state of the target.'],
    '§2.6 (VPC)',
  ),
];

/** Codes of every PolarDB operation (provider contracts §2.2, "product-wide"). */
export const PRODUCT_ERRORS: readonly ErrorRow[] = [
  {
    ...row(
      [403],
      'OperationDenied.DBClusterStatus',
      'busy',
      ['The cluster is in a state that does not allow the operation now.', AGAIN],
      '§2.2',
    ),
    retryAfterMs: 30_000,
  },
  {
    ...row([400, 403, 409], 'TaskExists', 'busy', ['Another task of the cluster is running.', AGAIN], '§2.2'),
    retryAfterMs: 60_000,
  },
  row(
    [400],
    'OperationDenied.LockMode',
    'refused',
    ['The cluster is locked.', 'Unlock the cluster in the console; an expired subscription locks it too.'],
    '§2.2',
  ),
  row(
    [400],
    'QuotaExceeded.SwitchTime',
    'refused',
    ['The cluster has been switched as often as its quota allows.', 'Ask the provider’s support; find out why it was switched so often.'],
    '§2.2',
  ),
  row(
    [404],
    'InvalidDBCluster.NotFound',
    'refused',
    ['The cluster does not exist at this endpoint.', 'Check the cluster’s id, the endpoint’s region and the account of the credential.'],
    '§2.2, §2.5',
  ),
];
