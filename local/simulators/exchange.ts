/**
 * What goes over the wire, without a wire: the simulators' cores take a request and the time and give an outcome, so that the same code
 * serves a real HTTP server and a simulation on virtual time.
 */
export interface SimulatedRequest {
  readonly method: string;
  /** As on the request line (`/path?query`), or absolute. Never decoded: signatures are computed over what was sent. */
  readonly url: string;
  /** Names in any case; one value each. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Which of the simulator's listeners it arrived at (a region, or `iam`). Absent: told by the host name and the ids. */
  readonly endpoint?: string;
}

export interface SimulatedResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What the caller gets to see. `drop`: the connection is cut with no answer. `hang`: no answer ever. `partial`: the head of the answer and
 * the first `bodyBytes` of its body, then the connection is cut. `refuse`: no connection could be made, so nothing was received.
 */
export type Outcome =
  | { readonly kind: 'respond'; readonly response: SimulatedResponse }
  | { readonly kind: 'respond-after'; readonly delayMs: number; readonly response: SimulatedResponse }
  | { readonly kind: 'partial'; readonly response: SimulatedResponse; readonly bodyBytes: number }
  | { readonly kind: 'drop' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'refuse' };

export interface RequestParts {
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly host: string;
}

/** Splits a URL by hand: a URL parser would normalise what the signature covers. */
export function partsOf(request: SimulatedRequest): RequestParts {
  const absolute = /^[a-z]+:\/\/([^/?]*)(.*)$/i.exec(request.url);
  const target = absolute ? (absolute[2] ?? '') : request.url;
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  return {
    path: path === '' ? '/' : path,
    query: mark === -1 ? '' : target.slice(mark + 1),
    host: headerOf(request, 'host') ?? absolute?.[1] ?? '',
  };
}

export function headerOf(request: SimulatedRequest, name: string): string | undefined {
  const wanted = name.toLowerCase();
  const { headers } = request;
  if (Object.hasOwn(headers, wanted)) return headers[wanted];
  // The length is compared first because simulations ask for absent headers millions of times.
  for (const key of Object.keys(headers)) if (key.length === wanted.length && key.toLowerCase() === wanted) return headers[key];
  // A request built in-process names its host in the URL only, as an HTTP client would send it.
  return wanted === 'host' ? /^[a-z]+:\/\/([^/?]*)/i.exec(request.url)?.[1] : undefined;
}

/** Raw `a=b&c` pairs, percent-decoded; `undefined` when an escape is malformed. A `+` stays a plus in a query, and is a blank in a form. */
export function decodePairs(text: string, plus: 'plus' | 'blank'): [string, string][] | undefined {
  if (text === '') return [];
  try {
    return text.split('&').map((pair) => {
      const equals = pair.indexOf('=');
      const [name, value] = equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [decode(name, plus), decode(value, plus)];
    });
  } catch {
    return undefined;
  }
}

function decode(text: string, plus: 'plus' | 'blank'): string {
  const spaced = plus === 'blank' ? text.replaceAll('+', ' ') : text;
  return spaced.includes('%') ? decodeURIComponent(spaced) : spaced;
}
