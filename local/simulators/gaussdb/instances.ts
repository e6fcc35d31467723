import { isoSeconds } from '../encoding.ts';
import type { Context, Handled } from '../vendor.ts';
import type { GaussdbInstance, GaussdbState } from './model.ts';
import { page, queryOf } from './reads.ts';
import type { Query } from './reads.ts';
import { answered } from './replies.ts';
import type { Route } from './routes.ts';

const QUERY = { type: /^(Enterprise|Ha)$/, datastore_type: /^GaussDB$/, limit: /^([1-9]\d?|100)$/, offset: /^\d+$/ };

/** §1.7: an instance that is not there is an empty list, not an error. A leading `*` searches inside the text. */
export function instances(state: GaussdbState, route: Route, context: Context): Handled {
  const query = queryOf(context, QUERY);
  const found = Object.values(state.instances).filter((one) => one.projectId === route.projectId && wanted(one, query));
  const rows = page(found, query).map((one) => row(one, route.version));
  return answered({ instances: rows, total_count: found.length }, { project_id: route.projectId, instance_id: query['id'] ?? '' }, context);
}

function wanted(instance: GaussdbInstance, query: Query): boolean {
  const { type = '' } = query;
  return fits(instance.id, query['id'] ?? '') && fits(instance.name, query['name'] ?? '') && (type === '' || type === instance.type);
}

function fits(value: string, asked: string): boolean {
  if (asked === '') return true;
  return asked.startsWith('*') ? value.includes(asked.slice(1)) : value === asked;
}

/** §1.7: v3.2 and v3.3 add the complete versions. */
function row(instance: GaussdbInstance, version: string): Record<string, unknown> {
  const complete = version === 'v3.2' || version === 'v3.3';
  const versions = complete ? { complete_version: instance.completeVersion, complete_kernel_version: `${instance.majorVersion}.0.0` } : {};
  return {
    id: instance.id,
    name: instance.name,
    status: instance.status,
    type: instance.type,
    region: instance.region,
    port: instance.port,
    private_ips: instance.privateIps,
    datastore: { type: 'GaussDB', version: instance.majorVersion, ...versions },
    created: isoSeconds(instance.createdAtMs).replace('Z', '+0000'),
    updated: isoSeconds(instance.updatedAtMs).replace('Z', '+0000'),
    switch_strategy: instance.switchStrategy,
    nodes: instance.nodes.map((node) => ({
      id: node.id,
      name: node.name,
      role: node.role,
      status: node.status,
      availability_zone: node.availabilityZone,
      private_ip: node.privateIp,
      public_ip: '',
    })),
  };
}
