import { expect, test } from 'vitest';
import { renderFaultMatrix, runFaultMatrix } from './fault-matrix.ts';
import { gaussdbContract } from './gaussdb-contract.ts';

test('the printed matrix is the same on every run, and says what happened', async () => {
  const once = async (): Promise<string> =>
    renderFaultMatrix([
      ...(await runFaultMatrix(gaussdbContract, { operation: 'failover', fault: 'accept-then-drop' })),
      ...(await runFaultMatrix(gaussdbContract, { operation: 'failover', fault: 'vain twice' })),
      ...(await runFaultMatrix(gaussdbContract, { operation: 'failover', fault: 'relations unread before' })),
    ]);
  const first = await once();
  expect(await once()).toBe(first);
  const [lost, vain, unread] = first.split('\n').slice(2);
  expect(lost).toMatch(/^\| failover \| accept-then-drop \| .* \| succeeded: .* \| 1 \| 1 \|$/);
  expect(vain).toMatch(/^\| failover \| vain twice \| .* \| unproved: .* \| 0 \| 2 \|$/);
  expect(unread).toMatch(/^\| failover \| relations unread before \| .* \| preflight: role fail, .* \| 0 \| 0 \|$/);
});
