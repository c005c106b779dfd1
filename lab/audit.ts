// Reads the API server's audit log: who sent which request, whether it was a dry run, and how it was answered.
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { stringify } from 'yaml';
import { z } from 'zod';
import { identities } from './identities.ts';

/** One answered request. */
export type AuditRecord = {
  readonly at: string;
  readonly user: string;
  /** Kubernetes verb: get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verb: string;
  /** Path and query as sent. */
  readonly uri: string;
  /** True for a dry run, asked for in the query or in the body. */
  readonly dryRun: boolean;
  readonly group: string;
  /** Plural, with the subresource after a slash. Empty for paths that name no resource. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** HTTP status. */
  readonly code: number;
  readonly userAgent: string;
  /** What was sent: for the advisor's writes, for deletes and for evictions; else null. */
  readonly body: unknown;
};

/** The policy file: metadata of all, bodies where a dry run hides in them and of what the advisor writes. */
export const auditPolicy = stringify({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived', 'ResponseStarted', 'Panic'],
  omitManagedFields: true,
  rules: [
    {
      level: 'None',
      users: [identities['controller-manager'].user, identities.scheduler.user, 'system:apiserver'],
      verbs: ['get', 'list', 'watch'],
    },
    { level: 'None', userGroups: ['system:serviceaccounts:kube-system'], verbs: ['get', 'list', 'watch'] },
    {
      level: 'None',
      resources: [{ group: 'coordination.k8s.io', resources: ['leases'] }],
      users: [identities.kubelet.user],
    },
    { level: 'Request', users: [identities.advisor.user], verbs: ['create', 'update', 'patch', 'delete'] },
    { level: 'Request', verbs: ['delete', 'deletecollection'] },
    { level: 'Request', resources: [{ group: '', resources: ['pods/eviction'] }], verbs: ['create'] },
    { level: 'Metadata' },
  ],
});

const dryRunBody = z.object({
  dryRun: z.array(z.string()).optional(),
  deleteOptions: z.object({ dryRun: z.array(z.string()).optional() }).optional(),
});

const line = z.object({
  stage: z.string(),
  requestURI: z.string(),
  verb: z.string(),
  user: z.object({ username: z.string().default('') }),
  userAgent: z.string().default(''),
  stageTimestamp: z.string(),
  objectRef: z
    .object({
      resource: z.string().default(''),
      subresource: z.string().default(''),
      namespace: z.string().default(''),
      name: z.string().default(''),
      apiGroup: z.string().default(''),
    })
    .default({ resource: '', subresource: '', namespace: '', name: '', apiGroup: '' }),
  responseStatus: z.object({ code: z.number().default(0) }).default({ code: 0 }),
  requestObject: z.unknown().optional(),
});

/** Null for a line that is no finished request. Throws when it is not an audit event at all. */
export function parseAuditLine(text: string): AuditRecord | null {
  const event = line.parse(JSON.parse(text));
  if (event.stage !== 'ResponseComplete') return null;
  const { resource, subresource, namespace, name, apiGroup } = event.objectRef;
  const query = new URLSearchParams(event.requestURI.split('?')[1] ?? '');
  const body = dryRunBody.safeParse(event.requestObject);
  const inBody = body.success ? (body.data.dryRun ?? body.data.deleteOptions?.dryRun ?? []) : [];
  return {
    at: event.stageTimestamp,
    user: event.user.username,
    verb: event.verb,
    uri: event.requestURI,
    dryRun: query.getAll('dryRun').includes('All') || inBody.includes('All'),
    group: apiGroup,
    resource: subresource === '' ? resource : `${resource}/${subresource}`,
    namespace,
    name,
    code: event.responseStatus.code,
    userAgent: event.userAgent,
    body: event.requestObject ?? null,
  };
}

/** A reader that returns all records so far, reading each byte of the log once. */
export function auditReader(file: string): () => readonly AuditRecord[] {
  const records: AuditRecord[] = [];
  let offset = 0;
  let rest = Buffer.alloc(0);
  return () => {
    const chunk = readFrom(file, offset);
    offset += chunk.length;
    const data = Buffer.concat([rest, chunk]);
    const end = data.lastIndexOf(0x0a) + 1;
    rest = data.subarray(end);
    for (const text of data.subarray(0, end).toString('utf8').split('\n')) {
      const record = text === '' ? null : parseAuditLine(text);
      if (record !== null) records.push(record);
    }
    return records;
  };
}

function readFrom(file: string, offset: number): Buffer {
  if (!existsSync(file)) return Buffer.alloc(0);
  const handle = openSync(file, 'r');
  try {
    const data = Buffer.alloc(Math.max(0, fstatSync(handle).size - offset));
    return data.subarray(0, readSync(handle, data, 0, data.length, offset));
  } finally {
    closeSync(handle);
  }
}
