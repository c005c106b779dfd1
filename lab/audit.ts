// Reads the API server's audit log: who sent which request, whether it was a dry run, and how it was answered.
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { AuditRecord } from '../src/sandbox/api/audit.ts';
import { identities } from './identities.ts';

/** The policy file: metadata of all, bodies where a dry run hides in them and of what the advisor writes. */
export const auditPolicy = stringify({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived', 'ResponseStarted', 'Panic'],
  omitManagedFields: true,
  rules: [
    { level: 'None', nonResourceURLs: ['/readyz'] },
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

/** The record as the sandbox keeps it; its body is that of the advisor's writes, of deletes and of evictions, else ''. Null for a line that is no finished request. Throws when it is not an audit event at all. */
export function parseAuditLine(text: string): AuditRecord | null {
  const event = line.parse(JSON.parse(text));
  if (event.stage !== 'ResponseComplete') return null;
  const { resource, subresource, namespace, name, apiGroup } = event.objectRef;
  const query = new URLSearchParams(event.requestURI.split('?')[1] ?? '');
  const body = dryRunBody.safeParse(event.requestObject);
  const inBody = body.success ? (body.data.dryRun ?? body.data.deleteOptions?.dryRun ?? []) : [];
  return {
    atMs: Date.parse(event.stageTimestamp),
    user: event.user.username,
    verb: event.verb,
    uri: event.requestURI,
    group: apiGroup,
    resource,
    namespace,
    name,
    subresource,
    dryRun: query.getAll('dryRun').includes('All') || inBody.includes('All'),
    code: event.responseStatus.code,
    body: event.requestObject === undefined ? '' : JSON.stringify(event.requestObject),
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
