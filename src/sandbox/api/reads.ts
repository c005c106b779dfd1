// Get and list: selectors, consistent paging, and what is said about versions that are too old or too new.
import type { Aim, Api } from './context.ts';
import { modernEvent } from './event-form.ts';
import {
  ApiFailure,
  badRequest,
  type Cause,
  expired,
  forbiddenValue,
  invalid,
  notFound,
  unsupportedValue,
} from './failure.ts';
import { apiVersionOf, type Definition } from './resources.ts';
import { fieldTest, labelTest, type ObjectTest } from './selectors.ts';
import type { Entry } from './store.ts';
import { isTree, type Tree } from './tree.ts';

export function get(api: Api, aim: Aim): Entry {
  const entry = api.store.get(aim.definition.table, aim.namespace, aim.name);
  if (entry === undefined) throw notFound(aim.definition, aim.name);
  return entry;
}

/** The object as this resource shows it: events have two forms. */
export function shown(definition: Definition, object: Tree): Tree {
  return definition.group === 'events.k8s.io' ? modernEvent(object) : object;
}

export function shownText(definition: Definition, entry: Entry): string {
  return definition.group === 'events.k8s.io' ? JSON.stringify(modernEvent(entry.object)) : entry.text();
}

export function testOf(definition: Definition, query: URLSearchParams): ObjectTest | null {
  const labels = query.get('labelSelector') ?? '';
  const fields = query.get('fieldSelector') ?? '';
  if (labels === '' && fields === '') return null;
  const byLabel = labelTest(labels);
  const byField = fieldTest(fields, definition.table);
  return (object) => byLabel(object) && byField(object);
}

export type Page = {
  readonly entries: readonly Entry[];
  readonly resourceVersion: string;
  readonly next: string;
  readonly remaining: number | null;
};

export function list(api: Api, definition: Definition, namespace: string, query: URLSearchParams): Page {
  checkListQuery(query);
  const test = testOf(definition, query);
  const start = startOf(api, definition, namespace, query);
  const limited = query.get('resourceVersion') === '0' && query.get('continue') === null;
  const limit = limited ? 0 : Number(query.get('limit') ?? 0);
  const after = start.after;
  let left = after === null ? start.entries : start.entries.filter((entry) => keyOf(entry) > after);
  if (test !== null) left = left.filter((entry) => test(entry.object));
  const entries = limit > 0 ? left.slice(0, limit) : left;
  const last = entries.at(-1);
  const isCut = entries.length < left.length && last !== undefined;
  return {
    entries,
    resourceVersion: String(start.version),
    next: isCut ? token(start.version, keyOf(last)) : '',
    remaining: isCut && test === null ? left.length - entries.length : null,
  };
}

function checkListQuery(query: URLSearchParams): void {
  const limit = query.get('limit') ?? '';
  if (!/^-?\d*$/.test(limit)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(limit)}: invalid syntax`);
  const version = query.get('resourceVersion') ?? '';
  if (!/^\d*$/.test(version))
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`,
    );
  const match = query.get('resourceVersionMatch') ?? '';
  const refuse = (cause: Cause): ApiFailure => invalid(listOptions, '', [cause]);
  if (query.get('sendInitialEvents') !== null)
    throw refuse(forbiddenValue('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  if (match === '') return;
  if (match !== 'Exact' && match !== 'NotOlderThan')
    throw refuse(unsupportedValue('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']));
  if (version === '')
    throw refuse(
      forbiddenValue('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
    );
  if (match === 'Exact' && version === '0')
    throw refuse(
      forbiddenValue('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
    );
}

export const listOptions = { group: 'meta.k8s.io', plural: 'listoptions', kind: 'ListOptions' };

/** The list as text, made from the cached texts of its items. */
export function listText(definition: Definition, page: Page): string {
  const metadata = {
    resourceVersion: page.resourceVersion,
    ...(page.next === '' ? {} : { continue: page.next }),
    ...(page.remaining === null ? {} : { remainingItemCount: page.remaining }),
  };
  const head = JSON.stringify({ kind: `${definition.kind}List`, apiVersion: apiVersionOf(definition), metadata });
  const items = page.entries.map((entry) => memberText(definition, entry)).join(',');
  return `${head.slice(0, -1)},"items":[${items}]}`;
}

function memberText(definition: Definition, entry: Entry): string {
  if (definition.group !== 'events.k8s.io') return entry.memberText();
  const { apiVersion, kind, ...rest } = modernEvent(entry.object);
  void [apiVersion, kind];
  return JSON.stringify(rest);
}

type Start = { readonly entries: readonly Entry[]; readonly version: number; readonly after: string | null };

function startOf(api: Api, definition: Definition, namespace: string, query: URLSearchParams): Start {
  const { store } = api;
  const continued = query.get('continue');
  if (continued !== null && continued !== '') {
    const { version, after } = parsedToken(continued);
    if (version === 0) return { entries: store.list(definition.table, namespace), version: store.version, after };
    const entries = store.at(definition.table, version, namespace);
    if (entries === null)
      throw new ApiFailure(
        410,
        'Expired',
        'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
      ).withContinue(token(0, after));
    return { entries, version, after };
  }
  const asked = versionOf(query);
  requireReached(api, asked);
  if (query.get('resourceVersionMatch') === 'Exact') {
    const entries = store.at(definition.table, asked, namespace);
    if (entries === null) throw expired('The resourceVersion for the provided list is too old.');
    return { entries, version: asked, after: null };
  }
  return { entries: store.list(definition.table, namespace), version: store.version, after: null };
}

export function versionOf(query: URLSearchParams): number {
  const text = query.get('resourceVersion') ?? '';
  if (text === '') return 0;
  if (!/^\d+$/.test(text))
    throw new ApiFailure(500, '', `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

/** A version that this server has not reached is answered as the real one does after its wait. */
export function requireReached(api: Api, version: number): void {
  if (version <= api.store.version) return;
  throw new ApiFailure(
    504,
    'Timeout',
    `Timeout: Too large resource version: ${version}, current: ${api.store.version}`,
    {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
    1,
  );
}

function token(version: number, after: string): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: after })).toString('base64url');
}

function parsedToken(text: string): { version: number; after: string } {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    parsed = null;
  }
  if (!isTree(parsed) || typeof parsed['rv'] !== 'number' || typeof parsed['start'] !== 'string')
    throw badRequest('continue key is not valid: illegal base64 data');
  return { version: parsed['rv'], after: parsed['start'] };
}

function keyOf(entry: Entry): string {
  return `${entry.namespace}/${entry.name}`;
}
