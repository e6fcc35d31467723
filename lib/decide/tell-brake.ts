import { tell } from '../notify/tell.ts';
import type { Services } from '../services.ts';
import { owed } from '../store/brake-store.ts';
import { brakeNotice } from './notices.ts';

/**
 * Pages that the brake is on, if that is still owed. Whoever trips it says so; the watchdog says it again until it is on its way, because
 * the tripping decider may die in between, and then nothing acts and nobody knows (rule 12).
 */
export async function tellBrake(services: Pick<Services, 'config' | 'queue' | 'log' | 'brake'>): Promise<void> {
  const brake = await services.brake.load();
  const onSinceMs = owed(brake);
  if (onSinceMs === undefined) return;
  await tell(services, brakeNotice(onSinceMs, brake.why ?? 'unknown'));
  await services.brake.told(onSinceMs);
}
