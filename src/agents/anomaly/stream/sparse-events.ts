// How rare a handful of events is in a recorded series that is nearly always zero: by the law of counts (detection.md 6.3), since
// the channels live on distances between values, of which such a series has next to none.
import { countTail, priorRate } from '../kernels/negative-binomial.ts';
import { scaleSamples } from './parameters.ts';

/** Rows summed beside the newest row alone: what comes one by one shows in their sum. */
const windowRows = 12;
/** Rows in which what was counted fades by half. */
const memoryRows = 10_080;
/** Share of zeros from which a series is one of events. */
const shareOfZeros = 0.9;
/** E per decimal digit of p: a suspect by the channels is about as rare as one row in ten thousand. */
const surprisePerDigit = 2;
/** No p below 1e-12 is claimed; more would also deafen a file to its next burst (habituation). */
const loudest = 12 * surprisePerDigit;

export type SparseEvents = (value: number) => {
  /** E of this row; 0 for a row without an event and for a series that does not count rare events. */
  readonly surprise: number;
  /** Events per row before it. */
  readonly usual: number;
};

/** Takes a series row by row; each is judged by the rows before it. Events that come in clumps are counted as clumps. */
export function createSparseEvents(): SparseEvents {
  const fade = 2 ** (-1 / memoryRows);
  const recent: number[] = [];
  let rows = 0;
  let zeros = 0;
  let isCount = true;
  let events = priorRate.shape;
  let exposure = priorRate.exposure;
  let squares = 0;
  return (value) => {
    isCount &&= Number.isInteger(value) && value >= 0;
    recent.push(value);
    if (recent.length > windowRows) recent.shift();
    const usual = events / exposure;
    const speaks = isCount && value > 0 && rows >= scaleSamples && zeros > shareOfZeros * rows;
    const clump = Math.max(1, squares / events - usual);
    const belief = { shape: events / clump, exposure };
    const p = speaks
      ? 2 * Math.min(countTail(value / clump, 1, belief), countTail(sum(recent) / clump, recent.length, belief))
      : 1;
    rows += 1;
    if (value === 0) zeros += 1;
    events = priorRate.shape + (events - priorRate.shape) * fade + value;
    exposure = priorRate.exposure + (exposure - priorRate.exposure) * fade + 1;
    squares = squares * fade + value * value;
    return { surprise: p < 1 ? Math.min(loudest, -surprisePerDigit * Math.log10(p)) : 0, usual };
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
