import { GAUSSDB_ERRORS, createGaussdbProvider } from '../../lib/failover/providers/gaussdb.ts';
import { createHttp } from '../../lib/platform/https.ts';
import { gaussdbTarget } from './gaussdb-target.ts';
import { answerRead, GAUSSDB_IDS, GAUSSDB_KEY, HEALTHY, json } from './gaussdb-wire.ts';
import { GAUSSDB_MATRIX, type GaussdbUnderTest } from './gaussdb-matrix.ts';
import type { ProviderContract } from './provider-contract.ts';

/** GaussDB as the contract suite and the generated docs take it. */
export const gaussdbContract: ProviderContract<GaussdbUnderTest> = {
  name: 'gaussdb',
  create: createGaussdbProvider,
  target: gaussdbTarget,
  secret: { value: Object.values(GAUSSDB_KEY).join(':'), parts: Object.values(GAUSSDB_KEY) },
  plan: (operation) => ({
    operation,
    parameters: { disaster_type: 'stream' },
    writerBefore: GAUSSDB_IDS.primary,
    promotes: GAUSSDB_IDS.standby,
  }),
  errors: GAUSSDB_ERRORS.flatMap(({ statuses, code, outcome }) => statuses.map((status) => ({ status, code, outcome }))),
  errorAnswer: ({ status, code }, message) => json(status, { error_code: code, error_msg: message }),
  acceptedAnswer: () => json(202, { job_id: GAUSSDB_IDS.job }),
  unreadableSuccess: 'unknown',
  foreignStatus: (request, word) =>
    answerRead(request, {
      ...HEALTHY,
      role: word,
      relation: word,
      monitor: word,
      instance: word,
      node: word,
      job: word,
      progress: word,
      failReason: word,
      records: [{ action: word, status: word, job_id: GAUSSDB_IDS.job, created_at: '2026-01-02T03:04:05Z', message: word }],
      tasks: [{ name: word, status: word, job_id: word, instance_info: { instance_id: GAUSSDB_IDS.standby } }],
    }),
  matrix: GAUSSDB_MATRIX,
  http: createHttp(),
};
