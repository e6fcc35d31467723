import { acknowledge } from '../../lib/operate/acknowledge.ts';
import { approve } from '../../lib/operate/approve.ts';
import { deny } from '../../lib/operate/deny.ts';
import { pause, resume } from '../../lib/operate/pause.ts';
import { releaseBrake } from '../../lib/operate/release-brake.ts';
import type { Services } from '../../lib/services.ts';
import type { Deed, PlannedAct } from './script.ts';

type Doing = (services: Services, act: Pick<PlannedAct, 'target' | 'by' | 'forMs'>) => Promise<unknown>;

/** What people can do, by the same functions that the console and the command line use. */
export const DOINGS: Readonly<Record<Deed, Doing>> = {
  pause: (services, { target, by, forMs = 600_000 }) => pause(services, target, { owner: by, reason: 'maintenance of the network', forMs }),
  resume: (services, { target, by }) => resume(services, target, { by, reason: 'done' }),
  approve: async (services, { target, by }) => {
    const { failover } = await services.targets.load(target);
    if (failover === undefined) return;
    await approve(services, target, { by, planHashPrefix: failover.planHash.slice(0, 12), consentToLoseData: true });
  },
  deny: (services, { target, by }) => deny(services, target, { by, reason: 'not now' }),
  acknowledge: (services, { target, by }) => acknowledge(services, target, { by, reason: 'looked at it' }),
  close: (services, { target, by }) => acknowledge(services, target, { by, reason: 'settled by hand', close: true }),
  release: (services, { by }) => releaseBrake(services, { by, reason: 'found the common cause' }),
};
