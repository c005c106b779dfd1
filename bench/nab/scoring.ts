// How NAB scores: each window counts its earliest detection, each detected row outside counts against, and a silent detector is 0.
// After Lavin and Ahmad 2015 and the rules of version 1.1 of the corpus; the self-check holds it to the original scorer's figures.

export type Profile = { readonly name: string; readonly tp: number; readonly fn: number; readonly fp: number };
export const profiles = [
  { name: 'standard', tp: 1, fn: 1, fp: 0.11 },
  { name: 'low-FP', tp: 1, fn: 1, fp: 0.22 },
  { name: 'low-FN', tp: 1, fn: 2, fp: 0.11 },
] as const satisfies readonly Profile[];

/** Scores of one file by row, and its windows as first and last row. */
export type ScoredFile = {
  readonly name: string;
  readonly scores: Float64Array;
  readonly windows: readonly (readonly [first: number, last: number])[];
};

/** One row that a detection at it would count for or against. */
type Row = { readonly score: number; readonly window: number; readonly weight: number };

/** What a set of files weighs: rows from the highest score down, and how many windows there are. */
export type Weighed = { readonly rows: readonly Row[]; readonly windows: number };

export type Tally = {
  readonly raw: number;
  /** 100 × (raw − null) / (perfect − null). */
  readonly normalised: number;
  readonly hit: number;
  readonly rowsInside: number;
  readonly rowsOutside: number;
};

/** Rows that may be scored, in the order in which a falling threshold meets them; ties by file and row. */
export function weigh(files: readonly ScoredFile[]): Weighed {
  let windows = 0;
  const rows: Row[] = [];
  for (const file of files) {
    rows.push(...rowsOf(file, windows));
    windows += file.windows.length;
  }
  return { rows: rows.toSorted((left, right) => right.score - left.score), windows };
}

/** The score at one threshold: a row is detected when its score is at least that. */
export function tallyAt({ rows, windows }: Weighed, profile: Profile, threshold: number): Tally {
  const count = createCount(windows, profile);
  for (const row of rows) {
    if (row.score < threshold) break;
    count.take(row);
  }
  return count.tally();
}

/** The threshold with the largest raw score; the highest of equals. Infinity where silence is best. */
export function bestThreshold({ rows, windows }: Weighed, profile: Profile): number {
  const count = createCount(windows, profile);
  let best = { raw: count.raw(), threshold: Number.POSITIVE_INFINITY };
  for (const [index, row] of rows.entries()) {
    count.take(row);
    if (rows[index + 1]?.score === row.score) continue;
    if (count.raw() > best.raw + 1e-9) best = { raw: count.raw(), threshold: row.score };
  }
  return best.threshold;
}

function createCount(windows: number, { tp, fn, fp }: Profile) {
  const earned = new Float64Array(windows);
  let raw = -fn * windows;
  let hit = 0;
  let rowsInside = 0;
  let rowsOutside = 0;
  return {
    take: ({ window, weight }: Row): void => {
      if (window < 0) {
        rowsOutside += 1;
        raw += fp * weight;
        return;
      }
      rowsInside += 1;
      const before = earned[window] ?? 0;
      if (before === 0) hit += 1;
      if (weight <= before) return;
      earned[window] = weight;
      raw += before === 0 ? fn + tp * weight : tp * (weight - before);
    },
    raw: () => raw,
    tally: (): Tally => ({
      raw,
      normalised: (100 * (raw + fn * windows)) / ((tp + fn) * windows),
      hit,
      rowsInside,
      rowsOutside,
    }),
  };
}

function rowsOf({ scores, windows }: ScoredFile, firstWindow: number): Row[] {
  const probation = Math.min(Math.floor(0.15 * scores.length), 750);
  const rows: Row[] = [];
  for (let index = probation; index < scores.length; index += 1) {
    const score = scores[index] ?? 0;
    const inside = windows.findIndex(([first, last]) => first <= index && index <= last);
    const before = windows.findLast(([, last]) => last < index);
    if (inside === -1) rows.push({ score, window: -1, weight: outside(index, before) });
    else
      rows.push({
        score,
        window: firstWindow + inside,
        weight: insideWeight(index, windows[inside] ?? [index, index]),
      });
  }
  return rows;
}

function insideWeight(index: number, [first, last]: readonly [number, number]): number {
  return sigmoid(-(last - index + 1) / (last - first + 1)) / sigmoid(-1);
}

/** Less harm shortly after a window, where the operator already looks. */
function outside(index: number, before: readonly [number, number] | undefined): number {
  if (before === undefined) return -1;
  const distance = (index - before[1]) / (before[1] - before[0]);
  return distance > 3 ? -1 : sigmoid(distance);
}

function sigmoid(y: number): number {
  return 2 / (1 + Math.exp(5 * y)) - 1;
}
