// eslint-disable-next-line import/no-named-as-default -- its types know the default export only.
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { newLedger } from './platform/ledger.ts';
import { wire, type Wired } from './wire.ts';

let wired: Wired | undefined;

/**
 * The frame of every function: adapters built once for each execution environment, and after each invocation one log line that says what
 * it cost.
 */
export function framed<Event, Result>(
  name: string,
  run: (wired: Wired, event: Event) => Promise<Result>,
): (event: Event, context: Context) => Promise<Result> {
  const handler = middy<Event, Result>().use({
    before: () => {
      Object.assign(ready().ledger, newLedger());
    },
    after: () => tellCost(name),
    onError: ({ error }) => {
      wired?.services.log.event('invocation-failed', { function: name, error: error?.message });
      tellCost(name);
    },
  });
  return handler.handler((event: Event) => run(ready(), event)) as (event: Event, context: Context) => Promise<Result>;
}

function tellCost(name: string): void {
  wired?.services.log.event('cost', { function: name, ...wired.ledger });
}

function ready(): Wired {
  wired ??= wire();
  return wired;
}
