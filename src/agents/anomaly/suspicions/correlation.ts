// How much two signals move together by themselves: the rank correlation of what is left of their past after the hour of the day.
import { marksPerDay, type Marks } from '../past/marks.ts';
import { median } from '../kernels/order-statistics.ts';

/** Less than this is never assumed: signals of one workload share its load. */
const leastCorrelation = 0.2;
const mostCorrelation = 0.95;
/** With fewer common quarters of an hour nothing is known, and much is assumed. */
const leastCommon = 96;
const unknownCorrelation = 0.6;
const daysRead = 7;

/** Spearman's coefficient, held within [0.2, 0.95]; 0.6 where too little is known. */
export function correlationOf(one: Marks, other: Marks): number {
  const newest = Math.min(one.newestSlot() ?? 0, other.newestSlot() ?? 0);
  const left: number[] = [];
  const right: number[] = [];
  for (let slot = newest - daysRead * marksPerDay; slot < newest; slot += 1) {
    const a = residual(one, slot);
    const b = residual(other, slot);
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    left.push(a);
    right.push(b);
  }
  if (left.length < leastCommon) return unknownCorrelation;
  return Math.max(leastCorrelation, Math.min(mostCorrelation, pearson(ranks(left), ranks(right))));
}

/** A mark less the median of the same hour of the other days that are kept. */
function residual(marks: Marks, slot: number): number {
  const others: number[] = [];
  for (let day = -daysRead; day <= daysRead; day += 1) {
    const value = day === 0 ? Number.NaN : marks.at(slot + day * marksPerDay);
    if (!Number.isNaN(value)) others.push(value);
  }
  return others.length < 2 ? Number.NaN : marks.at(slot) - median(others);
}

/** Ranks from one, equal values share the middle of theirs. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, at) => at).toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const found = Array.from<number>({ length: values.length }).fill(0);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && values[order[to] ?? 0] === values[order[from] ?? 0]) to += 1;
    for (let place = from; place < to; place += 1) found[order[place] ?? 0] = (from + 1 + to) / 2;
    from = to;
  }
  return found;
}

function pearson(left: readonly number[], right: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  const [a, b] = [mean(left), mean(right)];
  let [both, first, second] = [0, 0, 0];
  for (const [at, value] of left.entries()) {
    const [x, y] = [value - a, (right[at] ?? 0) - b];
    both += x * y;
    first += x * x;
    second += y * y;
  }
  return first === 0 || second === 0 ? 0 : both / Math.sqrt(first * second);
}
