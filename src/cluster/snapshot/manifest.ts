// snapshot.json: when the snapshot was taken (its "now"), of which cluster, and which kinds it holds in full.
import { z } from 'zod';
import { exitCodes, Failure } from '../../model/failure.ts';
import type { ViewKind } from '../../model/view.ts';
import { isViewKind } from '../resources.ts';

type LogsKept = 'none' | 'whole' | 'tail' | 'errors-only';

export type Manifest = {
  readonly capturedAtMs: number;
  readonly cluster: { readonly id: string; readonly name: string; readonly version: string };
  /** Null for all of them. */
  readonly namespaces: readonly string[] | null;
  readonly complete: ReadonlySet<ViewKind>;
  readonly logs: LogsKept;
  /** What could not be read when it was taken, and what that costs. */
  readonly missing: readonly { readonly resource: string; readonly reason: string; readonly cost: string }[];
};

export const manifestFile = 'snapshot.json';

const written = z.object({
  capturedAt: z.iso.datetime({ offset: true }),
  cluster: z
    .union([z.string(), z.object({ id: z.string(), name: z.string().optional(), version: z.string().optional() })])
    .optional(),
  namespaces: z.union([z.literal('all'), z.array(z.string())]).default('all'),
  complete: z.array(z.string()).default([]),
  logs: z.enum(['none', 'whole', 'tail', 'errors-only']).default('none'),
  missing: z.array(z.object({ resource: z.string(), reason: z.string(), cost: z.string() })).default([]),
});

export function manifestText(manifest: Manifest): string {
  const content: z.input<typeof written> = {
    capturedAt: new Date(manifest.capturedAtMs).toISOString(),
    cluster: manifest.cluster,
    namespaces: manifest.namespaces === null ? 'all' : [...manifest.namespaces],
    complete: [...manifest.complete].toSorted(),
    logs: manifest.logs,
    missing: [...manifest.missing],
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** Throws a Failure (exit 2) that names the file and what is wrong with it. A name among `complete` that is no kind is left out. */
export function readManifest(text: string, file: string): Manifest {
  const parsed = written.safeParse(jsonOf(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const at = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    throw malformed(file, /^\s*</.test(text) ? 'it is HTML: a sign-in page was saved' : `${at}${issue?.message ?? ''}`);
  }
  const { capturedAt, cluster = '', namespaces, complete, logs, missing } = parsed.data;
  const named = typeof cluster === 'string' ? { id: cluster } : cluster;
  return {
    capturedAtMs: Date.parse(capturedAt),
    cluster: { id: named.id, name: named.name ?? named.id, version: named.version ?? '' },
    namespaces: namespaces === 'all' ? null : namespaces,
    complete: new Set(complete.filter(isViewKind)),
    logs,
    missing,
  };
}

function malformed(file: string, why: string): Failure {
  return new Failure({
    code: 'snapshot-malformed',
    what: `the snapshot ${file} cannot be used`,
    why: why.slice(0, 100),
    next: 'take it again: advisor snapshot --out DIR',
    exitCode: exitCodes.usage,
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
