// The record of every request over HTTP, bounded, for those who count writes.

export type AuditRecord = {
  /** Milliseconds since the Unix epoch on the cluster's clock. */
  readonly atMs: number;
  readonly user: string;
  readonly verb: string;
  readonly uri: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  readonly dryRun: boolean;
  /** HTTP status of the answer; 0 while a watch is open. */
  readonly code: number;
  /** The body of a mutating request as it was sent, up to 64 KiB; '' for reads. */
  readonly body: string;
};

const kept = 20_000;

export function createAudit(): { readonly records: readonly AuditRecord[]; add(record: AuditRecord): void } {
  const records: AuditRecord[] = [];
  return {
    records,
    add(record) {
      records.push(record);
      if (records.length > kept) records.splice(0, kept / 4);
    },
  };
}
