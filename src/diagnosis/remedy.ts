// Remedies in the form of the action catalogue, with values that were read from the cluster.
import type { Candidate } from '../model/action.ts';
import type { Diagnosis } from '../model/cause.ts';
import type { ObjectRef } from '../model/target.ts';
import type { Change } from './change.ts';

export type Remedy = Diagnosis['remedies'][number];

/** Back to the revision that ran before; the revision number is that of the cluster. */
export function rollback(target: ObjectRef, change: Change, why: string, expectedEffect: string): Remedy {
  return remedy({
    action: 'rollback',
    target,
    params: { revision: change.previous.number },
    why,
    expectedEffect,
  });
}

export function remedy(of: Omit<Remedy, 'bounds'> & { readonly bounds?: Candidate['bounds'] }): Remedy {
  return { ...of, bounds: of.bounds ?? {} };
}
