// Events have two forms of one stored object: core v1, which is stored, and events.k8s.io/v1, converted on the way in and out.
import { type Cause, invalidValue, requiredValue } from './failure.ts';
import { isTree, textAt, type Tree, treeAt, type Value } from './tree.ts';

const pairs: readonly (readonly [core: string, modern: string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['reportingComponent', 'reportingController'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
];
const toModern = new Map(pairs);
const toCore = new Map(pairs.map(([core, modern]) => [modern, core]));

export function modernEvent(stored: Tree): Tree {
  return renamed(stored, toModern, 'events.k8s.io/v1');
}

export function coreEventOf(modern: Tree): Tree {
  return renamed(modern, toCore, 'v1');
}

/** Fields that core v1 always writes, null or empty. */
export function withEventDefaults(event: Tree): Tree {
  return {
    ...event,
    involvedObject: treeAt(event, 'involvedObject'),
    source: treeAt(event, 'source'),
    firstTimestamp: event['firstTimestamp'] ?? null,
    lastTimestamp: event['lastTimestamp'] ?? null,
    eventTime: event['eventTime'] ?? null,
    reportingComponent: event['reportingComponent'] ?? '',
    reportingInstance: event['reportingInstance'] ?? '',
  };
}

function renamed(event: Tree, names: ReadonlyMap<string, string>, apiVersion: string): Tree {
  const result: Tree = {};
  for (const [key, value] of Object.entries(event)) result[names.get(key) ?? key] = value;
  result['apiVersion'] = apiVersion;
  result['kind'] = 'Event';
  return result;
}

/** What events.k8s.io/v1 refuses (writes.md C.4); `stored` is the core form of the request. */
export function modernEventCauses(stored: Tree, before: Tree | null): Cause[] {
  if (before !== null) return changeCauses(stored, before);
  const causes: Cause[] = [];
  if (stored['eventTime'] === undefined || stored['eventTime'] === null) causes.push(requiredValue('eventTime'));
  limited(causes, stored, 'reportingComponent', 'reportingController', 253, true);
  limited(causes, stored, 'reportingInstance', 'reportingInstance', 128, true);
  limited(causes, stored, 'action', 'action', 128, true);
  limited(causes, stored, 'reason', 'reason', 128, true);
  limited(causes, stored, 'message', 'message', 1024, false);
  const type = textAt(stored, 'type');
  if (type !== 'Normal' && type !== 'Warning') causes.push(invalidValue('type', JSON.stringify(type), ''));
  for (const field of ['firstTimestamp', 'lastTimestamp', 'count'])
    if (isSet(stored[field])) causes.push(invalidValue(field, JSON.stringify(stored[field]), 'needs to be unset'));
  if (Object.keys(treeAt(stored, 'source')).length > 0) causes.push(invalidValue('source', '{}', 'needs to be unset'));
  causes.push(...namespaceCauses(stored));
  return causes;
}

/** An event about a cluster-wide object lies in `default` or `kube-system`. */
function namespaceCauses(stored: Tree): Cause[] {
  const namespace = textAt(stored, 'metadata', 'namespace');
  const regarding = textAt(stored, 'involvedObject', 'namespace');
  if (regarding !== '' || ['default', 'kube-system'].includes(namespace)) return [];
  return [mismatch(regarding)];
}

/** What core v1 refuses: an event in another namespace than that of its object. */
export function coreEventCauses(stored: Tree): Cause[] {
  const regarding = textAt(stored, 'involvedObject', 'namespace');
  if (regarding !== '' && regarding !== textAt(stored, 'metadata', 'namespace')) return [mismatch(regarding)];
  return namespaceCauses(stored);
}

function mismatch(regarding: string): Cause {
  return invalidValue('involvedObject.namespace', JSON.stringify(regarding), 'does not match event.namespace');
}

const changeable = new Set(['series', 'metadata']);

function changeCauses(stored: Tree, before: Tree): Cause[] {
  const causes: Cause[] = [];
  for (const key of new Set([...Object.keys(stored), ...Object.keys(before)]))
    if (!changeable.has(key) && JSON.stringify(stored[key] ?? null) !== JSON.stringify(before[key] ?? null))
      causes.push(invalidValue(key, JSON.stringify(stored[key] ?? null), 'field is immutable'));
  const series = stored['series'];
  if (isTree(series)) {
    const { count } = series;
    if (typeof count !== 'number' || count < 2)
      causes.push(
        invalidValue('series.count', String(typeof count === 'number' ? count : '""'), 'should be at least 2'),
      );
    if (!isSet(series['lastObservedTime'])) causes.push(requiredValue('series.lastObservedTime'));
  }
  return causes;
}

function limited(causes: Cause[], stored: Tree, key: string, field: string, bytes: number, required: boolean): void {
  const value = textAt(stored, key);
  if (required && value === '') causes.push(requiredValue(field));
  if (Buffer.byteLength(value) > bytes) causes.push(invalidValue(field, '""', `can have at most ${bytes} characters`));
}

function isSet(value: Value | undefined): boolean {
  return value !== undefined && value !== null && value !== 0 && value !== '';
}
