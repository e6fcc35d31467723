import type { Failover } from '../failover/failover.ts';
import type { Attribute, Expectation, Item, Key, Table, WriteResult } from '../ports.ts';
import { emptyHealth, type Health } from '../decide/health.ts';
import { noControls, type Controls } from '../decide/state.ts';
import type { Verdict } from '../decide/verdict.ts';

/**
 * The target's item: the arbiter of everything about one target (design §6). Three versions in one item, so that alerts folding in,
 * the failover's progress and people's controls never collide unless a writer says that it depends on them.
 */
export interface TargetState {
  readonly targetId: string;
  readonly health: Health;
  readonly healthVersion: number;
  /** The last verdict, with its trace. */
  readonly verdict?: Verdict;
  readonly failover?: Failover;
  readonly failoverVersion: number;
  readonly controls: Controls;
  readonly controlVersion: number;
  /** When the decider looks at it again by itself. */
  readonly lookAgainAtMs?: number;
  /** Firing evidence is on record: counted by the fleet brake. */
  readonly alarming: boolean;
  /** People were told of what is on record: of the hold, or that they are asked. While it is not so, whoever looks at the target tells them. */
  readonly told: boolean;
  /** Parts of the item that could not be understood: nothing is overwritten, nobody acts, a person looks. */
  readonly unreadable?: string;
}

export interface TargetChange {
  readonly health?: Health;
  readonly verdict?: Verdict;
  readonly alarming?: boolean;
  readonly told?: boolean;
  /** `null` removes it. */
  readonly lookAgainAtMs?: number | null;
  readonly failover?: Failover | null;
  readonly controls?: Controls;
}
/** Parts whose version must still be the one that was read, besides those that the change itself writes. */
export type Dependency = 'health' | 'failover' | 'controls';

export interface TargetStore {
  load(targetId: string): Promise<TargetState>;
  /** One conditional write. `conflict`: somebody was faster; load again and decide again. */
  save(before: TargetState, change: TargetChange, dependsOn?: readonly Dependency[]): Promise<WriteResult>;
  /** Targets with anything open: firing evidence, a look due, an active failover. A hint (the index lags). */
  open(): Promise<readonly OpenTarget[]>;
}
export interface OpenTarget {
  readonly targetId: string;
  readonly alarming: boolean;
  readonly failoverId?: string;
}

const PREFIX = 'target#';
const keyOf = (targetId: string): Key => ({ pk: `${PREFIX}${targetId}`, sk: 'state' });
const versionOf: Record<Dependency, 'healthVersion' | 'failoverVersion' | 'controlVersion'> = {
  health: 'healthVersion',
  failover: 'failoverVersion',
  controls: 'controlVersion',
};

export function createTargetStore(table: Table): TargetStore {
  return {
    load: async (targetId) => stateOf(targetId, await table.get(keyOf(targetId))),
    save: (before, change, dependsOn = []) => {
      const { set, remove } = writeOf(before, change);
      return table.update(keyOf(before.targetId), { set, remove }, expectationOf(before, change, dependsOn));
    },
    open: async () => {
      const found: OpenTarget[] = [];
      let cursor: string | undefined;
      do {
        const page = await table.queryIndex('open', 'open', cursor === undefined ? {} : { cursor });
        found.push(...page.items.map(openOf));
        cursor = page.cursor;
      } while (cursor !== undefined);
      return found;
    },
  };
}

function openOf(item: Item): OpenTarget {
  const failoverId = item['failoverId'];
  const targetId = String(item['pk']).slice(PREFIX.length);
  const alarming = item['alarming'] === true;
  return typeof failoverId === 'string' ? { targetId, alarming, failoverId } : { targetId, alarming };
}

function stateOf(targetId: string, item: Item = {}): TargetState {
  const faults: string[] = [];
  const read = <T>(name: string): T | undefined => readJson<T>(item, name, faults);
  const verdict = read<Verdict>('verdict');
  const failover = read<Failover>('failover');
  const lookAgainAtMs = item['lookAgainAtMs'];
  return {
    targetId,
    health: read<Health>('health') ?? emptyHealth,
    controls: read<Controls>('controls') ?? noControls,
    healthVersion: versionIn(item, 'healthVersion'),
    failoverVersion: versionIn(item, 'failoverVersion'),
    controlVersion: versionIn(item, 'controlVersion'),
    alarming: item['alarming'] === true,
    told: item['told'] === true,
    ...(verdict === undefined ? {} : { verdict }),
    ...(failover === undefined ? {} : { failover }),
    ...(typeof lookAgainAtMs === 'number' ? { lookAgainAtMs } : {}),
    ...(faults.length === 0 ? {} : { unreadable: faults.join(', ') }),
  };
}

function readJson<T>(item: Item, name: string, faults: string[]): T | undefined {
  const text = item[name];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(String(text)) as T;
  } catch {
    faults.push(name);
    return undefined;
  }
}

function versionIn(item: Item, name: string): number {
  const version = item[name];
  return typeof version === 'number' ? version : 0;
}

function touches(change: TargetChange): Dependency[] {
  const touched: Dependency[] = [];
  if (change.health !== undefined || change.verdict !== undefined || change.lookAgainAtMs !== undefined) touched.push('health');
  if (change.failover !== undefined) touched.push('failover');
  if (change.controls !== undefined) touched.push('controls');
  return touched;
}

function expectationOf(before: TargetState, change: TargetChange, dependsOn: readonly Dependency[]): Expectation {
  const expected: Record<string, Attribute | undefined> = {};
  for (const part of [...touches(change), ...dependsOn]) {
    const name = versionOf[part];
    expected[name] = before[name] === 0 ? undefined : before[name];
  }
  return expected;
}

function writeOf(before: TargetState, change: TargetChange): { set: Item; remove: string[] } {
  const set: Record<string, Attribute> = {};
  const remove: string[] = [];
  for (const part of touches(change)) set[versionOf[part]] = before[versionOf[part]] + 1;
  if (change.health !== undefined) set['health'] = JSON.stringify(change.health);
  if (change.verdict !== undefined) set['verdict'] = JSON.stringify(change.verdict);
  if (change.controls !== undefined) set['controls'] = JSON.stringify(change.controls);
  putOrRemove('alarming', change.alarming, set, remove);
  putOrRemove('told', change.told, set, remove);
  putOrRemove('lookAgainAtMs', change.lookAgainAtMs, set, remove);
  putOrRemove('failover', change.failover === null ? null : change.failover && JSON.stringify(change.failover), set, remove);
  putOrRemove('failoverId', change.failover === null ? null : change.failover?.id, set, remove);
  putOrRemove('failoverState', change.failover === null ? null : change.failover?.state, set, remove);
  return withIndex(before, change, set, remove);
}

function putOrRemove(name: string, value: Attribute | null | undefined, set: Record<string, Attribute>, remove: string[]): void {
  if (value === null) remove.push(name);
  else if (value !== undefined) set[name] = value;
}

/** The sparse index holds a target as long as something is open on it; a writer who cannot know errs on the side of keeping it there. */
function withIndex(
  before: TargetState,
  change: TargetChange,
  set: Record<string, Attribute>,
  remove: string[],
): { set: Item; remove: string[] } {
  const failover = change.failover === undefined ? before.failover : (change.failover ?? undefined);
  const look = change.lookAgainAtMs === undefined ? before.lookAgainAtMs : (change.lookAgainAtMs ?? undefined);
  const alarming = change.alarming ?? before.alarming;
  if (failover !== undefined || look !== undefined || alarming || (change.controls ?? before.controls).pause !== undefined) {
    set['openPk'] = 'open';
    set['openSk'] = before.targetId;
  } else if (touches(change).includes('health')) {
    remove.push('openPk', 'openSk');
  }
  return { set, remove };
}
