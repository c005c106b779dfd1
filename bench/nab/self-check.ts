// Holds the scorer to the figures that the corpus' own scorer gives for a detector anyone can write: every 200th row.
import { profiles, tallyAt, weigh, type ScoredFile } from './scoring.ts';

const expected = [
  { raw: -58.9061, normalised: -5.572 },
  { raw: -156.5242, normalised: -97.664 },
  { raw: -63.9061, normalised: 26.474 },
] as const;

/** What differs from the published figures of the development half; nothing when the scorer is right. */
export function selfCheck(files: readonly ScoredFile[]): string[] {
  const every200th = weigh(
    files.map((file) => ({ ...file, scores: file.scores.map((_, index) => (index % 200 === 0 ? 1 : 0)) })),
  );
  return profiles.flatMap((profile, index) => {
    const { raw, normalised, hit, rowsInside, rowsOutside } = tallyAt(every200th, profile, 1);
    const wanted = expected[index];
    const isRight =
      wanted !== undefined &&
      Math.abs(raw - wanted.raw) < 1e-4 &&
      Math.abs(normalised - wanted.normalised) < 1e-3 &&
      hit === 48 &&
      rowsInside === 101 &&
      rowsOutside === 914;
    return isRight
      ? []
      : [`${profile.name}: raw ${raw}, wanted ${wanted?.raw}; ${hit} hit, ${rowsInside}, ${rowsOutside}`];
  });
}
