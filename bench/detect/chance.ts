// Random numbers of the simulator, all from one seed, so that a run can be repeated to the last bit.
import { seeded } from '../../src/sandbox/api/context.ts';

export interface Chance {
  next(): number;
  between(low: number, high: number): number;
  /** Even on a logarithmic scale. */
  scale(low: number, high: number): number;
  is(share: number): boolean;
  pick<T>(list: readonly [T, ...(readonly T[])]): T;
  normal(): number;
  /** Heavy tails: Student's t with `df` > 2, scaled to a standard deviation of 1. */
  heavy(df: number): number;
  poisson(mean: number): number;
}

export function createChance(seed: number): Chance {
  const { next } = seeded(Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
  let spare: number | null = null;
  const normal = (): number => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const between = (low: number, high: number): number => low + (high - low) * next();
  const poisson = (mean: number): number => {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    const limit = Math.exp(-mean);
    let product = next();
    let count = 0;
    while (product > limit) {
      product *= next();
      count += 1;
    }
    return count;
  };
  return {
    next,
    between,
    scale: (low, high) => Math.exp(between(Math.log(low), Math.log(high))),
    is: (share) => next() < share,
    pick: (list) => list[Math.floor(next() * list.length)] ?? list[0],
    normal,
    heavy(df) {
      let squares = 0;
      for (let term = 0; term < df; term += 1) squares += normal() ** 2;
      return normal() / Math.sqrt(squares / df) / Math.sqrt(df / (df - 2));
    },
    poisson,
  };
}

/** A process that forgets by `memory` a step, with standard deviation `spread`; `df` null for normal shocks. */
export function wandering(chance: Chance, memory: number, spread: number, df: number | null = null): () => number {
  const fresh = Math.sqrt(1 - memory * memory);
  let value = chance.normal();
  return () => {
    value = memory * value + fresh * (df === null ? chance.normal() : chance.heavy(df));
    return spread * value;
  };
}
