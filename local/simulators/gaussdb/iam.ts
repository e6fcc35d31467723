import { sha256Hex } from '../encoding.ts';
import type { Context, Handled } from '../vendor.ts';
import { readBody } from './body.ts';
import type { GaussdbState, IamUser } from './model.ts';
import { Refusal } from '../refusal.ts';
import { jsonResponse } from './replies.ts';

/** §1.9 B: a token is valid for 24 hours. */
const TOKEN_LIFE_MS = 24 * 3_600_000;

type Path = readonly string[];
function textAt(value: unknown, path: Path): string {
  let found = value;
  for (const key of path) found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[key] : undefined;
  return typeof found === 'string' ? found : '';
}

/** IAM's `POST /v3/auth/tokens` with the password method: the token comes in the response header X-Subject-Token. */
export function issueToken(state: GaussdbState, context: Context): Handled {
  const { auth } = readBody(state, context.request, { auth: (value) => typeof value === 'object' && value !== null }, ['auth']);
  const user = ['identity', 'password', 'user'];
  const given = {
    name: textAt(auth, [...user, 'name']),
    password: textAt(auth, [...user, 'password']),
    domain: textAt(auth, [...user, 'domain', 'name']),
  };
  const known = state.users.find((one) => one.name === given.name && one.password === given.password && one.domain === given.domain);
  if (!known) throw new Refusal({ status: 401, code: 'APIGW.0301', message: 'The username or password is wrong.' }, false);
  const projectId = projectOf(state, known, {
    id: textAt(auth, ['scope', 'project', 'id']),
    name: textAt(auth, ['scope', 'project', 'name']),
  });
  return issued(state, projectId, context);
}

function projectOf(state: GaussdbState, user: IamUser, scope: { id: string; name: string }): string {
  const allowed = Object.values(state.instances).filter((one) => user.projectIds.includes(one.projectId));
  const found = allowed.find((one) => one.projectId === scope.id || (scope.name !== '' && one.region === scope.name));
  if (!found) throw new Refusal(state.choices.projectDenied);
  return found.projectId;
}

function issued(state: GaussdbState, projectId: string, context: Context): Handled {
  const requestId = context.newId();
  const token = `MII${sha256Hex(`token:${context.newId()}`)}`;
  const region = Object.values(state.instances).find((one) => one.projectId === projectId)?.region ?? '';
  const expiresAtMs = context.nowMs + TOKEN_LIFE_MS;
  state.tokens = state.tokens.filter((one) => one.expiresAtMs > context.nowMs);
  state.tokens.push({ sha256: sha256Hex(token), projectId, region, expiresAtMs });
  const plain = jsonResponse(
    201,
    { token: { expires_at: new Date(expiresAtMs).toISOString(), methods: ['password'], project: { id: projectId } } },
    requestId,
  );
  const response = { ...plain, headers: { ...plain.headers, 'x-subject-token': token } };
  return { response, ids: { project_id: projectId }, signatureOk: true, outcome: 'answered', requestId, events: [] };
}
