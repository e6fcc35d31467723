import { createHash } from 'node:crypto';
import type { Target } from '../lib/config/config.ts';
import { readConfiguration } from './configuration.ts';

const NAME_MAX = 64;
const DIGEST_CHARS = 10;

/** One event of the drill function in serverless.yml. */
export interface DrillEvent {
  readonly schedule: {
    readonly method: 'scheduler';
    readonly name: string;
    readonly description: string;
    readonly rate: readonly [string];
    readonly timezone: string;
    readonly roleArn: { readonly 'Fn::GetAtt': readonly ['ScheduleRole', 'Arn'] };
    readonly input: { readonly understudy: 'drill'; readonly targetId: string };
  };
}

/** A schedule for each target of `<root>/understudy.yml` that is to be rehearsed by itself. */
export function drillEvents(stage: string, root: string): readonly DrillEvent[] {
  const targets = Object.values(readConfiguration({ root, stage }).targets);
  return targets.flatMap((target) => (target.drill === undefined ? [] : [drillEvent(stage, target.id, target.drill)]));
}

function drillEvent(stage: string, targetId: string, { schedule, zone }: NonNullable<Target['drill']>): DrillEvent {
  return {
    schedule: {
      method: 'scheduler',
      name: scheduleName(stage, targetId),
      description: `Drill of ${targetId}`,
      rate: [schedule],
      timezone: zone,
      roleArn: { 'Fn::GetAtt': ['ScheduleRole', 'Arn'] },
      input: { understudy: 'drill', targetId },
    },
  };
}

/**
 * Names of schedules are unique in an account, so the stage is in them. EventBridge Scheduler allows 64 characters of a small alphabet:
 * a name that had to be changed ends in a digest of the whole.
 */
export function scheduleName(stage: string, targetId: string): string {
  const name = `understudy-${stage}-drill-${targetId}`;
  const safe = name.replaceAll(/[^0-9A-Za-z_.-]/g, '-');
  if (safe === name && name.length <= NAME_MAX) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_CHARS);
  return `${safe.slice(0, NAME_MAX - DIGEST_CHARS - 1)}-${digest}`;
}
