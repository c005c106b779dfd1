// Watches: what a watcher sees from where, selectors that objects enter and leave, initial events, bookmarks, and the word for "too old".
import type { Api } from './context.ts';
import { ApiFailure, expired, invalid, statusOf } from './failure.ts';
import { listOptions, shown, shownText, testOf, versionOf } from './reads.ts';
import { apiVersionOf, type Definition } from './resources.ts';
import type { ObjectTest } from './selectors.ts';
import type { Change, Entry } from './store.ts';
import type { Tree } from './tree.ts';

export type WatchSink = {
  /** One event as a line of JSON without its end. */
  line(text: string): void;
  end(): void;
};

export interface Watcher {
  /** A bookmark of the newest version, when the watcher asked for them. */
  bookmark(): void;
  close(): void;
}

const initialEnd = 'k8s.io/initial-events-end';

function checkWatchQuery(query: URLSearchParams): { readonly sendsInitial: boolean } {
  const match = query.get('resourceVersionMatch');
  const initial = query.get('sendInitialEvents');
  if (initial !== null && match !== 'NotOlderThan')
    throw invalid(listOptions, '', [
      {
        reason: 'FieldValueForbidden',
        message: 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
        field: 'resourceVersionMatch',
      },
    ]);
  if (initial === null && match !== null && match !== '')
    throw invalid(listOptions, '', [
      {
        reason: 'FieldValueForbidden',
        message: 'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
        field: 'resourceVersionMatch',
      },
    ]);
  return { sendsInitial: initial === 'true' };
}

/** Starts to tell a sink of changes. What is wrong with the query is thrown; what is too old is told by the watch. */
export function watch(
  api: Api,
  definition: Definition,
  namespace: string,
  query: URLSearchParams,
  sink: WatchSink,
): Watcher {
  const { sendsInitial } = checkWatchQuery(query);
  const { store } = api;
  const test = testOf(definition, query);
  const from = versionOf(query);
  const bookmarks = query.get('allowWatchBookmarks') === 'true';
  const wanted = (entry: Entry): boolean => namespace === '' || entry.namespace === namespace;
  const tell = (change: Change): void => {
    if (change.table !== definition.table || !wanted(change.entry) || change.entry.version <= from) return;
    const type = seenAs(change, test);
    if (type !== null) sink.line(eventText(type, definition, change));
  };
  const bookmark = (annotations?: Tree): void => {
    const object = {
      kind: definition.kind,
      apiVersion: apiVersionOf(definition),
      metadata: {
        resourceVersion: String(store.version),
        creationTimestamp: null,
        ...(annotations && { annotations }),
      },
    };
    sink.line(`{"type":"BOOKMARK","object":${JSON.stringify(object)}}`);
  };
  if (sendsInitial || from === 0) {
    for (const entry of store.list(definition.table, namespace))
      if (test === null || test(entry.object)) sink.line(`{"type":"ADDED","object":${shownText(definition, entry)}}`);
    if (sendsInitial && bookmarks) bookmark({ [initialEnd]: 'true' });
  } else {
    const changes = store.since(definition.table, from);
    if (changes === null) {
      const oldest = store.forgottenThrough(definition.table);
      sink.line(errorText(expired(`too old resource version: ${from} (${oldest})`)));
      sink.end();
      return { bookmark: () => undefined, close: () => undefined };
    }
    for (const change of changes) tell(change);
  }
  const unlisten = store.listen(tell);
  return {
    bookmark: () => {
      if (bookmarks) bookmark();
    },
    close: unlisten,
  };
}

/** An object that comes to fit the selector is added for the watcher, one that ceases to fit is deleted. */
export function seenAs(change: Change, test: ObjectTest | null): Change['type'] | null {
  if (test === null) return change.type;
  const fits = test(change.entry.object);
  const fitted = change.before !== undefined && test(change.before.object);
  if (change.type === 'DELETED') return fitted ? 'DELETED' : null;
  if (fits) return fitted ? 'MODIFIED' : 'ADDED';
  return fitted ? 'DELETED' : null;
}

const texts = new WeakMap<Entry, string>();

/** Made once per change for all watchers of the stored form. */
function eventText(type: Change['type'], definition: Definition, change: Change): string {
  if (definition.group === 'events.k8s.io')
    return `{"type":"${type}","object":${JSON.stringify(shown(definition, change.entry.object))}}`;
  if (type !== change.type) return `{"type":"${type}","object":${change.entry.text()}}`;
  const before = texts.get(change.entry);
  if (before !== undefined) return before;
  const text = `{"type":"${type}","object":${change.entry.text()}}`;
  texts.set(change.entry, text);
  return text;
}

function errorText(failure: ApiFailure): string {
  return JSON.stringify({ type: 'ERROR', object: statusOf(failure) });
}
