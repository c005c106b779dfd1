// What this server can do: its version, the kinds that it serves, whether a watch sends the full state first, and whether pods are resized in place.
import { z } from 'zod';
import { deadline, type Clock } from '../clock.ts';
import type { ViewKind } from '../model/view.ts';
import { pathOf, placeOf, viewKinds } from './resources.ts';
import { readFailure } from './status.ts';
import type { Transport } from './transport.ts';
import { watchEvent } from './watch-event.ts';

export type ServerVersion = { readonly major: number; readonly minor: number; readonly text: string };

export type Capabilities = {
  readonly version: ServerVersion;
  /** False outside 1.31 to 1.37: everything is tried, nothing is promised. */
  readonly isProven: boolean;
  /** Whether a watch sends the full state as initial events and says where they end. */
  readonly watchList: boolean;
  /** Whether pods have the subresource `resize`. */
  readonly podResize: boolean;
  /** Kinds that can be listed and watched. */
  readonly served: ReadonlySet<ViewKind>;
};

const oldestMinor = 31;
const newestMinor = 37;
const probeMs = 5_000;

const versionBody = z.object({ major: z.string(), minor: z.string(), gitVersion: z.string() });
const resourceList = z.object({
  resources: z.array(z.object({ name: z.string(), verbs: z.array(z.string()).default([]) })),
});

/** Asks discovery and probes a watch. `namespace` is where the probe may watch, '' for everywhere. Rejects with a Failure when the version cannot be read. */
export async function probeCapabilities(
  transport: Transport,
  wall: Clock,
  namespace: string,
  signal: AbortSignal,
): Promise<Capabilities> {
  const answer = await transport.request({ method: 'GET', path: '/version', signal });
  const said = versionBody.safeParse(answer.json);
  if (!said.success) throw readFailure(answer, 'say its version');
  const version = versionOf(said.data);
  const roots = [...new Set(viewKinds.map(rootOf))];
  const lists = new Map(
    await Promise.all(roots.map(async (root) => [root, await servedAt(transport, root, signal)] as const)),
  );
  return {
    version,
    isProven: version.major === 1 && version.minor >= oldestMinor && version.minor <= newestMinor,
    watchList: await sendsInitialEvents(transport, wall, namespace, signal),
    podResize: lists.get(rootOf('Pod'))?.has('pods/resize') ?? false,
    served: new Set(viewKinds.filter((kind) => lists.get(rootOf(kind))?.has(placeOf(kind).plural) ?? true)),
  };
}

/** Vendors write minors such as `31+`. */
export function versionOf(said: z.infer<typeof versionBody>): ServerVersion {
  return { major: Number.parseInt(said.major, 10), minor: Number.parseInt(said.minor, 10), text: said.gitVersion };
}

function rootOf(kind: ViewKind): string {
  return pathOf({ ...placeOf(kind), plural: '' }, '').replace(/\/$/, '');
}

/** Names of resources that can be listed and watched, and of all subresources; null when discovery does not say, so that they are tried. */
async function servedAt(transport: Transport, root: string, signal: AbortSignal): Promise<ReadonlySet<string> | null> {
  const answer = await transport.request({ method: 'GET', path: root, signal });
  if (answer.status === 404) return new Set();
  const read = resourceList.safeParse(answer.json);
  if (answer.status !== 200 || !read.success) return null;
  const usable = read.data.resources.filter(
    ({ name, verbs }) => name.includes('/') || (verbs.includes('list') && verbs.includes('watch')),
  );
  return new Set(usable.map((one) => one.name));
}

/** Watches pods that no label fits: a server that knows WatchList ends its initial events at once. */
async function sendsInitialEvents(
  transport: Transport,
  wall: Clock,
  namespace: string,
  signal: AbortSignal,
): Promise<boolean> {
  const limit = deadline(wall, probeMs, signal);
  const end = new AbortController();
  try {
    const stream = await transport.stream({
      method: 'GET',
      path: pathOf(placeOf('Pod'), namespace),
      query: {
        watch: 'true',
        sendInitialEvents: 'true',
        resourceVersionMatch: 'NotOlderThan',
        allowWatchBookmarks: 'true',
        timeoutSeconds: '2',
        labelSelector: 'nemotron-advisor.dev/probe=watch-list',
      },
      signal: AbortSignal.any([limit.signal, end.signal]),
    });
    for await (const line of stream.lines()) {
      const event = watchEvent(line);
      if (event.type === 'bookmark' && event.endsInitial) return true;
      if (event.type === 'error' || event.type === 'garbled') return false;
    }
    return false;
  } catch {
    signal.throwIfAborted();
    return false;
  } finally {
    limit.done();
    end.abort();
  }
}
