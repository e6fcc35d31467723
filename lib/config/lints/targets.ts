import type { Config, Target } from '../config.ts';
import type { Path } from '../faults.ts';
import type { Finding } from '../lint.ts';
import { sectionOf } from '../schema/providers.ts';

type Rule = (target: Target, config: Config) => (Omit<Finding, 'path'> & { readonly at?: string }) | undefined;

export function targetLints(config: Config): readonly Finding[] {
  const ofTargets = Object.values(config.targets).flatMap((target) =>
    RULES.flatMap((rule): Finding[] => {
      const found = rule(target, config);
      if (found === undefined) return [];
      const { at, ...finding } = found;
      return [{ ...finding, path: ['targets', target.id, ...(at === undefined ? [] : [at])] }];
    }),
  );
  return [...ofTargets, ...unusedChannels(config), ...secretsOutOfReach(config)];
}

const RULES: readonly Rule[] = [
  function nobodyAsked(target, config) {
    const approval = config.policies[target.policyName]?.guards.approval;
    if (target.mode !== 'act' || approval?.required !== false || sectionOf(target.provider)?.crossRegion !== true) return undefined;
    const message = 'is promoted in another region with nobody asked (rule 14)';
    return { level: 'warning', code: 'no-approver', at: 'approval', message, remedy: 'Name approvers, unless that is what you want.' };
  },
  function nobodyToAsk(target, config) {
    const approval = config.policies[target.policyName]?.guards.approval;
    if (approval?.required !== true || approval.approvers.length > 0) return undefined;
    const message = 'would ask for approval, and there is nobody to ask';
    return { level: 'warning', code: 'no-approver', at: 'approval', message, remedy: 'Name approvers before it is set to act.' };
  },
  function neverForced({ mode, gdn }) {
    if (mode !== 'act' || gdn?.forced !== false) return undefined;
    const message = 'can never be failed over: a failover is a forced switch, and forced is false';
    const remedy = 'Set gdn.forced: true, which may lose what was not replicated, or keep it in shadow mode.';
    return { level: 'error', code: 'never-forced', at: 'gdn', message, remedy };
  },
  function endpointElsewhere(target) {
    const own = sectionOf(target.provider);
    // Only one of the sections is there: the check of references saw to it.
    const { region, regionId, endpoint } = { ...target.gaussdb, ...target.polardb, ...target.gdn };
    const place = String(region ?? regionId);
    const documented = own?.documentedEndpoint(place);
    if (own === undefined || documented === undefined || endpoint === documented) return undefined;
    const message = `does not use the endpoint that is documented for ${place}`;
    return {
      level: 'warning',
      code: 'endpoint-elsewhere',
      at: own.section,
      message,
      remedy: `Leave endpoint out, or write ${documented}.`,
    };
  },
  function noDrill(target) {
    if (target.drill !== undefined) return undefined;
    return {
      level: 'warning',
      code: 'no-drill',
      message: 'is never rehearsed: cold code is broken code',
      remedy: 'Add drill: { schedule: rate(7 days) }.',
    };
  },
  function noChannel(target) {
    if (target.channels.length > 0) return undefined;
    return {
      level: 'warning',
      code: 'no-channel',
      at: 'channels',
      message: 'tells nobody what happens to it',
      remedy: 'Name at least one channel.',
    };
  },
  function oneChannel(target) {
    if (target.channels.length !== 1 || target.mode !== 'act') return undefined;
    return {
      level: 'info',
      code: 'single-channel',
      at: 'channels',
      message: 'is told on one channel only; a storm can silence a chat',
      remedy: 'Name a second channel.',
    };
  },
  function shadow(target) {
    if (target.mode !== 'shadow') return undefined;
    return {
      level: 'info',
      code: 'shadow',
      at: 'mode',
      message: 'is in shadow mode: it decides and tells, and never acts',
      remedy: 'Set mode: act when its verdicts have convinced you.',
    };
  },
];

function unusedChannels(config: Config): readonly Finding[] {
  const used = new Set(Object.values(config.targets).flatMap((target) => target.channels));
  return Object.keys(config.channels)
    .filter((id) => !used.has(id))
    .map((id) => ({
      level: 'info',
      code: 'channel-unused',
      path: ['channels', id],
      message: 'is used by no target',
      remedy: 'Remove it, or give it to a target.',
    }));
}

/** The deployed functions may read secrets only under a path of their own kind (serverless.yml): least privilege. */
function secretsOutOfReach(config: Config): readonly Finding[] {
  const references = [
    ...referencesIn(config.sources, 'sources'),
    ...referencesIn(config.channels, 'channels'),
    ...targetReferences(config),
  ];
  return references.flatMap(({ path, reference, kind }): Finding[] => {
    if (/^(?:ssm:\/|secretsmanager:)understudy\/[^/]+\//.test(reference) && reference.split('/').includes(kind)) return [];
    const remedy = `Keep it under /understudy/<stage>/${kind}/, or widen the grants in serverless.yml.`;
    return [{ level: 'warning', code: 'secret-out-of-reach', path, message: 'cannot be read by the deployed functions', remedy }];
  });
}

interface Reference {
  readonly path: Path;
  readonly reference: string;
  readonly kind: string;
}

function targetReferences(config: Config): readonly Reference[] {
  return Object.values(config.targets).flatMap((target) => {
    const { hooks, ...settings } = target;
    const base: Path = ['targets', target.id];
    return [...referencesIn(settings, 'providers', base), ...referencesIn(hooks, 'hooks', [...base, 'hooks'])];
  });
}

function referencesIn(data: object, kind: string, path: Path = [kind]): readonly Reference[] {
  return Object.entries(data).flatMap(([key, value]: [string, unknown]): readonly Reference[] => {
    const here = [...path, Array.isArray(data) ? Number(key) : key];
    if (typeof value === 'object' && value !== null) return referencesIn(value, kind, here);
    const isReference = typeof value === 'string' && /^(?:ssm|secretsmanager):/.test(value);
    return isReference ? [{ path: here, reference: value, kind }] : [];
  });
}
