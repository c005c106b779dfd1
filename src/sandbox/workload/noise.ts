// Repeatable noise: the same seed, series and time always give the same value, so the past can be computed after the fact.

/** A 32-bit key (FNV-1a) of the parts that name a series. */
export function noiseKey(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of parts.join('\u0000')) {
    hash ^= character.codePointAt(0) ?? 0;
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** A value in [-1, 1] that moves in straight lines between one random point per `periodMs`. */
export function noise(key: number, timeMs: number, periodMs: number): number {
  const at = timeMs / periodMs;
  const index = Math.floor(at);
  const left = point(key, index);
  return left + (point(key, index + 1) - left) * (at - index);
}

/** A fixed value in [0, 1) for a key. */
export function fraction(key: number): number {
  return (point(key, 0) + 1) / 2;
}

function point(key: number, index: number): number {
  let mixed = Math.imul(key ^ Math.imul(index, 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  mixed ^= mixed >>> 16;
  return ((mixed >>> 0) / 0x1_0000_0000) * 2 - 1;
}
