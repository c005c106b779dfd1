// Weighs a cause: each fact that its entry in the fault catalogue asks for holds, does not hold, or could not be read.
import type { EvidenceDraft } from '../model/evidence.ts';
import type { Strength } from '../model/hypothesis.ts';

/** One fact asked for. `holds` is null where it could not be read; `settle` then names the read that would tell. */
export type Check = {
  readonly holds: boolean | null;
  readonly fact?: EvidenceDraft | undefined;
  readonly settle?: string;
  /** A confuser that is proven, or a fact without which the cause cannot be: false rules it out. */
  readonly decisive?: boolean;
};

export type Weight = {
  readonly strength: Strength;
  readonly score: number;
  readonly for: readonly EvidenceDraft[];
  readonly against: readonly EvidenceDraft[];
  readonly settle: readonly string[];
};

/** Proven when every fact holds, likely when all but one do, else suspected (faults.md 4, rule 9). The score is the share that holds. */
export function weigh(checks: readonly Check[]): Weight {
  const held = checks.filter((one) => one.holds === true);
  const ruledOut = checks.some((one) => one.decisive === true && one.holds === false);
  return {
    strength: ruledOut ? 'ruled out' : strengthOf(checks.length, held.length),
    score: checks.length === 0 || ruledOut ? 0 : held.length / checks.length,
    for: held.flatMap((one) => one.fact ?? []),
    against: checks.flatMap((one) => (one.holds === false ? (one.fact ?? []) : [])),
    settle: checks.flatMap((one) => (one.holds === true ? [] : (one.settle ?? []))),
  };
}

function strengthOf(asked: number, held: number): Strength {
  if (asked > 0 && held === asked) return 'strong';
  if (asked > 1 && held === asked - 1) return 'fair';
  return 'weak';
}
