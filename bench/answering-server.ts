import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A provider that says yes at once, in a process of its own: prints its port, ends with its parent. */
const body = JSON.stringify({ job_id: '8bf0175e-562e-45f6-942a-2e2c72c577d7', RequestId: 'CDB3258F-B5DE-43C4-8935-CBA0CA0E9AF4' });
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(body));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
