// Carries out one authorised request on a resource and words the answer; watches are elsewhere.
import { bind } from './binding.ts';
import { type Aim, type Api, type Manner, mannerOf } from './context.ts';
import { deletedStatus, deleteOptions, isDryRun, remove } from './deletion.ts';
import {
  ApiFailure,
  badRequest,
  type Cause,
  invalid,
  methodNotAllowed,
  unknownResource,
  unsupportedValue,
} from './failure.ts';
import type { Identities, Identity } from './identity.ts';
import { type PodLogHandler, readLog } from './log.ts';
import { patch, patchForm } from './patch.ts';
import { get, list, listText, requireReached, shown, shownText, versionOf } from './reads.ts';
import { review } from './reviews.ts';
import type { Route } from './route.ts';
import { readScale, writeScale } from './scale.ts';
import { isTree, textAt, type Tree, type Value } from './tree.ts';
import { create, update } from './writes.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';
export type Wanted = {
  readonly verb: Verb;
  readonly query: URLSearchParams;
  readonly contentType: string;
  /** Null when there was no body. */
  readonly body: Value;
  readonly manager: string;
};
export type Answer = {
  readonly code: number;
  readonly text: string;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly dryRun?: boolean;
};

export function perform(api: Api, aim: Aim, wanted: Wanted, logs: PodLogHandler | null): Answer {
  const { definition } = aim;
  if (aim.subresource !== '' && !definition.subresources.includes(aim.subresource)) throw unknownResource();
  const manner = mannerFor(wanted);
  const written = (object: Tree, code = 200): Answer => ({
    code,
    text: JSON.stringify(object),
    type: 'application/json',
    headers: manner.warnings.length === 0 ? {} : { warning: warningText(manner.warnings) },
    dryRun: manner.dryRun,
  });
  switch (wanted.verb) {
    case 'get':
      if (aim.subresource === 'log') {
        const text = readLog(api, aim, wanted.query, logs);
        return { code: text === null ? 204 : 200, text: text ?? '', type: 'text/plain' };
      }
      if (aim.subresource === 'scale') return written(readScale(api, aim));
      requireReached(api, versionOf(wanted.query));
      return { code: 200, text: shownText(definition, get(api, aim)), type: 'application/json' };
    case 'list':
      return {
        code: 200,
        text: listText(definition, list(api, definition, aim.namespace, wanted.query)),
        type: 'application/json',
      };
    case 'create': {
      const body = treeOf(wanted.body);
      if (aim.subresource === 'binding') {
        bind(api, aim, textAt(body, 'target', 'name'), manner.dryRun);
        return written({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201);
      }
      if (aim.name !== '' || (definition.namespaced && aim.namespace === '')) throw methodNotAllowed();
      return written(shown(definition, create(api, aim, body, manner)), 201);
    }
    case 'update': {
      const body = treeOf(wanted.body);
      if (aim.name === '') throw methodNotAllowed();
      if (aim.subresource === 'scale') return written(writeScale(api, aim, () => body, true, manner));
      return written(shown(definition, update(api, aim, { whole: true, change: () => body }, manner)));
    }
    case 'patch':
      if (aim.name === '') throw methodNotAllowed();
      return written(patch(api, aim, patchForm(wanted.contentType), wanted.body, manner));
    case 'delete': {
      const options = deleteOptions(isTree(wanted.body) ? wanted.body : null, wanted.query);
      const { object, gone } = remove(api, aim, options);
      const shows = definition.returnsDeleted || !gone;
      return { ...written(shows ? shown(definition, object) : deletedStatus(aim, object)), dryRun: options.dryRun };
    }
    case 'watch':
    case 'deletecollection':
      throw methodNotAllowed();
    default:
      return wanted.verb satisfies never;
  }
}

export function reviewed(route: Route, wanted: Wanted, identity: Identity, identities: Identities): Answer {
  if (wanted.verb !== 'create') throw methodNotAllowed();
  const answer = review(route.group, route.plural, treeOf(wanted.body), identity, identities);
  return { code: 201, text: JSON.stringify(answer), type: 'application/json', dryRun: true };
}

const mostManagerBytes = 128;
/** As Go reads one: `10s`, `1m30s`. */
const duration = /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/;
const optionKinds: Partial<Record<Verb, string>> = { create: 'Create', update: 'Update', patch: 'Patch' };

function mannerFor(wanted: Wanted): Manner {
  const kind = `${optionKinds[wanted.verb] ?? 'Patch'}Options`;
  const refuse = (cause: Cause): ApiFailure => invalid({ group: 'meta.k8s.io', plural: '', kind }, '', [cause]);
  const asked = wanted.query.get('fieldValidation') ?? 'Warn';
  if (asked !== 'Ignore' && asked !== 'Warn' && asked !== 'Strict')
    throw refuse(unsupportedValue('fieldValidation', asked, ['Ignore', 'Strict', 'Warn']));
  const manager = wanted.query.get('fieldManager') ?? '';
  if (Buffer.byteLength(manager) > mostManagerBytes)
    throw refuse({
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${mostManagerBytes} bytes`,
      field: 'fieldManager',
    });
  const timeout = wanted.query.get('timeout') ?? '';
  if (timeout !== '' && !duration.test(timeout))
    throw badRequest(
      `invalid timeout specified in the request URL - time: invalid duration ${JSON.stringify(timeout)}`,
    );
  const dryRun = wanted.verb === 'delete' ? false : isDryRun(wanted.query.getAll('dryRun'), kind);
  return mannerOf(wanted.manager, { dryRun, fieldValidation: asked, warnings: [] });
}

function treeOf(body: Value): Tree {
  if (isTree(body)) return body;
  throw badRequest('the object provided is unrecognized (must be of type JSON object)');
}

function warningText(warnings: readonly string[]): string {
  return warnings.map((text) => `299 - ${JSON.stringify(text)}`).join(', ');
}
