// What is usual at each hour of the day, one row per profile (a workload and a metric): all its replicas read it, and
// only their median writes it, once per cycle, so it depends on no order of replicas.
import type { Bytes } from './layout.ts';
import * as parameters from './parameters.ts';

// Constants of this file, for the reason that channels.ts gives.
const { hourMs, minuteMs, quickStep } = parameters;

export const bytesPerBand = 256;
const words = bytesPerBand / 4;
const doubles = bytesPerBand / 8;
const edges = 2;
/** Double: when the row was last written. */
const lastMs = 28;
const field = { prev: 50, jump: 51, lastHour: 52, seenOnce: 53, seenTwice: 54, count: 55 } as const;

export type Bands = {
  readonly capacity: number;
  readonly f64: Float64Array;
  readonly f32: Float32Array;
  readonly u32: Uint32Array;
};

/** Bytes of a table; shared between threads if `shared`. */
export function createBands(capacity: number, shared: boolean): Bytes {
  const bytes = capacity * bytesPerBand;
  return shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
}

export function openBands(buffer: Bytes): Bands {
  return {
    capacity: buffer.byteLength / bytesPerBand,
    f64: new Float64Array(buffer),
    f32: new Float32Array(buffer),
    u32: new Uint32Array(buffer),
  };
}

/** Forgets a row. */
export function clearBand(bands: Bands, profile: number): void {
  bands.u32.fill(0, profile * words, (profile + 1) * words);
}

/** Hour of the day, UTC: which cell of a row a time belongs to. */
export function hourOf(atMs: number): number {
  return Math.floor(atMs / hourMs) % 24;
}

/**
 * How far `value` lies outside the band of `hour`: positive above, negative below, 0 within; NaN until the hour was seen on
 * two days.
 */
export function beyondBand(bands: Bands, profile: number, value: number, hour: number): number {
  if (((bands.u32[profile * words + field.seenTwice]! >>> hour) & 1) === 0) return Number.NaN;
  const v = value - bands.f64[profile * doubles]!;
  const at = profile * words + edges + 2 * hour;
  const low = bands.f32[at]!;
  const high = bands.f32[at + 1]!;
  return v > high ? v - high : v < low ? v - low : 0;
}

export function bandWidth(bands: Bands, profile: number, hour: number): number {
  const at = profile * words + edges + 2 * hour;
  return bands.f32[at + 1]! - bands.f32[at]!;
}

/** When a row last learned, in ms; 0 if never. */
export function bandWrittenMs(bands: Bands, profile: number): number {
  return bands.f64[profile * doubles + lastMs]!;
}

/** The share of its width by which one cycle moves a band, for samples `stepMs` apart: an hour has fewer of them. */
export function bandGain(stepMs: number): number {
  return Math.min(0.2, 0.04 * (stepMs / minuteMs) ** 0.68);
}

/**
 * Takes what the replicas of a profile say in one cycle into the cell of its hour: `said` is their median, the `bandGain` of
 * the profile and the time of the cycle, in one array because numbers handed over one by one would be boxed.
 */
export function learnBand(bands: Bands, profile: number, said: Float64Array): void {
  const { f32, u32, f64 } = bands;
  const value = said[0]!;
  const atMs = said[2]!;
  const o = profile * words;
  const isFirst = u32[o + field.count] === 0;
  if (!isFirst && atMs <= f64[profile * doubles + lastMs]!) return;
  if (isFirst) {
    f64[profile * doubles] = value;
    f32[o + field.prev] = 0;
  }
  f64[profile * doubles + lastMs] = atMs;
  u32[o + field.count] = Math.min(u32[o + field.count]! + 1, 0xffff_ffff);
  const v = value - f64[profile * doubles]!;
  // A running median of the distance between neighbours: the least width that a band is moved by.
  const distance = Math.abs(v - f32[o + field.prev]!);
  const before = f32[o + field.jump]!;
  f32[o + field.jump] = before === 0 ? distance : before * (distance > before ? 1 + quickStep : 1 - quickStep);
  f32[o + field.prev] = v;
  const hours = Math.floor(atMs / hourMs);
  const at = o + edges + 2 * (hours % 24);
  if (visit(u32, o, hours)) {
    f32[at] = v;
    f32[at + 1] = v;
    return;
  }
  const low = f32[at]!;
  const high = f32[at + 1]!;
  const g = said[1]! * Math.max(high - low, f32[o + field.jump]!);
  const newHigh = v > high ? high + Math.min(0.95 * g, v - high) : high - 0.05 * g;
  const newLow = v < low ? low - Math.min(0.95 * g, low - v) : low + 0.05 * g;
  const crossed = newLow > newHigh;
  f32[at] = crossed ? (newLow + newHigh) / 2 : newLow;
  f32[at + 1] = crossed ? (newLow + newHigh) / 2 : newHigh;
}

/** Notes the visit of an hour: on the first day, when it answers true, the cell starts; on the second it may speak. */
function visit(u32: Uint32Array, o: number, hours: number): boolean {
  const bit = 1 << (hours % 24);
  if (hours === u32[o + field.lastHour]!) return false;
  u32[o + field.lastHour] = hours;
  const isNew = (u32[o + field.seenOnce]! & bit) === 0;
  if (isNew) u32[o + field.seenOnce]! |= bit;
  else u32[o + field.seenTwice]! |= bit;
  return isNew;
}
