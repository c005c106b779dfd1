// Hashes one label at a time with a secret key, so that a label set in any order has one hash and nobody can aim for another's.
// HalfSipHash-1-3 (Aumasson and Bernstein 2012) of each label; the hashes of a set are added up (Clarke et al. 2003, MSet-Add).

/** Two words of secret; the same key gives the same hashes. */
export type HashKey = { readonly low: number; readonly high: number };

/**
 * Adds the hash of one label to `sum` (two words, modulo 2^32 each). The bytes are those of the decoded name and value,
 * each in its own range; `view` looks at the same bytes.
 */
export function addLabel(
  view: DataView,
  nameFrom: number,
  nameTo: number,
  valueFrom: number,
  valueTo: number,
  key: HashKey,
  sum: Int32Array,
): void {
  let v0 = key.low | 0;
  let v1 = key.high ^ 0xee;
  let v2 = key.low ^ 0x6c796765;
  let v3 = key.high ^ 0x74656462;
  let at = nameFrom;
  let end = nameTo;
  // Words of the name, words of the value, the two lengths, then two times three rounds without a word.
  let stage = 0;
  let rounds = 0;
  for (;;) {
    let word = 0;
    if (stage < 2) {
      const rest = end - at;
      if (rest >= 4) {
        word = view.getInt32(at, true);
        at += 4;
      } else {
        for (let byte = 0; byte < rest; byte += 1) word |= view.getUint8(at + byte) << (8 * byte);
        stage += 1;
        at = valueFrom;
        end = valueTo;
      }
    } else if (stage < 4) {
      word = stage === 2 ? nameTo - nameFrom : valueTo - valueFrom;
      stage += 1;
    } else rounds += 1;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
    if (rounds === 0) {
      if (stage === 4) v2 ^= 0xee;
    } else if (rounds === 3) {
      sum[0] = (sum[0] ?? 0) + (v1 ^ v3);
      v1 ^= 0xdd;
    } else if (rounds === 6) {
      sum[1] = (sum[1] ?? 0) + (v1 ^ v3);
      return;
    }
  }
}
