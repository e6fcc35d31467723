import { describe, expect, expectTypeOf, it } from 'vitest';
import type { FailoverFacts, FailoverState } from '../../lib/failover/failover.ts';
import { runAsked } from '../scenarios/operations.ts';

type KeysOfEach<T> = T extends unknown ? keyof T : never;

describe('a failover', () => {
  it('has no field of a state that is also a fact: moving to that state would overwrite it', () => {
    expectTypeOf<keyof FailoverFacts & KeysOfEach<FailoverState>>().toBeNever();
  });

  it('is still asked for by a person after its outcome was unknown', async () => {
    const { failover } = await runAsked('gaussdb', 'switchover', { fault: 'accept-then-drop' });
    expect(failover?.trail.map(({ to }) => to)).toContain('unknown');
    expect(failover).toMatchObject({ cause: 'person', state: 'succeeded' });
  });
});
