import { describe, expect, it } from 'vitest';
import { loseReplies } from './lost-reply.ts';

/** One round in the suite; `npm run headline` makes ten in a row. */
describe('the provider accepts, the reply is lost, the worker is killed with SIGKILL', () => {
  it('makes one promotion for each provider, follows it to its end, and tells people', async () => {
    const replies = await loseReplies();
    expect(replies).toHaveLength(3);
    for (const reply of replies) {
      expect(reply).toMatchObject({ promotions: 1, state: 'succeeded', told: true });
      expect(reply.path).toContain('unknown');
      expect(reply.workersKilled).toBeGreaterThan(0);
    }
  }, 200_000);
});
