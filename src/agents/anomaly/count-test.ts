// Tests counts of rare events, such as restarts: their law is known, and a spread of a handful of them is not (detection.md 6.3).
import { countTail, rateFrom } from './kernels/negative-binomial.ts';
import { daysKept, type Marks, marksPerDay, markMs } from './marks.ts';
import { type WindowTest, withP } from './window-test.ts';

const minuteMs = 60_000;
const mostDays = 7;
/** What is close to now may be the incident. */
const leftOutMs = 30 * minuteMs;

/** Gives the test its p out of the events of the week, each of which a window of `windowMs` shows as long as it is in it. */
export function countTest(test: WindowTest, marks: Marks, nowMs: number, windowMs: number): WindowTest {
  const last = Math.floor((nowMs - leftOutMs) / markMs);
  const seen = marks.between(last - Math.min(daysKept, mostDays) * marksPerDay, last);
  const events = (seen.reduce((sum, one) => sum + one, 0) * markMs) / windowMs;
  const belief = rateFrom(events, (seen.length * markMs) / minuteMs);
  const minutes = windowMs / minuteMs;
  const isSmall = test.side === 'down' || test.x - (minutes * belief.shape) / belief.exposure < test.minimum;
  return withP(test, isSmall ? 1 : countTail(Math.ceil(test.x), minutes, belief));
}
