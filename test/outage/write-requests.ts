// Which requests at a proxy are writes to the cluster that a permit must cover: neither dry runs nor on the closed list.
import type { Passing } from './proxy.ts';

/** A patch of a workload that is meant to be stored; fences and hand backs too. */
export function isWorkloadWrite({ method, path }: Passing): boolean {
  return method === 'PATCH' && path.startsWith('/apis/apps/') && !isDryRun(path);
}

export function isWorkloadDryRun({ method, path }: Passing): boolean {
  return method === 'PATCH' && path.startsWith('/apis/apps/') && isDryRun(path);
}

/** A fence leaves `void:<permit>` as the mark. */
export function isFence(passing: Passing): boolean {
  return isWorkloadWrite(passing) && passing.body.includes('"void:');
}

function isDryRun(path: string): boolean {
  return new URL(path, 'http://proxy').searchParams.getAll('dryRun').includes('All');
}
