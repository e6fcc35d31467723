import type { GaussdbSettings, Target } from '../../../config/config.ts';
import { signHuawei } from '../../../platform/huawei-signature.ts';
import { NoAnswerError, NotSentError, type HttpRequest, type HttpResponse } from '../../../ports.ts';
import type { ProviderPorts } from '../../provider.ts';
import { parseAuth, redact, redactWithin, type GaussdbAuth } from './credential.ts';

/** What came of one request. Every text in it is free of credentials. */
export type Reply =
  | { readonly kind: 'answer'; readonly status: number; readonly json: unknown; readonly requestId: string | undefined }
  | { readonly kind: 'not-sent'; readonly why: string }
  | { readonly kind: 'no-answer'; readonly why: string }
  | { readonly kind: 'bad-credential'; readonly why: string };

/** One request to the DR region, signed afresh. Never throws. */
export interface Wire {
  readonly nowMs: () => number;
  get(target: Target, path: string, query: Readonly<Record<string, string>>, deadlineMs: number): Promise<Reply>;
  post(target: Target, path: string, body: string, deadlineMs: number): Promise<Reply>;
}

/** A read is given up sooner than its caller's deadline, so that one slow list does not eat the time of the decision. */
const READ_TIMEOUT_MS = 5000;
const REQUEST_ID = /^[\w.:-]{1,64}$/;

export function createWire(ports: ProviderPorts): Wire {
  const nowMs = (): number => ports.clock.nowMs();
  return {
    nowMs,
    async get(target, path, query, deadlineMs) {
      const text = new URLSearchParams(query).toString();
      return await send(ports, target, {
        method: 'GET',
        path: `${path}?${text}`,
        deadlineMs: Math.min(deadlineMs, nowMs() + READ_TIMEOUT_MS),
      });
    },
    async post(target, path, body, deadlineMs) {
      return await send(ports, target, { method: 'POST', path, body, deadlineMs });
    },
  };
}

interface Outgoing {
  readonly method: 'GET' | 'POST';
  /** After the endpoint, with its query. */
  readonly path: string;
  readonly body?: string;
  readonly deadlineMs: number;
}

async function send(ports: ProviderPorts, target: Target, outgoing: Outgoing): Promise<Reply> {
  const settings = target.gaussdb;
  if (settings === undefined) return { kind: 'not-sent', why: 'the target has no gaussdb settings' };
  const secret = await ports.secrets.values(settings.auth.secret).catch(() => undefined);
  if (secret === undefined) return { kind: 'not-sent', why: `the secret ${settings.auth.secret} could not be read` };
  const auth = parseAuth(settings.auth.kind, secret[0]);
  if (auth === undefined)
    return { kind: 'bad-credential', why: `the secret ${settings.auth.secret} has not the form of ${settings.auth.kind}` };
  // Looked at after the secret was read, which may take its time: nothing may be on its way after the deadline.
  const nowMs = ports.clock.nowMs();
  if (nowMs >= outgoing.deadlineMs) return { kind: 'not-sent', why: 'the deadline had passed' };
  return await exchange(ports, authorise(settings, auth, { ...outgoing, nowMs }), auth);
}

function authorise(settings: GaussdbSettings, auth: GaussdbAuth, outgoing: Outgoing & { readonly nowMs: number }): HttpRequest {
  const { method, path, body, deadlineMs, nowMs } = outgoing;
  const timeoutMs = deadlineMs - nowMs;
  const url = `${settings.endpoint.replace(/\/+$/, '')}${path}`;
  const plain = { 'Content-Type': 'application/json', 'X-Language': 'en-us', 'X-Project-Id': settings.projectId };
  const content = body === undefined ? {} : { body };
  const headers =
    auth.kind === 'token'
      ? { ...plain, 'X-Auth-Token': auth.token }
      : signHuawei({ method, url, headers: plain, ...content, credentials: auth.credentials, nowMs });
  return { method, url, headers, ...content, timeoutMs };
}

async function exchange(ports: ProviderPorts, request: HttpRequest, auth: GaussdbAuth): Promise<Reply> {
  try {
    return answer(await ports.http.request(request), auth);
  } catch (error) {
    if (error instanceof NotSentError) return { kind: 'not-sent', why: redact(error.message, auth) };
    // A stranger's message may quote the request; the port's own two errors never do.
    const why = error instanceof NoAnswerError ? error.message : `unexpected ${error instanceof Error ? error.name : 'failure'}`;
    return { kind: 'no-answer', why: redact(why, auth) };
  }
}

function answer(response: HttpResponse, auth: GaussdbAuth): Reply {
  const requestId = redact(response.headers['x-request-id'] ?? '', auth);
  return {
    kind: 'answer',
    status: response.status,
    json: parseJson(response.body, auth),
    requestId: REQUEST_ID.test(requestId) ? requestId : undefined,
  };
}

/** Credentials are taken out of each text, after decoding: escapes in the JSON could hide them from a plain search. */
function parseJson(body: string, auth: GaussdbAuth): unknown {
  try {
    return redactWithin(JSON.parse(body), auth);
  } catch {
    return undefined;
  }
}
