// Core v1 events of controllers: a repeated one raises the count of the first.
import { type Api, nameOf, namespaceOf, timeText, uidOf } from '../api/context.ts';
import { definitionOfKind, known } from '../api/resources.ts';
import { numberAt, textAt, type Tree } from '../api/tree.ts';
import { createObject, edit } from './control.ts';

const events = known('', 'events');

export function recordEvent(
  api: Api,
  component: string,
  about: Tree,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  const namespace = namespaceOf(about) === '' ? 'default' : namespaceOf(about);
  const now = timeText(api.clock);
  const before = api.store
    .list('events', namespace)
    .find(
      ({ object }) =>
        textAt(object, 'involvedObject', 'uid') === uidOf(about) &&
        textAt(object, 'reason') === reason &&
        textAt(object, 'message') === message &&
        textAt(object, 'source', 'component') === component,
    );
  if (before !== undefined) {
    edit(api, events, before.object, (live) => {
      live['count'] = (numberAt(live, 'count') ?? 1) + 1;
      live['lastTimestamp'] = now;
    });
    return;
  }
  createObject(api, events, namespace, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: eventName(api, about), namespace },
    involvedObject: reference(about),
    reason,
    message,
    source: { component },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    type,
    reportingComponent: component,
  });
}

export function eventName(api: Api, about: Tree): string {
  return `${nameOf(about)}.${api.clock.now().toString(16)}${api.random.suffix()}`;
}

export function reference(about: Tree): Tree {
  const kind = textAt(about, 'kind');
  const apiVersion = textAt(about, 'apiVersion');
  const isNamespaced = definitionOfKind(apiVersion, kind)?.namespaced ?? true;
  return {
    kind,
    ...(isNamespaced ? { namespace: namespaceOf(about) } : {}),
    name: nameOf(about),
    uid: uidOf(about),
    apiVersion,
    resourceVersion: textAt(about, 'metadata', 'resourceVersion'),
  };
}
