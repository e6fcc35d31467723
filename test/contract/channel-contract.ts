import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { ChannelKind } from '../../lib/notify/channel-kind.ts';
import type { ChannelSettings, DeliverOutcome } from '../../lib/notify/channel.ts';
import type { Notice } from '../../lib/notify/notice.ts';
import { createHttp } from '../../lib/platform/https.ts';
import { NoAnswerError, NotSentError, SecretUnavailableError, type Http, type HttpRequest, type HttpResponse } from '../../lib/ports.ts';

/** What a channel hands in to be held to the contract; it adds tests only for what it alone knows. */
export interface ChannelContract {
  readonly kind: ChannelKind;
  readonly options?: Readonly<Record<string, string>>;
  readonly success: Pick<HttpResponse, 'status' | 'body'>;
  /** Statuses that mean "delivered" when the body is that of a success. */
  readonly deliveredStatuses: (status: number) => boolean;
  /** Answers with a 2xx status that mean something else, or more than the status says. */
  readonly answers: readonly (readonly [what: string, body: string, outcome: DeliverOutcome['kind'], retryAfterMs?: number])[];
  readonly maxBodyBytes: number;
  /** Every text of the request's body that people see, in the form in which the service shows it. */
  shown(body: never): readonly string[];
  /** The texts of the body that the service reads as markup: alert text must be harmless in them. */
  markup(body: never): readonly string[];
}

export const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const URL_SECRET = 'https://hooks.example.test/services/T00/B00/urlsecret42';
const KEY_SECRET = 'keysecret42-demo';
const LEAKS = ['urlsecret42', 'hooks.example.test', 'keysecret42'];

export const notice: Notice = {
  key: 'fo-1/succeeded',
  targetId: 'orders-gaussdb',
  failoverId: 'fo-1',
  kind: 'succeeded',
  urgency: 'page',
  title: 'orders-gaussdb was promoted in 41 s',
  facts: [
    { name: 'New primary', value: 'c04c789b6baa4b6dbcc139c5226f3a2cin14' },
    { name: 'Old primary', value: 'not fenced' },
  ],
  steps: ['Stop writes on the old primary.', 'Run npx understudy acknowledge orders-gaussdb'],
  atMs: NOW_MS,
};

export type Answer = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/** A channel on a scripted wire, and every request that it made. */
export function benchOf(
  contract: Pick<ChannelContract, 'kind' | 'options'>,
  answer: Answer,
  secrets: Readonly<Record<string, string>> = {},
) {
  const requests: HttpRequest[] = [];
  const http: Http = {
    async request(request) {
      requests.push(request);
      return await answer(request);
    },
  };
  const values: Readonly<Record<string, string>> = { 'ssm:/url': URL_SECRET, 'ssm:/key': KEY_SECRET, ...secrets };
  const channel = contract.kind.create({
    http,
    clock: { nowMs: () => NOW_MS },
    secrets: {
      async values(reference) {
        const value = values[reference];
        if (value === undefined) throw new SecretUnavailableError(reference);
        return [value];
      },
    },
  });
  return { requests, deliver: async (one: Notice = notice) => await channel.deliver(one, settingsOf(contract)) };
}

export function settingsOf({ kind, options }: Pick<ChannelContract, 'kind' | 'options'>): ChannelSettings {
  return {
    id: 'ops',
    kind: kind.kind,
    ...(kind.url === 'none' ? {} : { url: 'ssm:/url' }),
    ...(kind.secret === 'none' ? {} : { secret: 'ssm:/key' }),
    ...(options === undefined ? {} : { options }),
  };
}

export function channelContract(contract: ChannelContract): void {
  describe(`${contract.kind.kind} keeps the channel contract`, () => {
    describe('every answer has one outcome', () => outcomes(contract));
    describe('no outcome holds the URL, a secret or foreign text', () => leaks(contract));
    describe('a stranger’s text is shown and has no effect', () => hostileText(contract));
    describe('size', () => sizes(contract));
    test('goes over a real wire', async () => await overTheWire(contract));
  });
}

const answerOf = (contract: ChannelContract, status: number, headers: Readonly<Record<string, string>> = {}): HttpResponse => ({
  status,
  headers,
  body: contract.success.body,
});

function outcomes(contract: ChannelContract): void {
  test('for every HTTP status', async () => {
    const wrong: string[] = [];
    for (let status = 100; status < 600; status += 1) {
      const outcome = await benchOf(contract, () => answerOf(contract, status)).deliver();
      const canHelp = status >= 500 || [408, 425, 429].includes(status) || (status >= 200 && status < 300);
      const expected = contract.deliveredStatuses(status) ? 'delivered' : canHelp ? 'again' : 'refused';
      if (outcome.kind !== expected) wrong.push(`${String(status)}: ${outcome.kind}, not ${expected}`);
    }
    expect(wrong).toEqual([]);
  });

  test.each<[string, number | undefined]>([
    ['7', 7_000],
    ['Fri, 02 Jan 2026 03:04:35 GMT', 30_000],
    ['Thu, 01 Jan 2026 00:00:00 GMT', 0],
    ['999999999', 3_600_000],
    ['soon', undefined],
  ])('throttled with Retry-After %s: again', async (header, retryAfterMs) => {
    const outcome = await benchOf(contract, () => answerOf(contract, 429, { 'retry-after': header })).deliver();
    expect(outcome).toEqual({ kind: 'again', why: 'HTTP 429', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  });

  const answers = contract.answers.map(([what, body, kind, retryAfterMs]) => ({ what, body, kind, retryAfterMs }));
  test.each(answers)('$what', async ({ body, kind, retryAfterMs }) => {
    const outcome = await benchOf(contract, () => ({ status: contract.success.status, headers: {}, body })).deliver();
    expect(outcome.kind).toBe(kind);
    expect(outcome.kind === 'again' ? outcome.retryAfterMs : undefined).toBe(retryAfterMs);
  });

  test.each([
    ['nothing was sent', new NotSentError(URL_SECRET)],
    ['nobody answered', new NoAnswerError(URL_SECRET)],
    ['something broke', new TypeError(`Invalid URL ${URL_SECRET}`)],
  ])('%s: again, for a notice twice is better than none', async (_what, error) => {
    const outcome = await benchOf(contract, () => Promise.reject(error)).deliver();
    expect(outcome.kind).toBe('again');
  });

  test('the parameter store is down: again', async () => {
    const { kind } = contract;
    const channel = kind.create({
      http: { request: async () => answerOf(contract, 200) },
      clock: { nowMs: () => NOW_MS },
      secrets: { values: async (reference) => await Promise.reject(new SecretUnavailableError(reference)) },
    });
    expect((await channel.deliver(notice, settingsOf(contract))).kind).toBe('again');
  });

  test.each(['http://hooks.example.test/x', 'not a url', 'ftp://hooks.example.test/x', 'http://127.0.0.1.example.test/'])(
    'the URL %s is refused before anything is sent',
    async (url) => {
      const bench = benchOf(contract, () => answerOf(contract, 200), { 'ssm:/url': url });
      expect((await bench.deliver()).kind).toBe('refused');
      expect(bench.requests).toEqual([]);
    },
  );

  test('one POST, with a time limit', async () => {
    const bench = benchOf(contract, () => ({ headers: {}, ...contract.success }));
    expect(await bench.deliver()).toEqual({ kind: 'delivered' });
    expect(bench.requests).toHaveLength(1);
    expect(bench.requests[0]).toMatchObject({ method: 'POST', timeoutMs: 10_000 });
    expect(bench.requests[0]?.headers['content-type']).toBe('application/json; charset=utf-8');
  });
}

function failing(error: Error): Answer {
  return () => {
    throw error;
  };
}

function leaks(contract: ChannelContract): void {
  const echo = `${URL_SECRET} ${KEY_SECRET}`;
  const answers: readonly (readonly [string, Answer])[] = [
    ...[200, 202, 204, 302, 400, 401, 404, 429, 500, 503].flatMap((status) =>
      [
        echo,
        JSON.stringify({ errcode: 999, code: 999, errmsg: echo, msg: echo, error: echo }),
        JSON.stringify({ errcode: echo, code: echo }),
      ].map((body) => [`HTTP ${String(status)}`, () => ({ status, headers: { location: echo, 'retry-after': echo }, body })] as const),
    ),
    ...[new NotSentError(echo), new NoAnswerError(echo), new Error(echo)].map((error): readonly [string, Answer] => [
      error.name,
      failing(error),
    ]),
  ];
  test.each(answers)('%s', async (_what, answer) => {
    const outcome = JSON.stringify(await benchOf(contract, answer).deliver());
    for (const leak of LEAKS) expect(outcome).not.toContain(leak);
  });
}

const HOSTILE = [
  '<!channel> <!here|here> <@U012AB3CD> <https://evil.test|click>',
  '@channel @here @everyone @all @所有人 @15800000000',
  '<at user_id="all">all</at> <at id=all></at> <@all>',
  '[click](https://evil.test) ![x](https://evil.test/x.png) **bold** _it_ ~no~ `code`',
  '# heading\n> quote\n- list\n1. step one: run rm -rf',
  'right\u202Eto left\u202C, zero\u200Bwidth, bell\u0007, escape\u001B[31m, line\u2028end, lone \uD800 half',
  '"quotes" \\ back {"json":true}',
];

function hostileText(contract: ChannelContract): void {
  test.each(HOSTILE)('%j', async (text) => {
    const bench = benchOf(contract, () => ({ headers: {}, ...contract.success }));
    const hostile: Notice = { ...notice, title: text, facts: [{ name: text, value: text }], steps: [text] };
    expect(await bench.deliver(hostile)).toEqual({ kind: 'delivered' });
    const body = JSON.parse(bench.requests[0]?.body ?? '') as never;
    for (const shown of contract.shown(body)) expect(shown).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u200B\u202A-\u202E\u2028\uD800]/);
    for (const markup of contract.markup(body)) expect(markup).not.toMatch(/<[!@a]|(?:^|\s)@(?:channel|here|everyone|all)|<https|\*bold\*/);
  });
}

const LONG_FACTS = Array.from({ length: 100 }, (_, index) => ({ name: `fact ${String(index)}`, value: '数据库故障🔥"\\'.repeat(500) }));

function sizes(contract: ChannelContract): void {
  test('an endless notice is cut to what the service takes, at a character, with its steps kept', async () => {
    const bench = benchOf(contract, () => ({ headers: {}, ...contract.success }));
    expect(await bench.deliver({ ...notice, title: '标题🔥'.repeat(1_000), facts: LONG_FACTS })).toEqual({ kind: 'delivered' });
    const text = bench.requests[0]?.body ?? '';
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(contract.maxBodyBytes);
    const shown = contract.shown(JSON.parse(text) as never).join('\n');
    expect(shown).toContain('…');
    expect(shown).not.toContain('\uFFFD');
    expect(shown.isWellFormed()).toBe(true);
    for (const step of notice.steps) expect(shown).toContain(step);
  });
  test('a short notice is not cut', async () => {
    const bench = benchOf(contract, () => ({ headers: {}, ...contract.success }));
    await bench.deliver();
    const shown = contract.shown(JSON.parse(bench.requests[0]?.body ?? '') as never).join('\n');
    expect(shown).not.toContain('…');
    for (const part of [notice.title, 'Old primary', 'not fenced', ...notice.steps]) expect(shown).toContain(part);
  });
}

async function overTheWire(contract: ChannelContract): Promise<void> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString());
      response.writeHead(contract.success.status).end(contract.success.body);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/robot?key=a`;
  const http = createHttp();
  try {
    const bench = benchOf(contract, async (request) => await http.request(request), { 'ssm:/url': url });
    expect(await bench.deliver()).toEqual({ kind: 'delivered' });
    expect(bodies).toEqual([bench.requests[0]?.body]);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
