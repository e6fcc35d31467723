import { signAlibaba, type AlibabaCredential } from '../../../platform/alibaba-signature.ts';
import { NoAnswerError, NotSentError } from '../../../ports.ts';
import type { ProviderPorts } from '../../provider.ts';
import { readAnswer, type Answer } from './answer.ts';

/** Where a target's API is and by which credential: a part of its settings. */
export interface RpcTarget {
  readonly endpoint: string;
  /** Reference of `accessKeyId:accessKeySecret[:securityToken]`. */
  readonly secret: string;
}
export interface RpcCall {
  readonly target: RpcTarget;
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Epoch ms: nothing of the call is on its way after it. */
  readonly deadlineMs: number;
}

export interface Rpc {
  /** One request and no more: for everything that changes something. */
  send(call: RpcCall): Promise<Answer>;
  /** A read: during a rotation, a credential that is turned away is followed by the next one. */
  read(call: RpcCall): Promise<Answer>;
}

const VERSION = '2017-08-01';
/** Answers that mean: not this credential. */
const CREDENTIAL_REFUSED = /^(InvalidAccessKeyId\.|InvalidSecurityToken\.|SignatureDoesNotMatch$)/;

/**
 * The RPC-style API of PolarDB 2017-08-01, `POST https://<endpoint>/?<parameters>` as the vendor's generated SDK does it. Every request is
 * signed afresh with its own nonce and date. Neither method throws.
 */
export function createRpc(ports: ProviderPorts): Rpc {
  /** The credential that worked last, by reference: an operation follows the one that its own reads have just proved. */
  const proven = new Map<string, string>();

  async function credentials(reference: string): Promise<readonly AlibabaCredential[]> {
    const values = await ports.secrets.values(reference);
    const parsed = values.map(parseCredential).filter((credential) => credential !== undefined);
    const first = parsed.find((credential) => credential.accessKeyId === proven.get(reference));
    return first === undefined ? parsed : [first, ...parsed.filter((credential) => credential !== first)];
  }

  async function attempt(call: RpcCall, attemptsMax: number): Promise<Answer> {
    let answer: Answer = { kind: 'not-sent', why: 'the credential is not of the form id:secret[:token].' };
    try {
      const usable = await credentials(call.target.secret);
      for (const credential of usable.slice(0, attemptsMax)) {
        answer = await request(ports, call, credential);
        if (!isCredentialRefused(answer)) {
          if (answer.kind === 'yes') proven.set(call.target.secret, credential.accessKeyId);
          break;
        }
      }
      return answer;
    } catch {
      return { kind: 'not-sent', why: `the credential ${call.target.secret} could not be read.` };
    }
  }

  return { send: (call) => attempt(call, 1), read: (call) => attempt(call, 2) };
}

async function request(ports: ProviderPorts, call: RpcCall, credential: AlibabaCredential): Promise<Answer> {
  const nowMs = ports.clock.nowMs();
  const timeoutMs = call.deadlineMs - nowMs;
  if (timeoutMs <= 0) return { kind: 'not-sent', why: 'the deadline of the call has passed.' };
  const url = URL.parse(call.target.endpoint);
  if (url === null) return { kind: 'not-sent', why: 'the endpoint is not an address.' };
  const { action, parameters } = call;
  const signed = signAlibaba({
    credential,
    host: url.host,
    action,
    version: VERSION,
    parameters,
    place: 'query',
    nonce: ports.entropy.id(),
    atMs: nowMs,
  });
  const headers = { ...signed.headers, accept: 'application/json' };
  try {
    // The empty body is a real one: without it Node would send the POST chunked, which was never signed for.
    const sent = { method: 'POST', url: `${url.origin}/?${signed.query}`, headers, body: signed.body, timeoutMs } as const;
    return readAnswer(await ports.http.request(sent));
  } catch (error) {
    if (error instanceof NotSentError) return { kind: 'not-sent', why: error.message };
    // A foreign exception says nothing about what left the machine, and its text may quote the request.
    return { kind: 'no-answer', why: error instanceof NoAnswerError ? error.message : 'the request failed in an unforeseen way.' };
  }
}

function isCredentialRefused(answer: Answer): boolean {
  return answer.kind === 'no' && CREDENTIAL_REFUSED.test(answer.refusal.code ?? '');
}

function parseCredential(value: string): AlibabaCredential | undefined {
  const [accessKeyId = '', accessKeySecret = '', ...token] = value.trim().split(':');
  if (accessKeyId === '' || accessKeySecret === '') return undefined;
  const credential = { accessKeyId, accessKeySecret };
  return token.length === 0 ? credential : { ...credential, securityToken: token.join(':') };
}
