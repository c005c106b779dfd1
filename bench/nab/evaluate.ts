// What a detector is worth on the corpus: at the best threshold, at a fixed one, at one chosen without each folder, and how sure that is.
import { bestThreshold, tallyAt, weigh, type Profile, type ScoredFile, type Tally } from './scoring.ts';

type Fold = {
  readonly folder: string;
  readonly windows: number;
  readonly threshold: number;
  readonly tally: Tally;
};
export type Evaluation = {
  readonly profile: string;
  readonly threshold: number;
  readonly best: Tally;
  readonly fixed: Tally;
  /** Normalised over all folders, each at the threshold that the others chose. */
  readonly leftOut: number;
  readonly folds: readonly Fold[];
  /** 5 % and 95 % of the score at the best threshold when files are drawn with replacement. */
  readonly interval: readonly [low: number, high: number];
};

const draws = 1000;

export function evaluate(files: readonly ScoredFile[], profile: Profile, fixedScore: number): Evaluation {
  const all = weigh(files);
  const threshold = bestThreshold(all, profile);
  const folds = foldersOf(files).map((folder): Fold => {
    const others = weigh(files.filter((file) => folderOf(file) !== folder));
    const own = weigh(files.filter((file) => folderOf(file) === folder));
    const chosen = bestThreshold(others, profile);
    return { folder, windows: own.windows, threshold: chosen, tally: tallyAt(own, profile, chosen) };
  });
  const raw = folds.reduce((sum, fold) => sum + fold.tally.raw, 0);
  return {
    profile: profile.name,
    threshold,
    best: tallyAt(all, profile, threshold),
    fixed: tallyAt(all, profile, fixedScore),
    leftOut: normalised(raw, all.windows, profile),
    folds,
    interval: bootstrap(files, profile, threshold),
  };
}

function bootstrap(files: readonly ScoredFile[], profile: Profile, threshold: number): readonly [number, number] {
  const parts = files.map((file) => {
    const own = weigh([file]);
    return { raw: tallyAt(own, profile, threshold).raw, windows: own.windows };
  });
  const next = generator(1);
  const scores = Array.from({ length: draws }, () => {
    let raw = 0;
    let windows = 0;
    for (let drawn = 0; drawn < parts.length; drawn += 1) {
      const part = parts[Math.floor(next() * parts.length)];
      raw += part?.raw ?? 0;
      windows += part?.windows ?? 0;
    }
    return normalised(raw, windows, profile);
  }).toSorted((left, right) => left - right);
  return [scores[Math.floor(0.05 * draws)] ?? Number.NaN, scores[Math.floor(0.95 * draws)] ?? Number.NaN];
}

function normalised(raw: number, windows: number, { tp, fn }: Profile): number {
  return (100 * (raw + fn * windows)) / ((tp + fn) * windows);
}

function foldersOf(files: readonly ScoredFile[]): string[] {
  return [...new Set(files.map(folderOf))].toSorted();
}

function folderOf({ name }: ScoredFile): string {
  return name.slice(0, name.lastIndexOf('/'));
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
