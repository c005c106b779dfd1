// One line of a watch as what it says: an object changed or gone, a bookmark, or the server's reason for ending the watch.
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../model/json.ts';

export type WatchEvent =
  | { readonly type: 'changed' | 'gone'; readonly object: JsonObject; readonly version: string | null }
  | { readonly type: 'bookmark'; readonly version: string | null; readonly endsInitial: boolean }
  | { readonly type: 'error'; readonly code: number; readonly retryAfterMs: number }
  /** No event at all: a proxy cut or mixed the stream. */
  | { readonly type: 'garbled' };

const line = z.object({ type: z.string(), object: z.unknown() });
const versioned = z.object({
  metadata: z.object({
    resourceVersion: z.string().optional(),
    annotations: z.record(z.string(), z.unknown()).nullish(),
  }),
});
const status = z.object({
  code: z.number().optional(),
  details: z.object({ retryAfterSeconds: z.number().optional() }).nullish(),
});

/** Annotation of the bookmark after the last initial event of a WatchList. */
const initialEnd = 'k8s.io/initial-events-end';

export function watchEvent(text: string): WatchEvent {
  const parsed = line.safeParse(jsonOf(text));
  if (!parsed.success || !isJsonObject(parsed.data.object)) return { type: 'garbled' };
  const { type, object } = parsed.data;
  if (type === 'ERROR') {
    const said = status.safeParse(object);
    const { code, details } = said.success ? said.data : {};
    return { type: 'error', code: code ?? 500, retryAfterMs: (details?.retryAfterSeconds ?? 0) * 1_000 };
  }
  const found = versioned.safeParse(object);
  const metadata = found.success ? found.data.metadata : {};
  const version = metadata.resourceVersion ?? null;
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { type: 'changed', object, version };
    case 'DELETED':
      return { type: 'gone', object, version };
    case 'BOOKMARK':
      return { type: 'bookmark', version, endsInitial: metadata.annotations?.[initialEnd] === 'true' };
    default:
      return { type: 'garbled' };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
