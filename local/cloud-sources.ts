import type { CloudEvent } from './cloud-events.ts';
import { startEventSource } from './event-source.ts';
import type { BatchReport, EventSource } from './event-source.ts';
import type { Outcome } from './lambda/outcome.ts';
import type { QueueSpec } from './queue-specs.ts';
import type { Queues } from './queues.ts';
import { sqsClient } from './sqs-client.ts';
import type { Intrinsics } from './stack/intrinsics.ts';
import type { FunctionSpec, SourceSpec, Stack } from './stack/stack.ts';

export interface SourcesOptions {
  readonly stack: Stack;
  readonly intrinsics: Intrinsics;
  readonly queues: Queues;
  readonly specs: readonly QueueSpec[];
  readonly duplicateEverything: boolean;
  readonly visibilityScale: number;
  readonly invoke: (key: string, payload: string) => Promise<Outcome>;
  readonly onEvent: (event: CloudEvent) => void;
}

const DEFAULT_VISIBILITY_SECONDS = 30;
const WAKE_EVERY_MS = 50;

/** Starts every event source mapping of the stack. */
export function startSources(options: SourcesOptions): EventSource {
  const sources = options.stack.functions.flatMap((spec) => spec.sources.map((source) => start(spec, source, options)));
  return {
    stop: async () => {
      const stopped = Promise.all(sources.map((source) => source.stop()));
      // Again and again, since a long poll may be on its way to the queue while the others are woken.
      const waking = setInterval(() => options.queues.wakeReceivers(), WAKE_EVERY_MS);
      options.queues.wakeReceivers();
      await stopped.finally(() => clearInterval(waking));
    },
  };
}

function start(spec: FunctionSpec, source: SourceSpec, options: SourcesOptions): EventSource {
  const { intrinsics, queues, specs, visibilityScale, onEvent } = options;
  const queue = specs.find(({ arn }) => arn === intrinsics.text(source.arn));
  if (queue === undefined) throw new Error(`serverless.yml: the event source of ${spec.key} is no queue of this stack`);
  const sqs = sqsClient(queues.endpoint, 'LOCALEVENTSOURCE');
  const mapping = startEventSource({
    ...source,
    sqs,
    queueUrl: queues.url(queue.name),
    queueArn: queue.arn,
    region: options.stack.region,
    duplicateEverything: options.duplicateEverything,
    visibilitySeconds: Number(queue.attributes['VisibilityTimeout'] ?? DEFAULT_VISIBILITY_SECONDS) * visibilityScale,
    invoke: (payload) => options.invoke(spec.key, payload),
    onBatch: (report) => onEvent(toEvent(spec.key, queue.name, report)),
    onFault: (fault) => onEvent({ kind: 'fault', ...fault }),
  });
  return {
    stop: async () => {
      await mapping.stop();
      sqs.close();
    },
  };
}

function toEvent(key: string, queue: string, { delivered, failed, duplicated }: BatchReport): CloudEvent {
  return {
    kind: 'batch',
    function: key,
    queue,
    delivered: delivered.map(({ MessageId }) => MessageId),
    failed,
    duplicated,
    atMs: Date.now(),
  };
}
