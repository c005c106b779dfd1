// The problem of the Failure that some work throws.
import { Failure, type Problem } from '../../model/failure.ts';

/** Null when it throws nothing; anything but a Failure is thrown on. */
export function problemIn(work: () => unknown): Problem | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof Failure) return error.problem;
    throw error;
  }
}
