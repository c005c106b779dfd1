import { describe, expect, it } from 'vitest';
import { deleteOptions } from './deletion.ts';

describe('the options of a deletion', () => {
  it('come from the query when there is no body', () => {
    const query = new URLSearchParams('dryRun=All&gracePeriodSeconds=5&propagationPolicy=Orphan');
    expect(deleteOptions(null, query)).toMatchObject({ dryRun: true, graceSeconds: 5, propagation: 'Orphan' });
  });

  it('come from the body alone when there is one, even an empty one', () => {
    const query = new URLSearchParams('dryRun=All&gracePeriodSeconds=5&propagationPolicy=Orphan');
    expect(deleteOptions({}, query)).toEqual({
      dryRun: false,
      graceSeconds: null,
      uid: null,
      resourceVersion: null,
      propagation: 'Background',
    });
    const body = { dryRun: ['All'], preconditions: { uid: 'u', resourceVersion: '7' }, gracePeriodSeconds: 0 };
    expect(deleteOptions(body, query)).toMatchObject({ dryRun: true, uid: 'u', resourceVersion: '7', graceSeconds: 0 });
  });

  it('know no dry run but of all stages', () => {
    expect(() => deleteOptions({ dryRun: ['Some'] }, new URLSearchParams())).toThrow('supported values: "All"');
    expect(deleteOptions(null, new URLSearchParams('dryRun='))).toMatchObject({ dryRun: false });
  });
});
