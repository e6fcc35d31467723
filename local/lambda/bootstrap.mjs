/**
 * A Lambda runtime in plain Node: takes invocations from the Runtime API, calls the deployed bundle's handler, posts what it answers.
 * It runs as one process per execution environment and ends with its host: its standard input is a pipe that closes when the host dies.
 */
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { AWS_LAMBDA_RUNTIME_API = '', LAMBDA_TASK_ROOT = '', _HANDLER = 'index.handler' } = process.env;
const [host, port] = AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let currentRequestId;

process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdin.resume();

/** Without the Runtime API there is nothing to live for. */
function call(method, path, body, headers = {}) {
  return new Promise((resolve) => {
    const message = request({ host, port, agent, method, path: `/2018-06-01/runtime/${path}`, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', () => process.exit(1));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    message.on('error', () => process.exit(1));
    message.end(body);
  });
}

function describe(error, type) {
  const isError = error instanceof Error;
  return JSON.stringify({
    errorType: type ?? (isError ? error.name : typeof error),
    errorMessage: isError ? error.message : String(error),
    trace: isError ? String(error.stack).split('\n') : [],
  });
}

/** Tells the host that nothing more of this invocation comes on the two streams: what was written before belongs to it. */
function endOutput(requestId) {
  process.stdout.write(`\0${requestId}\n`);
  process.stderr.write(`\0${requestId}\n`);
}

async function fail(error, type) {
  const path = currentRequestId === undefined ? 'init/error' : `invocation/${currentRequestId}/error`;
  if (currentRequestId !== undefined) endOutput(currentRequestId);
  await call('POST', path, describe(error, type), { 'lambda-runtime-function-error-type': type ?? 'Error' });
}

async function die(error, type) {
  console.error(error instanceof Error ? error.stack : error);
  await fail(error, type);
  process.exit(129);
}
process.on('uncaughtException', (error) => void die(error, 'Runtime.UncaughtException'));
process.on('unhandledRejection', (error) => void die(error, 'Runtime.UnhandledPromiseRejection'));

async function loadHandler() {
  const dot = _HANDLER.lastIndexOf('.');
  const [file, name] = [_HANDLER.slice(0, dot), _HANDLER.slice(dot + 1)];
  let module;
  try {
    module = await import(pathToFileURL(join(LAMBDA_TASK_ROOT, `${file}.mjs`)).href);
  } catch (error) {
    await die(error, error instanceof SyntaxError ? 'Runtime.UserCodeSyntaxError' : 'Runtime.ImportModuleError');
  }
  const handler = module[name];
  if (typeof handler !== 'function') await die(new Error(`${_HANDLER} is undefined or not exported`), 'Runtime.HandlerNotFound');
  // Node.js 24 on Lambda has no handlers with a callback any more.
  if (handler.length > 2) await die(new Error('callback-based handlers are not supported'), 'Runtime.CallbackHandlerDeprecated');
  return handler;
}

function contextOf(headers) {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  return {
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

async function handleNext(handler) {
  const { headers, body } = await call('GET', 'invocation/next');
  currentRequestId = headers['lambda-runtime-aws-request-id'];
  process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
  try {
    const answer = JSON.stringify(await handler(JSON.parse(body), contextOf(headers))) ?? 'null';
    endOutput(currentRequestId);
    await call('POST', `invocation/${currentRequestId}/response`, answer);
  } catch (error) {
    console.error(error instanceof Error ? error.stack : error);
    await fail(error);
  }
  currentRequestId = undefined;
}

const handler = await loadHandler();
for (;;) await handleNext(handler);
