// Whether a measure could not be read because of its server, which will then answer no other either, or because of what was asked.
import type { Answer } from './metrics-source.ts';

/** What is too large, and what a server that is there refuses of one query: others may be small and right. */
const ofOneQuery = /^its answer (?:is larger|has more) than|^it answers 4(?!01|03|04|05|07|08|29)\d\d\b/;

/** True for a refused connection or token, a wrong address, a fault of the server and no answer in time. */
export function isServerAway(answer: Answer<unknown> | undefined): boolean {
  return answer !== undefined && 'unreadable' in answer && !ofOneQuery.test(answer.unreadable);
}
