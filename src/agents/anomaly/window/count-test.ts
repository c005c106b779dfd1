// Tests counts of rare events, such as restarts: their law is known, and a spread of a handful of them is not (detection.md 6.3).
import { countTail, rateFrom, type RateBelief } from '../kernels/negative-binomial.ts';
import { daysKept, type Marks, marksPerDay, markMs } from '../past/marks.ts';
import { type WindowTest, withP } from './window-test.ts';

const minuteMs = 60_000;
const mostDays = 7;
/** What is close to now may be the incident. */
const leftOutMs = 30 * minuteMs;

/** What the week says about the rate of events, each of which a window of `windowMs` shows as long as it is in it. */
export function countBelief(marks: Marks, nowMs: number, windowMs: number): RateBelief {
  const last = countSlot(nowMs);
  const seen = marks.between(last - Math.min(daysKept, mostDays) * marksPerDay, last);
  const events = (seen.reduce((sum, one) => sum + one, 0) * markMs) / windowMs;
  return rateFrom(events, (seen.length * markMs) / minuteMs);
}

/** The five minutes for which a belief holds; marks are learned no more often. */
export function countSlot(nowMs: number): number {
  return Math.floor((nowMs - leftOutMs) / markMs);
}

/** Gives the test of a window of `windowMs` its p out of what is believed of the rate. */
export function countTest(test: WindowTest, belief: RateBelief, windowMs: number): WindowTest {
  const minutes = windowMs / minuteMs;
  const isSmall = test.side === 'down' || test.x - (minutes * belief.shape) / belief.exposure < test.minimum;
  return withP(test, isSmall ? 1 : countTail(Math.ceil(test.x), minutes, belief));
}
