import type { Delivery } from '../../lib/alert/source.ts';
import type { ConfiguredSources } from '../../lib/alert/understand.ts';
import type { ConfiguredSource } from '../../lib/config/config.ts';
import { LOCAL_STAGE } from '../../lib/config/secrets-check.ts';
import { createHttp } from '../../lib/platform/https.ts';
import { NoAnswerError, NotSentError } from '../../lib/ports.ts';
import type { Discovery } from '../../local/discovery.ts';
import { CLOUD_OPTION, findCloud, putOnQueue, secretValues } from '../cloud.ts';
import { EXIT, tell, UnreachableError, UsageError, type Args, type Command, type Context, type ExitCode } from '../command.ts';
import { readConfiguration } from '../configuration.ts';
import { readDelivery, retimed } from '../delivery.ts';
import { proofOf, type Proof } from '../proof.ts';

const POST_TIMEOUT_MS = 30_000;
const SECRET_VARIABLE = 'UNDERSTUDY_SOURCE_SECRET';

export const send: Command = {
  name: 'send',
  summary: 'Send an alert from a file, as a monitoring system would',
  usage: 'FILE',
  details: `
Posts FILE (- is standard input) to the webhook of the running embedded cloud, with that source's own way of authentication, or puts it on
the alerts queue when the source's webhook is closed. What is sent is the file's exact body, unless --at moves its times.

  understudy send events/alertmanager/gaussdb-primary-unreachable.json --at now
  understudy send events/cloudwatch/polardb-writer-down.sns.json --queue --at now --ago 2m
  ${SECRET_VARIABLE}=… understudy send alert.json --source alertmanager --url https://….on.aws/hooks/alertmanager`,
  options: {
    source: { type: 'string', value: 'NAME', help: 'a name of `sources` (default: the one that understands the file)' },
    at: { type: 'string', value: 'TIME', help: 'move every time of the body: the newest alert began then; now: --ago before now' },
    ago: { type: 'string', value: 'TIME', help: 'with --at now: how long ago the newest alert began (default: 90s)' },
    queue: { type: 'boolean', help: 'put it straight on the alerts queue' },
    url: { type: 'string', value: 'URL', help: `post to this webhook instead; its secret is read from ${SECRET_VARIABLE}` },
    config: { type: 'string', value: 'FILE', help: 'the configuration (default: understudy.yml)' },
    ...CLOUD_OPTION,
  },
  async run(context, args) {
    const url = args.text('url');
    if (url !== undefined && args.flag('queue')) throw new UsageError('--queue and --url exclude each other.');
    const cloud = url === undefined ? await findCloud(context, args.text('cloud')) : undefined;
    const sources = await sourcesOf(context, args, cloud?.stage ?? LOCAL_STAGE);
    const read = await readDelivery(context, args.positionals[0] ?? '-', sources, args.text('source'));
    const delivery = retimed(context, read, args);
    const source = sources[read.source ?? ''];
    if (cloud === undefined) return await postTo(context, url ?? '', delivery, source);
    return await intoCloud({ context, cloud, delivery, queued: args.flag('queue') }, read.source, source);
  },
};

async function sourcesOf(context: Context, args: Args, stage: string): Promise<ConfiguredSources> {
  const file = args.text('config');
  const named = args.text('source');
  const { sources } = await readConfiguration(context, { stage, ...(file === undefined ? {} : { file }) });
  if (named !== undefined && !Object.hasOwn(sources, named)) throw new UsageError(`There is no source ${named} in the configuration.`);
  return sources;
}

interface Sending {
  readonly context: Context;
  readonly cloud: Discovery;
  readonly delivery: Delivery;
  /** `--queue` was given. */
  readonly queued: boolean;
}

/** @param name of the source, which is the last part of its webhook's path. */
async function intoCloud(sending: Sending, name?: string, source?: ConfiguredSource): Promise<ExitCode> {
  if (sending.queued || source?.auth.length === 0) return await enqueue(sending);
  if (name === undefined || source === undefined) {
    throw new UsageError('No single source of the configuration understands the file: name one with --source.');
  }
  return await postToCloud(sending, name, source);
}

async function enqueue({ context, cloud, delivery: { body }, queued }: Sending): Promise<ExitCode> {
  const queueUrl = Object.entries(cloud.queues).find(([name]) => /(?:^|-)alerts$/i.test(name))?.[1];
  if (queueUrl === undefined) throw new UnreachableError('The embedded cloud has no alerts queue.');
  const messageId = await putOnQueue(cloud, queueUrl, body);
  const why = queued ? '' : ' (the webhook of its source is closed)';
  tell(context, { ok: true, queue: 'alerts', messageId }, [`${context.paint('green', 'queued')} as ${messageId}${why}`]);
  return EXIT.ok;
}

async function postToCloud({ context, cloud, delivery }: Sending, name: string, source: ConfiguredSource): Promise<ExitCode> {
  const nowMs = context.nowMs();
  for (const auth of source.auth) {
    if (!('secret' in auth)) continue;
    const [secret] = await secretValues(cloud, auth.secret, () => nowMs);
    const proof = proofOf(auth, { secret, body: delivery.body, nowMs });
    if (proof !== undefined)
      return await post(context, `${cloud.webhookUrl.replace(/\/$/, '')}/hooks/${name}${proof.path}`, delivery, proof);
  }
  throw new UsageError(`Only ${name} itself can sign for its webhook: use --queue.`);
}

async function postTo(context: Context, url: string, delivery: Delivery, source: ConfiguredSource | undefined): Promise<ExitCode> {
  const secret = context.environment[SECRET_VARIABLE];
  const [auth] = source?.auth ?? [];
  const signing = secret === undefined || auth === undefined ? undefined : { secret, body: delivery.body, nowMs: context.nowMs() };
  const proof = signing === undefined || auth === undefined ? undefined : proofOf(auth, signing);
  return await post(context, `${url}${proof?.path ?? ''}`, delivery, proof);
}

async function post(context: Context, url: string, delivery: Delivery, proof: Proof | undefined): Promise<ExitCode> {
  const headers = {
    ...(delivery.contentType === '' ? {} : { 'content-type': delivery.contentType }),
    ...delivery.headers,
    ...proof?.headers,
  };
  try {
    const { status, body } = await createHttp().request({ method: 'POST', url, headers, body: delivery.body, timeoutMs: POST_TIMEOUT_MS });
    const ok = status >= 200 && status < 300;
    const reason = reasonIn(body);
    tell(context, { ok, status, reason }, [`${context.paint(ok ? 'green' : 'red', String(status))} ${reason}`]);
    return ok ? EXIT.ok : EXIT.no;
  } catch (error) {
    if (error instanceof NotSentError || error instanceof NoAnswerError)
      throw new UnreachableError(`The webhook did not answer (${error.message}).`, { cause: error });
    throw error;
  }
}

const REASON_CHARS = 300;

/** Our webhook answers `{"detail": …}` or `{"error": …}`; another one whatever it likes. */
function reasonIn(body: string): string {
  try {
    const json = JSON.parse(body) as Readonly<Record<string, unknown>>;
    const reason = json['detail'] ?? json['error'];
    return typeof reason === 'string' ? reason.slice(0, REASON_CHARS) : '';
  } catch {
    return body.slice(0, REASON_CHARS);
  }
}
