import type { Operation } from '../failover/provider.ts';
import { UnknownTargetError, type Services } from '../services.ts';
import type { ArchivePage } from '../store/archive-store.ts';
import type { RefusedAlert } from '../store/record-store.ts';
import { acknowledge } from './acknowledge.ts';
import { refused, type Answer } from './answer.ts';
import { approve } from './approve.ts';
import { deny } from './deny.ts';
import { history, type History } from './history.ts';
import { targetOnRecord, type TargetOnRecord } from './on-record.ts';
import type { OperationRequest } from './operation.ts';
import { pause, resume } from './pause.ts';
import { Fields, InvalidRequestError } from './read-request.ts';
import { releaseBrake } from './release-brake.ts';
import { planOperation, requestOperation } from './request-operation.ts';
import { status, type FleetStatus } from './status.ts';

/** What a person's tool may ask for. Reads and deeds go the same way, so that nobody needs more than the right to invoke this. */
interface Deed {
  readonly fields: readonly string[];
  readonly run: (services: Services, fields: Fields) => Promise<OperatorAnswer>;
}
export type OperatorAnswer =
  | Answer
  | { readonly ok: true; readonly status: FleetStatus }
  | { readonly ok: true; readonly history: History }
  | { readonly ok: true; readonly refused: readonly RefusedAlert[] }
  | { readonly ok: true; readonly onRecord: TargetOnRecord }
  | { readonly ok: true; readonly archive: ArchivePage };

const OPERATION_FIELDS = ['targetId', 'operation', 'by', 'reason', 'force', 'consentToLoseData', 'planHashPrefix', 'requestId'];
const LIMIT = 20;
const LIMIT_MAX = 100;

const DEEDS: Readonly<Record<string, Deed>> = {
  status: { fields: ['targetId'], run: async (services, f) => ({ ok: true, status: await status(services, f.optionalText('targetId')) }) },
  history: {
    fields: ['targetId', 'limit'],
    run: async (services, f) => ({ ok: true, history: await history(services, f.text('targetId'), limitIn(f)) }),
  },
  refused: { fields: ['limit'], run: async (services, f) => ({ ok: true, refused: await services.records.refused(limitIn(f)) }) },
  'on-record': {
    fields: ['targetId'],
    run: async (services, f) => ({ ok: true, onRecord: await targetOnRecord(services, f.text('targetId')) }),
  },
  archive: {
    fields: ['targetId', 'sinceMs', 'untilMs', 'cursor'],
    run: async (services, f) => ({ ok: true, archive: await archivePage(services, f) }),
  },
  pause: {
    fields: ['targetId', 'owner', 'reason', 'forMs'],
    run: (services, f) =>
      pause(services, f.text('targetId'), { owner: f.text('owner'), reason: f.text('reason'), forMs: f.number('forMs') }),
  },
  resume: { fields: ['targetId', 'by', 'reason'], run: (services, f) => resume(services, f.text('targetId'), doerIn(f)) },
  acknowledge: {
    fields: ['targetId', 'by', 'reason', 'close'],
    run: (services, f) => acknowledge(services, f.text('targetId'), { ...doerIn(f), close: f.flag('close') }),
  },
  approve: {
    fields: ['targetId', 'by', 'planHashPrefix', 'consentToLoseData', 'reason'],
    run: (services, f) =>
      approve(services, f.text('targetId'), {
        by: f.text('by'),
        planHashPrefix: f.text('planHashPrefix'),
        consentToLoseData: f.flag('consentToLoseData'),
        ...given({ reason: f.optionalText('reason') }),
      }),
  },
  deny: { fields: ['targetId', 'by', 'reason'], run: (services, f) => deny(services, f.text('targetId'), doerIn(f)) },
  'release-brake': { fields: ['by', 'reason'], run: (services, f) => releaseBrake(services, doerIn(f)) },
  plan: { fields: OPERATION_FIELDS, run: (services, f) => planOperation(services, f.text('targetId'), operationIn(f)) },
  operate: { fields: OPERATION_FIELDS, run: (services, f) => requestOperation(services, f.text('targetId'), operationIn(f)) },
};

/** The operator: one request of a person, one answer. Throws only when a port fails; then the caller may repeat the request. */
export async function operate(services: Services, request: unknown): Promise<OperatorAnswer> {
  try {
    const fields = new Fields(request);
    const name = fields.text('deed');
    const deed = Object.hasOwn(DEEDS, name) ? DEEDS[name] : undefined;
    if (deed === undefined) throw new InvalidRequestError(`there is no such deed; there are ${Object.keys(DEEDS).join(', ')}`);
    fields.only(['deed', ...deed.fields]);
    const answer = await deed.run(services, fields);
    services.log.event('operator', { deed: name, ok: answer.ok, ...('code' in answer ? { code: answer.code } : {}) });
    return answer;
  } catch (error) {
    if (error instanceof InvalidRequestError) return refused('invalid', `${error.message}.`);
    if (error instanceof UnknownTargetError) return refused('unknown-target', `${error.message}.`);
    throw error;
  }
}

function doerIn(fields: Fields): { by: string; reason: string } {
  return { by: fields.text('by'), reason: fields.text('reason') };
}

/** That it is one of the operations is judged with the target's own. */
function operationIn(fields: Fields): OperationRequest {
  const operation = fields.text('operation') as Operation;
  const planHashPrefix = fields.optionalText('planHashPrefix');
  const requestId = fields.optionalText('requestId');
  return {
    operation,
    ...doerIn(fields),
    force: fields.flag('force'),
    consentToLoseData: fields.flag('consentToLoseData'),
    ...given({ planHashPrefix, requestId }),
  };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the properties that are undefined. */
function given<T extends object>(properties: T): Given<T> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as Given<T>;
}

/** Of a target that may have left the configuration: what was archived of it stays readable. */
function archivePage(services: Services, fields: Fields): Promise<ArchivePage> {
  const range = { sinceMs: fields.number('sinceMs'), untilMs: fields.number('untilMs'), cursor: fields.optionalText('cursor') };
  return services.archive.page(fields.text('targetId'), range);
}

function limitIn(fields: Fields): number {
  return Math.max(1, Math.min(LIMIT_MAX, Math.floor(fields.optionalNumber('limit') ?? LIMIT)));
}
