import { describe, expect, test } from 'vitest';
import { rulesFor, UnknownTargetError } from '../lib/services.ts';
import { exampleConfig } from './scenarios/story.ts';

describe('the rules of a target', () => {
  const config = exampleConfig();
  const [id = ''] = Object.keys(config.targets);

  test('are its own, its policy and the fleet', () => {
    const { target, policy, fleet } = rulesFor(config, id);
    expect([target.id, policy.name, fleet]).toEqual([id, config.targets[id]?.policyName, config.fleet]);
  });

  test.each(['gone', '', 'constructor', '__proto__', 'x'.repeat(500)])('of a target called %s there are none', (targetId) => {
    expect(() => rulesFor(config, targetId)).toThrow(
      new UnknownTargetError(`target "${targetId.slice(0, 80)}" is not in the configuration`),
    );
  });

  test('of a target whose policy was taken away there are none', () => {
    expect(() => rulesFor({ ...config, policies: {} }, id)).toThrow(UnknownTargetError);
  });
});
