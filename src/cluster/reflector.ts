// Keeps one kind in step with the API server: full state first, then its changes, resumed where they broke off, for as long as the signal lets it.
import { pause, type Clock } from '../clock.ts';
import { Failure } from '../model/failure.ts';
import type { ViewKind } from '../model/view.ts';
import { backOffMs, type BackOff } from './back-off.ts';
import { keptObject } from './kept-object.ts';
import { listPages, setbackOf, type Setback } from './listing.ts';
import { type ObjectOf, pathOf, placeOf } from './resources.ts';
import { watchSilence } from './silence.ts';
import type { Transport } from './transport.ts';
import { watchEvent, type WatchEvent } from './watch-event.ts';

/** Where a reflector tells what it sees. */
export interface ReflectorSink<Kind extends ViewKind> {
  /** The full state of the kind: what is not in it does not exist. */
  replace(objects: readonly ObjectOf<Kind>[]): void;
  put(object: ObjectOf<Kind>): void;
  remove(namespace: string, name: string): void;
  /** An object that could not be read: it is not in the cache, whatever was known of it before. */
  skipped(): void;
  /** A sign of life, with the newest version that was seen. */
  alive(version: string | null): void;
  /** The watch is down and could not be opened again at once. */
  broken(reason: string): void;
  /** No right to it (403), or not served (404). It is tried again after a long time. */
  refused(status: number, reason: string): void;
}

/** Wall times. */
export type ReflectorTimes = {
  /** How long the server is asked to keep one watch: between once and twice this, seconds. */
  readonly watchSeconds: number;
  /** A watch that says nothing for this long is broken: bookmarks come about every 60 s. */
  readonly silentMs: number;
  readonly backOff: BackOff;
  /** Until what was refused is asked for again. */
  readonly refusedMs: number;
};

export const usualTimes: ReflectorTimes = {
  watchSeconds: 300,
  silentMs: 90_000,
  backOff: { baseMs: 800, longestMs: 30_000 },
  refusedMs: 300_000,
};

export type ReflectorPorts<Kind extends ViewKind> = {
  readonly kind: Kind;
  /** '' for all namespaces and for kinds of the cluster. */
  readonly namespace: string;
  readonly transport: Transport;
  readonly sink: ReflectorSink<Kind>;
  readonly wall: Clock;
  readonly random: () => number;
  /** Whether the server sends the full state as initial events of the watch. */
  readonly watchList: boolean;
  readonly times: ReflectorTimes;
  readonly signal: AbortSignal;
};

type Ending =
  Setback | { readonly end: 'closed'; readonly saidNothing: boolean } | { readonly end: 'silent' | 'noWatchList' };

/** After this many failures in a row the version itself may be what is wrong. */
const failuresBeforeRelist = 4;
/** A server that starts again refuses for seconds, until it has read its roles; what was read before must not seem gone for that. */
const refusalsBelieved = 5;
/** A watch that ended sooner is not opened again at once. */
const shortMs = 1_000;

/** Resolves when the signal aborts; rejects only for a fault of our own. */
export async function reflect<Kind extends ViewKind>(ports: ReflectorPorts<Kind>): Promise<void> {
  const { kind, namespace, transport, sink, wall, random, times, signal } = ports;
  const resource = placeOf(kind);
  let version: string | null = null;
  let streams = ports.watchList;
  let inOnePage = false;
  let failures = 0;
  let silences = 0;
  let refusals = 0;
  let everAlive = false;

  const alive = (): void => {
    everAlive = true;
    refusals = 0;
    sink.alive(version);
  };
  const kept = (value: unknown): ObjectOf<Kind> | null => {
    const object = keptObject(kind, value);
    if (object === null) sink.skipped();
    return object;
  };

  const list = async (): Promise<Setback | null> => {
    const objects: ObjectOf<Kind>[] = [];
    const listed = await listPages(transport, resource, namespace, { inOnePage, signal }, (value) => {
      const object = kept(value);
      if (object !== null) objects.push(object);
    });
    if (listed.end !== 'listed') return listed;
    version = listed.version;
    inOnePage = false;
    sink.replace(objects);
    alive();
    return null;
  };

  const hear = (event: WatchEvent, initial: ObjectOf<Kind>[] | null): Ending | 'initial ends' | null => {
    switch (event.type) {
      case 'changed': {
        const object = kept(event.object);
        if (initial !== null) {
          if (object !== null) initial.push(object);
          return null;
        }
        if (object === null) removeWhatWas(event.object, sink);
        else sink.put(object);
        break;
      }
      case 'gone':
        removeWhatWas(event.object, sink);
        break;
      case 'bookmark':
        if (initial !== null) {
          if (!event.endsInitial) return null;
          version = event.version;
          return 'initial ends';
        }
        break;
      case 'error':
        if (event.code === 410) return { end: 'expired' };
        return { end: 'failed', reason: `the watch ended with ${event.code}`, retryAfterMs: event.retryAfterMs };
      case 'garbled':
        return { end: 'failed', reason: 'the watch holds a line that is no event', retryAfterMs: 0 };
      default:
        return event satisfies never;
    }
    version = event.version ?? version;
    return null;
  };

  const follow = async (): Promise<Ending> => {
    let initial: ObjectOf<Kind>[] | null = version === null ? [] : null;
    const controller = new AbortController();
    const end = (): void => controller.abort(signal.reason);
    signal.addEventListener('abort', end, { once: true });
    let saidNothing = true;
    const watchdog = watchSilence(wall, times.silentMs, () => controller.abort(new Error('the watch is silent')));
    try {
      const stream = await transport.stream({
        method: 'GET',
        path: pathOf(resource, namespace),
        query: {
          watch: 'true',
          allowWatchBookmarks: 'true',
          timeoutSeconds: String(Math.round(times.watchSeconds * (1 + random()))),
          ...(initial === null
            ? { resourceVersion: version ?? undefined }
            : { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }),
        },
        signal: controller.signal,
      });
      if (stream.status !== 200) {
        if (initial !== null && (stream.status === 400 || stream.status === 422)) return { end: 'noWatchList' };
        return setbackOf({ ...stream, json: jsonOf(stream.text) });
      }
      if (initial === null) alive();
      for await (const line of stream.lines()) {
        watchdog.heard();
        saidNothing = false;
        const said = hear(watchEvent(line), initial);
        if (said === 'initial ends') {
          sink.replace(initial ?? []);
          initial = null;
        } else if (said !== null) return said;
        if (initial !== null) continue;
        failures = 0;
        silences = 0;
        alive();
      }
      return watchdog.isSilent() ? { end: 'silent' } : { end: 'closed', saidNothing };
    } catch (error) {
      if (watchdog.isSilent()) return { end: 'silent' };
      return { end: 'failed', reason: reasonOf(error), retryAfterMs: 0 };
    } finally {
      watchdog.stop();
      signal.removeEventListener('abort', end);
      controller.abort(new Error('the watch is over'));
    }
  };

  const round = async (): Promise<Ending> => {
    try {
      const setback = version === null && !streams ? await list() : null;
      return setback ?? (await follow());
    } catch (error) {
      return { end: 'failed', reason: reasonOf(error), retryAfterMs: 0 };
    }
  };

  /** What the ending means for the next round; returns how long to wait before it. */
  const after = (ending: Ending, livedMs: number): number => {
    const wait = (): number => backOffMs(Math.max(1, failures), times.backOff, random);
    switch (ending.end) {
      case 'closed':
        if (livedMs >= shortMs) return 0;
        if (ending.saidNothing) failures += 1;
        return wait();
      case 'noWatchList':
        streams = false;
        return 0;
      case 'silent':
        silences += 1;
        // A version from before a restored backup is ahead of the server, which then says nothing at all.
        if (silences > 1) version = null;
        sink.broken(`it said nothing for ${Math.round(times.silentMs / 1_000)} s`);
        return 0;
      case 'expired':
        failures += 1;
        version = null;
        inOnePage = true;
        return failures === 1 ? 0 : wait();
      case 'refused':
        refusals += 1;
        if (everAlive && refusals < refusalsBelieved) {
          failures += 1;
          sink.broken(ending.reason);
          return wait();
        }
        version = null;
        sink.refused(ending.status, ending.reason);
        return times.refusedMs * (1 + random());
      case 'failed':
        failures += 1;
        if (failures > 1 || !everAlive) sink.broken(ending.reason);
        if (failures >= failuresBeforeRelist) version = null;
        return Math.max(Math.min(ending.retryAfterMs, times.backOff.longestMs), wait());
      default:
        return ending satisfies never;
    }
  };

  while (!signal.aborted) {
    const startedAt = wall.monotonic();
    const ending = await round();
    if (signal.aborted) return;
    const waitMs = after(ending, wall.monotonic() - startedAt);
    if (waitMs > 0) await pause(wall, waitMs, signal).catch(() => undefined);
  }
}

function removeWhatWas<Kind extends ViewKind>(object: unknown, sink: ReflectorSink<Kind>): void {
  const named = keptObject('Namespace', object);
  if (named !== null) sink.remove(named.metadata.namespace ?? '', named.metadata.name);
}

function reasonOf(error: unknown): string {
  if (error instanceof Failure) return error.problem.why;
  return error instanceof Error ? error.message.slice(0, 90) : 'the connection failed';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
