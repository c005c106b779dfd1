// Near-identical names: what a typo, another case or a generated suffix makes of a name.

/** Candidates within two edits of the name, or equal to it after `base`; nearest first, at most three. */
export function nearest(
  name: string,
  candidates: readonly string[],
  base: (name: string) => string = (one) => one,
): readonly string[] {
  return candidates
    .map((one) => ({
      one,
      distance: base(one) === base(name) ? 0 : editDistance(one.toLowerCase(), name.toLowerCase()),
    }))
    .filter(({ one, distance }) => one !== name && distance <= 2)
    .toSorted((left, right) => left.distance - right.distance || left.one.localeCompare(right.one))
    .slice(0, 3)
    .map(({ one }) => one);
}

/** Levenshtein distance; names longer than 100 characters are cut. */
export function editDistance(left: string, right: string): number {
  const a = left.slice(0, 100);
  const b = right.slice(0, 100);
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + cost));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
