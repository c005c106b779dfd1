// Where the 256 bytes of each series lie: one record per series in one buffer per shard, seen through typed arrays.
// A record of 64 words is two fetches of memory for all of a series; one array per field was twenty times slower (docs/decisions).

export const bytesPerSeries = 256;
export const wordsPerSeries = bytesPerSeries / 4;
export const largestShard = 16_384;

export const channels = ['med', 'env', 'mean', 'vr', 'last', 'cus'] as const;
export type Channel = (typeof channels)[number];

/** 8-byte fields, counted in 8 bytes from the start of the record. */
export const double = { anchor: 0, lastMs: 1 } as const;
export const doublesPerSeries = bytesPerSeries / 8;

/** 4-byte fields, counted in words; float32 where nothing else is said, values as offsets from the anchor. */
export const word = {
  /** uint32: samples taken, saturating. */
  count: 4,
  med: 5,
  scaleUp: 6,
  scaleDown: 7,
  prev: 8,
  jump: 9,
  mean: 10,
  meanUp: 11,
  meanDown: 12,
  cusumUp: 13,
  cusumDown: 14,
  rough: 15,
  usualRough: 16,
  bandScale: 17,
  floor: 18,
  /** Six tails of four words: threshold, mean and variance of the excess, size of the threshold. */
  tails: 19,
  /** Largest summed surprise of this quarter of an hour and of the one before. */
  bucket: 48,
  bucketBefore: 49,
  /** uint32. */
  stepMs: 50,
  deltaMin: 51,
  /** uint32: row of the hour bands. */
  profile: 52,
  mode: 53,
  modeShare: 54,
  /** uint32: row of the warm-up table, 0 for none. */
  warmRow: 55,
} as const;
export const wordsPerTail = 4;

/** 2-byte fields, counted in 2 bytes. */
export const half = {
  /** Exceedances of each tail, saturating. */
  exceedances: 112,
  /** Surprise of each channel in the newest cycle, in 1/1024. */
  votes: 118,
  /** Samples since the value last changed, saturating. */
  unchanged: 124,
} as const;
export const halvesPerSeries = bytesPerSeries / 2;

/** 1-byte fields, counted in bytes. */
export const byte = {
  phase: 250,
  direction: 251,
  flags: 252,
  cold: 253,
  /** Samples since the last gap, up to `settledSamples`. */
  settled: 254,
} as const;

export const phases = { empty: 0, scales: 1, tails: 2, live: 3, flat: 4 } as const;
export const directions = { both: 0, up: 1, down: 2 } as const;
export type Direction = keyof typeof directions;
/** Bits of `flags`. */
export const flag = { frozen: 1, fractional: 2, moved: 4 } as const;

export type Bytes = ArrayBuffer | SharedArrayBuffer;

export type Records = {
  readonly capacity: number;
  readonly f64: Float64Array;
  readonly f32: Float32Array;
  readonly u32: Uint32Array;
  readonly u16: Uint16Array;
  readonly u8: Uint8Array;
};

export function openRecords(buffer: Bytes): Records {
  return {
    capacity: buffer.byteLength / bytesPerSeries,
    f64: new Float64Array(buffer),
    f32: new Float32Array(buffer),
    u32: new Uint32Array(buffer),
    u16: new Uint16Array(buffer),
    u8: new Uint8Array(buffer),
  };
}
