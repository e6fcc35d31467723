import { run as backtest } from './backtest.ts';
import { run as coldImport } from './cold-import.ts';
import { run as decide } from './decide.ts';
import { run as providerCall } from './provider-call.ts';
import type { Row } from './row.ts';
import { run as simulate } from './simulate.ts';

/** Everything that is measured: one file and one line each. */
export const BENCHES: readonly { readonly name: string; readonly run: () => Promise<Row[]> }[] = [
  { name: 'decide', run: decide },
  { name: 'backtest', run: backtest },
  { name: 'provider-call', run: providerCall },
  { name: 'cold-import', run: coldImport },
  { name: 'simulate', run: simulate },
];
