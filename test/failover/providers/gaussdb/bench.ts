import type { GaussdbSettings } from '../../../../lib/config/config.ts';
import type { Operation, Plan, Provider, SentCall } from '../../../../lib/failover/provider.ts';
import { createGaussdbProvider } from '../../../../lib/failover/providers/gaussdb.ts';
import type { Http, HttpRequest, HttpResponse } from '../../../../lib/ports.ts';
import { createTestClock, type TestClock } from '../../../contract/drive.ts';
import { gaussdbTarget } from '../../../contract/gaussdb-target.ts';
import { answerRead, GAUSSDB_IDS, HEALTHY, type GaussdbWords } from '../../../contract/gaussdb-wire.ts';

export const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
export const SECRET = 'AKIDEXAMPLE0000000AK:SKEXAMPLE000000000000000000000000000000SK';

export interface Bench {
  readonly provider: Provider;
  readonly requests: HttpRequest[];
  readonly clock: TestClock;
}

type Answer = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/** The provider on a scripted wire, so that every word of the vendor can be said. */
export function benchOf(answer: Answer, secret = SECRET): Bench {
  const requests: HttpRequest[] = [];
  const clock = createTestClock(START_MS);
  const http: Http = {
    async request(request) {
      requests.push(request);
      return await answer(request);
    },
  };
  const secrets = { values: async () => [secret] as const };
  return { provider: createGaussdbProvider({ http, secrets, clock, entropy: { id: () => '0'.repeat(32) } }), requests, clock };
}

/** All reads answer with these words; named reads may be replaced. */
export function saying(words: Partial<GaussdbWords>, instead: Readonly<Record<string, Answer>> = {}): Answer {
  return (request) => {
    const { pathname } = new URL(request.url);
    const other = instead[pathname.slice(pathname.lastIndexOf('/') + 1)];
    return other === undefined ? answerRead(request, { ...HEALTHY, ...words }) : other(request);
  };
}

export const TARGET = gaussdbTarget('https://gaussdb.test');
export const targetWith = (settings: Partial<GaussdbSettings>): typeof TARGET => gaussdbTarget('https://gaussdb.test', settings);

export function planOf(operation: Operation): Plan {
  return { operation, parameters: { disaster_type: 'stream' }, writerBefore: GAUSSDB_IDS.primary, promotes: GAUSSDB_IDS.standby };
}

export function sentCall(clock: TestClock, operation: Operation = 'failover', handle?: SentCall['handle']): SentCall {
  const call = { target: TARGET, plan: planOf(operation), token: 't', deadlineMs: clock.nowMs() + 5000, sentAtMs: START_MS };
  return handle === undefined ? call : { ...call, handle };
}
