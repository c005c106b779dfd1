// How a leader's suspicions have held, and how often it is therefore asked: one that never holds is asked less and less.

export type SuspicionRecord = {
  readonly asked: number;
  readonly raised: number;
  readonly confirmed: number;
  readonly refuted: number;
  readonly notTestable: number;
  /** Tests in a row that ended without a confirmation. */
  readonly missed: number;
};

export const noRecord: SuspicionRecord = {
  asked: 0,
  raised: 0,
  confirmed: 0,
  refuted: 0,
  notTestable: 0,
  missed: 0,
};

/** Misses in a row that cost nothing yet. */
const patience = 3;
const mostDoublings = 6;

export function afterTest(record: SuspicionRecord, result: 'confirmed' | 'refuted' | 'not testable'): SuspicionRecord {
  const held = result === 'confirmed';
  return {
    ...record,
    confirmed: record.confirmed + (held ? 1 : 0),
    refuted: record.refuted + (result === 'refuted' ? 1 : 0),
    notTestable: record.notTestable + (result === 'not testable' ? 1 : 0),
    missed: held ? 0 : record.missed + 1,
  };
}

/** Time between two questions: `everyMs`, doubled for each miss in a row beyond the third, at most 64 times. */
export function intervalOf(record: SuspicionRecord, everyMs: number): number {
  return everyMs * 2 ** Math.min(mostDoublings, Math.max(0, record.missed - patience));
}

/** Confirmed over tested; null before anything was tested. */
export function precisionOf({ confirmed, refuted }: SuspicionRecord): number | null {
  return confirmed + refuted === 0 ? null : confirmed / (confirmed + refuted);
}
