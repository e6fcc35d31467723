import { describe, expect, test } from 'vitest';
import { lookAtFleet, lookAtWorld } from '../../lib/decide/look.ts';
import { rulesFor } from '../../lib/services.ts';
import { withTarget } from '../scenarios/story.ts';
import { down } from './down.ts';
import { HOUR, ORDERS, PAYMENTS } from './still.ts';

describe('the look at the world', () => {
  test('has the provider, the fleet and a plan; no probe where none is configured', async () => {
    const { services } = down();
    const { look: seen, plan } = await lookAtWorld(services, rulesFor(services.config, ORDERS), 'failover');
    expect(seen.observation).toMatchObject({ standbyRole: 'standby', standbyHealthy: true });
    expect(seen).not.toHaveProperty('probe');
    expect(seen).not.toHaveProperty('planImpossible');
    expect(plan).toMatchObject({ operation: 'failover' });
    expect(seen.fleet).toEqual({ brakeOn: false, recentFailovers: 0, alarmingTargets: 1, targets: 4 });
  });
  test('asks our own probe where there is one', async () => {
    const { services } = down();
    const { look: seen } = await lookAtWorld(services, rulesFor(services.config, PAYMENTS), 'failover');
    expect(seen.probe).toMatchObject({ kind: 'alive' });
  });
  test('says why no plan can be made', async () => {
    const { services } = down();
    const { gdn } = services.config.targets['ledger-gdn'] ?? {};
    if (gdn === undefined) throw new Error('the example has no network');
    const config = withTarget(services.config, 'ledger-gdn', { gdn: { ...gdn, forced: false } });
    const seen = await lookAtWorld({ ...services, config }, rulesFor(config, 'ledger-gdn'), 'failover');
    expect(seen.look.planImpossible).toBe('A failover is a forced switch, and the target says forced: false.');
    expect(seen).not.toHaveProperty('plan');
  });
  test('counts the slots of the window, the targets that alarm, and always this one', async () => {
    const { services, t0 } = down();
    const limits = { ...services.config.fleet.brake, windowMs: HOUR };
    await services.brake.reserve('old', limits, t0 - HOUR);
    await services.brake.reserve('new', limits, t0 - HOUR + 1);
    await services.targets.save(await services.targets.load(ORDERS), { alarming: false, lookAgainAtMs: t0 });
    await services.targets.save(await services.targets.load(PAYMENTS), { alarming: true });
    expect(await lookAtFleet(services, ORDERS, limits)).toEqual({ brakeOn: false, recentFailovers: 1, alarmingTargets: 2, targets: 4 });
    expect(await lookAtFleet(services, PAYMENTS, limits)).toMatchObject({ alarmingTargets: 1 });
  });
});
