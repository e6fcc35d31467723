import type { HttpRequest, HttpResponse } from '../../lib/ports.ts';

/** GaussDB's documented answers (provider contracts §1), to be bent by tests. */
export const GAUSSDB_IDS = {
  project: '0483b6b16e954cb88930a360d2c4e663',
  standby: 'c04c789b6baa4b6dbcc139c5226f3a2cin14',
  primary: 'b331ed66cc3249f78bc20737308c01f4in14',
  relation: '5a1e7f0c-2b60-4d9e-9f0a-6f1a2b3c4d5e',
  job: '8bf0175e-562e-45f6-942a-2e2c72c577d7',
} as const;

export const GAUSSDB_KEY = {
  accessKey: 'AKIDEXAMPLE0000000AK',
  secretKey: 'SKEXAMPLE000000000000000000000000000000SK',
  securityToken: 'STSEXAMPLE0000000000000000000000000000TOK',
} as const;

/** What the vendor says; every field as documented, the words as in a healthy standby. */
export interface GaussdbWords {
  readonly role: string;
  readonly relation: string;
  readonly monitor: string;
  readonly instance: string;
  readonly node: string;
  readonly rpo: string;
  readonly rto: string;
  readonly version: string;
  readonly job: string;
  readonly progress: string;
  readonly failReason: string;
  readonly actions: readonly string[];
  readonly tasks: readonly object[];
  readonly records: readonly object[];
}

export const HEALTHY: GaussdbWords = {
  role: 'disaster',
  relation: 'normal',
  monitor: 'recovery',
  instance: 'ACTIVE',
  node: 'ACTIVE',
  rpo: '2',
  rto: '0',
  version: 'V2.0-8.102.0',
  job: 'Running',
  progress: '60%',
  failReason: '',
  actions: [],
  tasks: [],
  records: [],
};

export function json(status: number, body: unknown, requestId = 'a1b2c3'): HttpResponse {
  return { status, headers: { 'content-type': 'application/json', 'x-request-id': requestId }, body: JSON.stringify(body) };
}

/** Answers any read as the vendor would. */
export function answerRead(request: Pick<HttpRequest, 'url'>, words: GaussdbWords): HttpResponse {
  const { pathname } = new URL(request.url);
  const name = pathname.slice(pathname.lastIndexOf('/') + 1);
  return json(200, READS[name]?.(words) ?? {});
}

const READS: Readonly<Record<string, (words: GaussdbWords) => object>> = {
  relations: (words) => ({ total: words.relation === 'none' ? 0 : 1, relations: words.relation === 'none' ? [] : [relation(words)] }),
  monitor: (words) => ({
    instance_id: GAUSSDB_IDS.standby,
    status: words.monitor,
    rpo: words.rpo,
    rto: words.rto,
    rpo_threshold: '',
    rto_threshold: '',
    switchover_progress: '',
    failover_progress: '',
  }),
  instances: (words) => ({ instances: words.instance === 'none' ? [] : [instance(words)], total_count: 1 }),
  tasks: (words) => ({ tasks: words.tasks, total_count: words.tasks.length }),
  records: (words) => ({ records: words.records }),
  jobs: (words) => ({
    job: {
      id: GAUSSDB_IDS.job,
      name: 'SomeName',
      status: words.job,
      created: '2026-01-02T11:04:05+0800',
      ended: '',
      progress: words.progress,
      instance: { id: GAUSSDB_IDS.standby, name: 'dr' },
      fail_reason: words.failReason,
    },
  }),
};

function relation(words: GaussdbWords): object {
  const side = (instance_id: string, region_code: string): object => ({ instance_id, region_code, project_id: GAUSSDB_IDS.project });
  return {
    id: GAUSSDB_IDS.relation.replace('5a', '6b'),
    synchronization_id: GAUSSDB_IDS.relation,
    disaster_type: 'stream',
    disaster_role: words.role,
    instance_id: GAUSSDB_IDS.standby,
    instance_status: words.instance,
    status: words.relation,
    actions: words.actions,
    created: '2026-01-01 00:00:00',
    master_region_instance_info: side(GAUSSDB_IDS.primary, 'cn-north-4'),
    slave_region_instance_info: side(GAUSSDB_IDS.standby, 'ap-southeast-1'),
  };
}

function instance(words: GaussdbWords): object {
  const node = (at: number): object => ({
    id: `node${at}`,
    role: at === 0 ? 'master' : 'slave',
    status: words.node,
    availability_zone: `az${at}`,
  });
  return {
    id: GAUSSDB_IDS.standby,
    status: words.instance,
    type: 'Ha',
    datastore: { type: 'GaussDB', version: 'V2.0-8.1', complete_version: words.version },
    nodes: [node(0), node(1), node(2)],
  };
}
