// Refusals and faults that a person reads: what happened, why, and what to do next; the same words in CLI, API and journal.

export const exitCodes = {
  done: 0,
  fault: 1,
  usage: 2,
  no: 3,
  unreachable: 4,
  forbidden: 5,
  conflict: 6,
  heldBack: 7,
  waitedEnough: 8,
  declined: 9,
} as const;

export type Problem = {
  /** Stable, kebab-case, explained by `advisor explain CODE`. */
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly next: string;
  readonly exitCode: number;
  readonly refs?: readonly string[];
};

/** A fault with the three sentences that every surface shows; `message` is the first of them. */
export class Failure extends Error {
  readonly problem: Problem;
  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.what, options);
    this.name = 'Failure';
    this.problem = problem;
  }
}
