// Reads a snapshot folder into the same picture that a live cluster gives; what cannot be read is named, never guessed.
import { extname, join } from 'node:path';
import { steppedClock } from '../../clock.ts';
import { exitCodes, Failure } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ClusterView, ViewKind } from '../../model/view.ts';
import { createCache } from '../cache.ts';
import type { ClusterEvidence } from '../evidence-reader.ts';
import { keptObject, placeKey } from '../kept-object.ts';
import { readLive } from '../live-target.ts';
import { type ObjectsByKind, placeOf, viewKinds } from '../resources.ts';
import { namesIn, textOf } from './folder.ts';
import { type Manifest, manifestFile, readManifest } from './manifest.ts';
import { readObjectFile } from './object-file.ts';
import { logPath } from './places.ts';
import { readSeriesFolder } from './series-folder.ts';
import type { SnapshotSeries } from './write-snapshot.ts';

/** A file, or a part of one, that was left out. */
type SnapshotWarning = { readonly file: string; readonly reason: string };

export type Snapshot = {
  readonly manifest: Manifest;
  /** `asOfMs` is when the snapshot was taken. */
  readonly view: ClusterView;
  readonly objects: ObjectsByKind;
  readonly series: readonly SnapshotSeries[];
  /** Logs and targets as they lie in the folder. */
  readonly evidence: ClusterEvidence;
  readonly warnings: readonly SnapshotWarning[];
};

/** Rejects with a Failure (exit 2) when snapshot.json is absent or malformed; anything else that is wrong is a warning. */
export async function readSnapshot(folder: string): Promise<Snapshot> {
  const warnings: SnapshotWarning[] = [];
  const warn = (file: string, reason: string): void => void warnings.push({ file, reason });
  const manifest = await manifestOf(folder);
  const cache = createCache({
    cluster: { now: () => manifest.capturedAtMs },
    wall: steppedClock(manifest.capturedAtMs),
    onError: (error) => {
      throw error;
    },
  });
  const raw = new Map<string, JsonObject>();
  const found = new Set<ViewKind>();
  const partial = new Set<ViewKind>();
  for (const name of await namesIn(join(folder, 'objects'), 'files')) {
    const file = `objects/${name}`;
    const ending = extname(name).toLowerCase();
    if (!['.json', '.yaml', '.yml'].includes(ending)) {
      warn(file, 'only .json and .yaml files are read');
      continue;
    }
    const read = await textOf(folder, 'objects', name);
    if ('unreadable' in read) {
      warn(file, read.unreadable);
      continue;
    }
    const content = readObjectFile(read.text, ending === '.json' ? 'json' : 'yaml', name.slice(0, -ending.length));
    for (const [reason, times] of content.reasons) warn(file, times === 1 ? reason : `${reason} (${times} times)`);
    for (const kind of content.kinds) {
      found.add(kind);
      if (content.isBroken) partial.add(kind);
    }
    let misread = 0;
    for (const { kind, object } of content.objects) {
      const kept = keptObject(kind, object);
      if (kept === null) {
        misread += 1;
        partial.add(kind);
        continue;
      }
      cache.put(kind, kept);
      raw.set(`${kind} ${placeKey(kept)}`, object);
    }
    if (misread > 0) warn(file, `${misread} objects lack a name or hold fields of a wrong type`);
  }
  for (const name of await namesIn(folder, 'folders'))
    if (!['objects', 'logs', 'metrics'].includes(name)) warn(`${name}/`, 'it is not read');
  for (const kind of manifest.complete) {
    if (!found.has(kind)) warn(manifestFile, `it calls ${kind} complete, but no file holds any`);
    else if (partial.has(kind)) warn(manifestFile, `it calls ${kind} complete, but a part of it cannot be read`);
  }
  cache.setClusterId(manifest.cluster.id);
  cache.setComplete(new Set([...manifest.complete].filter((kind) => found.has(kind) && !partial.has(kind))));
  const view = cache.view();
  return {
    manifest,
    view,
    objects: cache.objects(),
    series: await readSeriesFolder(folder, view, warn),
    evidence: evidenceOf(folder, raw),
    warnings,
  };
}

async function manifestOf(folder: string): Promise<Manifest> {
  const read = await textOf(folder, manifestFile);
  if ('text' in read) return readManifest(read.text, join(folder, manifestFile));
  throw new Failure({
    code: 'no-snapshot',
    what: `${folder} is no snapshot folder`,
    why: `${manifestFile}: ${read.unreadable}`,
    next: 'take one: advisor snapshot --out DIR',
    exitCode: exitCodes.usage,
  });
}

function evidenceOf(folder: string, raw: ReadonlyMap<string, JsonObject>): ClusterEvidence {
  const kinds = new Map(viewKinds.map((kind) => [placeOf(kind).plural, kind]));
  const inFolder = (plural: string, namespace: string): JsonObject[] => {
    const prefix = `${kinds.get(plural) ?? ''} ${namespace}/`;
    return [...raw].flatMap(([key, object]) => (key.startsWith(prefix) ? [object] : []));
  };
  return {
    async tail(of, lines) {
      const read = await textOf(folder, ...logPath(of));
      if ('unreadable' in read) return null;
      return read.text
        .split('\n')
        .filter((line) => line !== '')
        .slice(-lines);
    },
    live: async (target, signal) =>
      await readLive(
        {
          get: async ({ resource, namespace, name }) =>
            await Promise.resolve(raw.get(`${kinds.get(resource.plural) ?? ''} ${namespace}/${name}`) ?? null),
          list: async (resource, namespace) => await Promise.resolve(inFolder(resource.plural, namespace)),
        },
        target,
        signal,
      ),
  };
}
