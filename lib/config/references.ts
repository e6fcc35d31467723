import { channelKindOf } from '../notify/channels.ts';
import { nearest, type LooseFault, type Path } from './faults.ts';
import { at } from './issues.ts';
import { providerSections, sectionOf } from './schema/providers.ts';

/**
 * Faults between parts of the configuration: a name that nobody carries, a section that does not fit its provider, two targets that are one
 * database. Works on the data as written, whatever else is wrong with it, so that every fault is told at once.
 */
export function referenceFaults(data: unknown): LooseFault[] {
  const targets = entriesAt(data, ['targets']);
  return [
    ...targets.flatMap(({ path }) => targetFaults(data, path)),
    ...sharedIdentities(data, targets),
    ...sharedDatabases(data, targets),
    ...criterionFaults(data),
    ...entriesAt(data, ['channels']).flatMap(({ path, value }) => channelFaults(path, value)),
    ...approvalPlaces(data).flatMap((path) => countFaults(data, path)),
    ...entriesAt(data, ['policies']).flatMap(({ path }) => twinCriteria(data, path)),
  ];
}

interface Entry {
  readonly path: Path;
  readonly value: unknown;
}

function entriesAt(data: unknown, path: Path): Entry[] {
  const value = at(data, path);
  if (Array.isArray(value)) return value.map((element: unknown, index) => ({ path: [...path, index], value: element }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([key, element]) => ({ path: [...path, key], value: element as unknown }));
}

function namesOf(data: unknown, key: string): string[] {
  return entriesAt(data, [key]).map(({ path }) => String(path.at(-1)));
}

function unknownName(entry: Entry, what: string, known: readonly string[]): LooseFault[] {
  if (typeof entry.value !== 'string' || known.includes(entry.value)) return [];
  const near = nearest(entry.value, known);
  const choice = known.length === 0 ? `There are no ${what} yet: add one.` : `Known ${what}: ${known.join(', ')}.`;
  return [{ path: entry.path, message: `names none of the ${what}`, remedy: near === undefined ? choice : `Did you mean ${near}?` }];
}

function targetFaults(data: unknown, path: Path): LooseFault[] {
  const policyPath = [...path, 'policy'];
  return [
    ...unknownName({ path: policyPath, value: at(data, policyPath) }, 'policies', namesOf(data, 'policies')),
    ...entriesAt(data, [...path, 'channels']).flatMap((entry) => unknownName(entry, 'channels', namesOf(data, 'channels'))),
    ...sectionFaults(data, path),
    ...endpointFaults(data, path),
    ...approverFaults(data, path),
  ];
}

/** Exactly the provider's own section: another one would be silently without effect. */
function sectionFaults(data: unknown, path: Path): LooseFault[] {
  const own = sectionOf(at(data, [...path, 'provider']));
  if (own === undefined) return [];
  return providerSections.flatMap(({ section }): LooseFault[] => {
    const there = at(data, [...path, section]) !== undefined;
    if (there === (section === own.section)) return [];
    return there
      ? [
          {
            path: [...path, section],
            atKey: true,
            message: `does not belong to a target of provider ${own.provider}`,
            remedy: `Move it under ${own.section}, or change the provider.`,
          },
        ]
      : [{ path: [...path, section], message: 'is missing', remedy: `A target of provider ${own.provider} needs the section ${section}.` }];
  });
}

/** An endpoint may only be left out where the vendor documents it: hosts follow no rule (provider contracts §0.6). */
function endpointFaults(data: unknown, path: Path): LooseFault[] {
  const own = sectionOf(at(data, [...path, 'provider']));
  const section = own === undefined ? undefined : at(data, [...path, own.section]);
  const region = own === undefined ? undefined : at(section, [own.regionKey]);
  if (own === undefined || typeof region !== 'string' || at(section, ['endpoint']) !== undefined) return [];
  if (own.documentedEndpoint(region) !== undefined) return [];
  return [
    { path: [...path, own.section, 'endpoint'], message: 'is missing', remedy: 'No document lists the endpoint of this region: write it.' },
  ];
}

/** Rule 14: a failover that leaves the region is asked for unless somebody wrote `none`; asking needs somebody to ask. */
function approverFaults(data: unknown, path: Path): LooseFault[] {
  const policy = at(data, [...path, 'policy']);
  const inherited = typeof policy === 'string' ? at(data, ['policies', policy, 'guards', 'approval']) : undefined;
  const written = at(data, [...path, 'approval']) ?? inherited;
  const crossRegion = sectionOf(at(data, [...path, 'provider']))?.crossRegion === true;
  if (written !== undefined || !crossRegion || at(data, [...path, 'mode']) !== 'act') return [];
  const remedy =
    'Add approval: { approvers: [who@example.com] } to the target or its policy, or approval: none to act without asking (rule 14).';
  return [
    { path: [...path, 'approval'], message: 'is missing: a failover out of the region is asked for, and there is nobody to ask', remedy },
  ];
}

function approvalPlaces(data: unknown): Path[] {
  const targets = entriesAt(data, ['targets']).map(({ path }) => [...path, 'approval']);
  return [...targets, ...entriesAt(data, ['policies']).map(({ path }) => [...path, 'guards', 'approval'])];
}

function countFaults(data: unknown, path: Path): LooseFault[] {
  const needed = at(data, [...path, 'count']);
  const approvers = at(data, [...path, 'approvers']);
  if (typeof needed !== 'number' || !Array.isArray(approvers) || needed <= new Set(approvers).size) return [];
  return [{ path: [...path, 'count'], message: 'is more than there are approvers', remedy: 'Lower the count, or add approvers.' }];
}

/** One alert must name one target: an id that two targets claim is refused. */
function sharedIdentities(data: unknown, targets: readonly Entry[]): LooseFault[] {
  const identities = targets.flatMap(({ path }) => entriesAt(data, [...path, 'identities']));
  return identities.flatMap((entry, index) => {
    const twin = identities.slice(0, index).find((other) => overlap(data, entry, other));
    const remedy = 'Give each its own id, or limit both by key.';
    return twin === undefined ? [] : [{ path: entry.path, message: `is also an identity of ${twin.path.slice(0, 2).join('.')}`, remedy }];
  });
}

function overlap(data: unknown, a: Entry, b: Entry): boolean {
  const [keyA, keyB] = [at(data, [...a.path, 'key']), at(data, [...b.path, 'key'])];
  const valueA = at(data, [...a.path, 'value']);
  return valueA !== undefined && valueA === at(data, [...b.path, 'value']) && (keyA === undefined || keyB === undefined || keyA === keyB);
}

/** A target's lock guards one database: two targets on one would be two locks (rule 6). */
function sharedDatabases(data: unknown, targets: readonly Entry[]): LooseFault[] {
  const seen = new Map<string, string>();
  return targets.flatMap(({ path }): LooseFault[] => {
    const section = sectionOf(at(data, [...path, 'provider']));
    const value = section === undefined ? undefined : at(data, [...path, section.section, section.identityKey]);
    if (section === undefined || typeof value !== 'string') return [];
    const twin = seen.get(`${section.provider}/${value}`);
    seen.set(`${section.provider}/${value}`, path.join('.'));
    if (twin === undefined) return [];
    return [
      {
        path: [...path, section.section, section.identityKey],
        message: `is already guarded by ${twin}`,
        remedy: 'One database is one target: remove one of them.',
      },
    ];
  });
}

function criterionFaults(data: unknown): LooseFault[] {
  const sources = namesOf(data, 'sources');
  const criteria = entriesAt(data, ['policies']).flatMap(({ path }) => entriesAt(data, [...path, 'criteria']));
  return criteria.flatMap(({ path }) => entriesAt(data, [...path, 'sources'])).flatMap((entry) => unknownName(entry, 'sources', sources));
}

function twinCriteria(data: unknown, path: Path): LooseFault[] {
  const names = entriesAt(data, [...path, 'criteria']).map((entry) => ({
    path: [...entry.path, 'name'],
    value: at(entry.value, ['name']),
  }));
  const twins = names.filter(({ value }, index) => value !== undefined && names.findIndex((other) => other.value === value) < index);
  return twins.map((entry) => ({
    path: entry.path,
    message: 'is the name of another criterion of this policy',
    remedy: 'Give each criterion its own name.',
  }));
}

function channelFaults(path: Path, value: unknown): LooseFault[] {
  const kind = channelKindOf(at(value, ['kind']));
  if (kind === undefined) return [];
  const needs = (['url', 'secret'] as const).flatMap((key): LooseFault[] => {
    const there = at(value, [key]) !== undefined;
    if (kind[key] === 'required' && !there)
      return [{ path: [...path, key], message: 'is missing', remedy: `A channel of kind ${kind.kind} needs a reference to its ${key}.` }];
    if (kind[key] === 'none' && there)
      return [{ path: [...path, key], atKey: true, message: `has no meaning for kind ${kind.kind}`, remedy: 'Remove it.' }];
    return [];
  });
  const unknown = entriesAt(value, ['options']).filter((entry) => !kind.options.includes(String(entry.path.at(-1))));
  const remedy =
    kind.options.length === 0 ? `Kind ${kind.kind} has no options.` : `Options of kind ${kind.kind}: ${kind.options.join(', ')}.`;
  return [
    ...needs,
    ...unknown.map((entry): LooseFault => ({ path: [...path, ...entry.path], atKey: true, message: 'is not a known option', remedy })),
  ];
}
