import { Agent, request } from 'node:http';

/** SQS's JSON wire protocol without the SDK: the poller of an event source is part of AWS, and must not cost the host an SDK's start-up. */
export interface SqsClient {
  call(operation: string, input: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
  close(): void;
}

export function sqsClient(endpoint: string, caller: string): SqsClient {
  const agent = new Agent({ keepAlive: true });
  const authorization = `AWS4-HMAC-SHA256 Credential=${caller}/20000101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=local`;
  return {
    call: (operation, input) =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}`, authorization };
        const call = request(endpoint, { method: 'POST', agent, headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const body = Buffer.concat(chunks).toString();
            if (response.statusCode === 200) resolve(JSON.parse(body) as Readonly<Record<string, unknown>>);
            else reject(new Error(`SQS ${operation} answered ${String(response.statusCode)}: ${body}`));
          });
        });
        call.on('error', reject);
        call.end(JSON.stringify(input));
      }),
    close: () => agent.destroy(),
  };
}
