// What code leaves on the heap once it is compiled, by rounds of the same work.
import { getHeapStatistics } from 'node:v8';

/**
 * Bytes that a round left on the heap: the first round that left at most `enough`, or else the quietest. Early rounds run in the
 * interpreter, which makes an object of every number; rounds in which the heap was collected say nothing.
 */
export function quietRound(rounds: number, enough: number, work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds && least > enough; round += 1) {
    const before = getHeapStatistics().used_heap_size;
    work();
    const grown = getHeapStatistics().used_heap_size - before;
    if (grown >= 0) least = Math.min(least, grown);
  }
  return least;
}
