// Asks the API server about each right by itself, and says which are missing and where.
import type { OwnWrites } from '../../cluster/own.ts';
import type { DoctorItem } from './item.ts';
import { rightText, type Capability, type Right } from './rights.ts';

export type MissingRight = {
  readonly right: Right;
  /** Empty: in the whole cluster. */ readonly namespaces: readonly string[];
};
export type Asked = {
  readonly items: readonly DoctorItem[];
  readonly missing: readonly MissingRight[];
  readonly asked: number;
};

/** So many namespaces are asked for one by one; in larger clusters a right that is not given everywhere counts as missing. */
const mostNamespaces = 100;

/** Rejects with a Failure when the API server does not answer access reviews at all. `namespaces` is null when they cannot be listed. */
export async function askRights(
  own: Pick<OwnWrites, 'mayI'>,
  wanted: readonly Capability[],
  namespaces: readonly string[] | null,
  signal: AbortSignal,
): Promise<Asked> {
  const items: DoctorItem[] = [];
  const lacks = new Map<string, MissingRight | null>();
  for (const one of wanted) {
    if (one.off !== undefined) {
      items.push(itemOf(one, 'off', one.off));
      continue;
    }
    const lacking: MissingRight[] = [];
    for (const right of one.rights) {
      const key = `${right.group} ${rightText(right)}`;
      const known = lacks.get(key);
      const lack = known === undefined ? await lackOf(own, right, one.perNamespace ? namespaces : null, signal) : known;
      lacks.set(key, lack);
      if (lack !== null) lacking.push(lack);
    }
    if (lacking.length === 0) items.push(itemOf(one, 'ok', summaryOf(one)));
    else items.push(itemOf(one, 'missing', lacksText(lacking, one.rights.length)));
  }
  return { items, missing: [...lacks.values()].filter((one) => one !== null), asked: lacks.size };
}

/** Null when the right is there, in the cluster or in each namespace that counts. */
async function lackOf(
  own: Pick<OwnWrites, 'mayI'>,
  right: Right,
  namespaces: readonly string[] | null,
  signal: AbortSignal,
): Promise<MissingRight | null> {
  const ask = async (namespace: string | undefined): Promise<boolean> => {
    const [resource = '', subresource] = right.resource.split('/');
    const question = { group: right.group, resource, verb: right.verb };
    return await own.mayI(
      {
        ...question,
        ...(subresource === undefined ? {} : { subresource }),
        ...(namespace === undefined ? {} : { namespace }),
      },
      signal,
    );
  };
  if (await ask(right.namespace)) return null;
  if (namespaces === null || namespaces.length > mostNamespaces) return { right, namespaces: [] };
  const without: string[] = [];
  for (const namespace of namespaces) if (!(await ask(namespace))) without.push(namespace);
  if (without.length === 0 && namespaces.length > 0) return null;
  return { right, namespaces: without.length === namespaces.length ? [] : without };
}

function itemOf(one: Capability, state: 'ok' | 'missing' | 'off', found: string): DoctorItem {
  const isMissing = state === 'missing';
  return {
    id: one.id,
    capability: one.name,
    state,
    required: one.required,
    found,
    costs: isMissing ? one.costs : null,
    fix: isMissing ? 'advisor doctor --rbac' : null,
  };
}

function summaryOf(one: Capability): string {
  const verbs = [...new Set(one.rights.map((right) => right.verb))].join(', ');
  const resources = new Set(one.rights.map((right) => right.resource));
  return resources.size === 1 ? `${verbs} ${[...resources].join('')}` : `${verbs} of ${resources.size} kinds`;
}

/** `get, create leases in nemotron-advisor; list pods and 2 more`: verbs on the same thing in one go. */
function lacksText(lacking: readonly MissingRight[], all: number): string {
  if (lacking.length === all && all > 3) return `none of ${all} rights`;
  const byPlace = new Map<string, string[]>();
  for (const { right, namespaces } of lacking) {
    const place = rightText({ ...right, verb: '' }, namespaces).trim();
    byPlace.set(place, [...(byPlace.get(place) ?? []), right.verb]);
  }
  const texts = [...byPlace].map(([place, verbs]) => `${verbs.join(', ')} ${place}`);
  return texts.length <= 3 ? texts.join('; ') : `${texts.slice(0, 3).join('; ')} and ${texts.length - 3} more`;
}
