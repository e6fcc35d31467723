import type { Outcome, SimulatedResponse } from './exchange.ts';
import type { SetFault } from './fault-switch.ts';

const HTML = '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>';
const XML =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>ServiceUnavailable</Code><Message>The request has failed due to a temporary failure of the server.</Message></Error>';

export function htmlAnswer(status: number): SimulatedResponse {
  return { status, headers: { 'content-type': 'text/html' }, body: HTML };
}
export function xmlAnswer(status: number): SimulatedResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body: XML };
}

/** How a fault of stage `answer` lets the handled request look to its caller. */
export function losingAnswer(fault: SetFault, response: SimulatedResponse, serverError: () => SimulatedResponse): Outcome {
  switch (fault.fault) {
    case 'accept-then-drop':
      return { kind: 'drop' };
    case 'accept-then-hang':
      return { kind: 'hang' };
    case 'accept-then-5xx':
      return { kind: 'respond', response: serverError() };
    case 'html-502-after':
      return { kind: 'respond', response: htmlAnswer(Number(fault.params['status'])) };
    case 'slow':
      return { kind: 'respond-after', delayMs: Number(fault.params['delayMs']), response };
    case 'partial-reply':
      return { kind: 'partial', response, bodyBytes: Math.floor(Buffer.byteLength(response.body) / 2) };
    case 'invalid-json':
      return { kind: 'respond', response: { ...response, body: `${response.body.slice(0, -1)},` } };
    case 'empty-reply':
      return { kind: 'respond', response: { ...response, body: '' } };
    default:
      throw new Error(`not a fault of the answer: ${fault.fault}`);
  }
}

export function seenAs(outcome: Outcome): string {
  return outcome.kind === 'respond' || outcome.kind === 'respond-after' ? `${outcome.kind} ${outcome.response.status}` : outcome.kind;
}
