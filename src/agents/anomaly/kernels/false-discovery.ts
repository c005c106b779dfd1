// Benjamini–Hochberg: the smallest false discovery rate at which each test would be called significant.

/**
 * Adjusted p values (q), in the order given. `m` counts every eligible series of the family, tested or not; the
 * untested ones have p = 1. Benjamini and Hochberg 1995.
 */
export function benjaminiHochberg(p: readonly number[], m = p.length): number[] {
  const total = Math.max(m, p.length);
  const order = p.map((_, index) => index).toSorted((left, right) => (p[left] ?? 1) - (p[right] ?? 1) || left - right);
  const adjusted = Array.from<number>({ length: p.length });
  let least = 1;
  for (let rank = order.length; rank >= 1; rank -= 1) {
    const index = order[rank - 1] ?? 0;
    least = Math.min(least, ((p[index] ?? 1) * total) / rank);
    adjusted[index] = least;
  }
  return adjusted;
}
