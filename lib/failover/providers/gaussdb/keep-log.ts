import type { Target } from '../../../config/config.ts';
import type { ProviderPorts, StartOutcome } from '../../provider.ts';
import { orderGaussdb } from './start.ts';
import { createWire } from './wire.ts';

/**
 * The primary keeps its log while the DR side is away (provider contracts §1.3). These calls go to the *primary's* region: the target
 * handed in carries that side's endpoint, projectId and instanceId. One request, no retry, the same outcomes as `Provider.start`.
 */
export interface GaussdbLogKeeping {
  /** @param keepRatio percent of the disk that the log may take, 1 to 99; the vendor's default is 10. */
  start(primary: Target, deadlineMs: number, keepRatio?: number): Promise<StartOutcome>;
  stop(primary: Target, deadlineMs: number): Promise<StartOutcome>;
}

export function createGaussdbLogKeeping(ports: ProviderPorts): GaussdbLogKeeping {
  const wire = createWire(ports);
  const type = { disaster_type: 'stream' };
  return {
    async start(primary, deadlineMs, keepRatio) {
      if (keepRatio !== undefined && !(Number.isInteger(keepRatio) && keepRatio >= 1 && keepRatio <= 99)) {
        return { kind: 'refused', code: 'keep-ratio', why: 'the ratio is not from 1 to 99', remedy: 'Give a whole number of percent.' };
      }
      const body = keepRatio === undefined ? type : { ...type, xlog_keep_ratio: keepRatio };
      return await orderGaussdb(wire, primary, { action: 'keep-log-start', body, deadlineMs });
    },
    stop: async (primary, deadlineMs) => await orderGaussdb(wire, primary, { action: 'keep-log-stop', body: type, deadlineMs }),
  };
}
