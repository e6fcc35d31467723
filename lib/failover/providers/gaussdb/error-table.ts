/** One documented error of provider contracts §1.8. The docs are generated from this table. */
export interface ErrorRow {
  readonly status: number;
  readonly code: string;
  /** `refused`: never will. `busy`: later, nothing was done. `unknown`: something may have been done. */
  readonly outcome: 'refused' | 'busy' | 'unknown';
  readonly says: string;
  readonly remedy: string;
}

const row = (status: number, code: string, outcome: ErrorRow['outcome'], says: string, remedy: string): ErrorRow => ({
  status,
  code,
  outcome,
  says,
  remedy,
});
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

export const GAUSSDB_ERRORS: readonly ErrorRow[] = [
  row(400, 'DBS.200001', 'refused', WRONG_PARAMETER, CHECK_SETTINGS),
  row(400, 'DBS.200004', 'refused', WRONG_PARAMETER, CHECK_SETTINGS),
  row(
    400,
    'DBS.200006',
    'refused',
    'The request has no content.',
    'Something on the way drops request bodies: check proxies and gateways.',
  ),
  row(400, 'DBS.200024', 'refused', 'The region is not valid.', CHECK_TARGET),
  row(400, 'DBS.200025', 'refused', 'The availability zone is not valid.', CHECK_TARGET),
  row(
    400,
    'DBS.06020105',
    'refused',
    'The instance has no DR relation that allows this.',
    'Look whether the instance was promoted already, or its DR task released.',
  ),
  row(404, 'DBS.200002', 'refused', NO_INSTANCE, CHECK_TARGET),
  row(404, 'DBS.200013', 'refused', NO_INSTANCE, CHECK_TARGET),
  row(403, 'DBS.200010', 'refused', 'The instance id is empty, or not allowed for this account.', CHECK_TARGET),
  row(409, 'DBS.200011', 'busy', 'Another operation runs on the instance, or it is faulty.', WAIT),
  row(409, 'DBS.200019', 'busy', 'Another operation runs on the instance.', WAIT),
  row(409, 'DBS.200047', 'busy', NOT_NOW, WAIT),
  row(409, 'DBS.201014', 'busy', NOT_NOW, WAIT),
  row(409, 'DBS.201015', 'busy', NOT_NOW, WAIT),
  row(409, 'DBS.201202', 'busy', NOT_NOW, WAIT),
  row(409, 'DBS.216011', 'busy', NOT_NOW, WAIT),
  row(409, 'DBS.05000084', 'busy', NOT_NOW, WAIT),
  row(500, 'DBS.108000', 'unknown', SERVER, LOOK),
  row(500, 'DBS.108002', 'unknown', SERVER, LOOK),
  row(500, 'DBS.108005', 'unknown', SERVER, LOOK),
  row(500, 'DBS.200005', 'unknown', SERVER, LOOK),
  row(
    404,
    'APIGW.0101',
    'refused',
    'The gateway knows no such API.',
    "Check the endpoint: the host's name is irregular and cannot be guessed from the region.",
  ),
  row(400, 'APIGW.0201', 'refused', 'The gateway calls the request bad.', CHECK_PROXY),
  row(413, 'APIGW.0201', 'refused', 'The gateway calls the request too large.', CHECK_PROXY),
  row(401, 'APIGW.0301', 'refused', 'The signature or the token is not accepted.', CHECK_KEY),
  row(
    403,
    'APIGW.0302',
    'refused',
    'The account may not do this.',
    "Give the account the right to manage GaussDB disaster recovery in the DR region's project.",
  ),
  row(401, 'APIGW.0303', 'refused', 'The signature is not accepted.', CHECK_KEY),
  row(
    401,
    'APIGW.0307',
    'refused',
    'The token has expired, or belongs to another region.',
    'Get a new token from the DR region; an access key needs none.',
  ),
  row(
    429,
    'APIGW.0308',
    'busy',
    'Too many calls: the gateway throttles.',
    'Nothing to do: it is tried again. If it stays, ask the vendor for a higher limit.',
  ),
];

/** The table for people, as Markdown. Pure; `scripts/generate.ts` writes it to `docs/generated/gaussdb-errors.md`. */
export function renderErrorTable(rows: readonly ErrorRow[]): string {
  const cells = rows.map((one) => `| ${one.status} | \`${one.code}\` | ${one.outcome} | ${one.says} | ${one.remedy} |`);
  return ['| HTTP | code | outcome | what it says | what to do |', '| ---: | --- | --- | --- | --- |', ...cells, ''].join('\n');
}
