import { describe } from 'vitest';
import { ends, fires, MINUTE, SECOND, tell } from './teller.ts';

describe('resolved', () => {
  tell([
    {
      rule: 2,
      says: 'an end stated at another severity cancels all the same (Alibaba Cloud tells "failure ended" as information)',
      alerts: [fires('eu-1', 0), fires('eu-2', 0), ends('eu-1', 30 * SECOND, { severity: 'info' })],
      at: 2 * MINUTE,
      then: ['clear', 'quorum-short'],
    },
  ]);
});
