// What every request of the API shares: storage, time, names, and who asks for what in which manner.
import type { Clock } from '../../clock.ts';
import type { Definition } from './resources.ts';
import type { Store } from './store.ts';
import { textAt, type Tree } from './tree.ts';

export type Api = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
};

/** Where a request is aimed. Namespace is '' for cluster-wide resources and for all namespaces. */
export type Aim = {
  readonly definition: Definition;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
};

export type Manner = {
  readonly manager: string;
  readonly dryRun: boolean;
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict';
  /** Texts for the Warning header; added to while the request is worked on. */
  readonly warnings: string[];
};

export function mannerOf(manager: string, more: Partial<Manner> = {}): Manner {
  return { manager, dryRun: false, fieldValidation: 'Ignore', warnings: [], ...more };
}

/** `metav1.Time` on the cluster's clock: whole seconds. */
export function timeText(clock: Clock, offsetMs = 0): string {
  return new Date(clock.now() + offsetMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** `metav1.MicroTime`: exactly six digits. */
export function microTimeText(clock: Clock): string {
  return new Date(clock.now()).toISOString().replace('Z', '000Z');
}

/** Repeatable randomness for uids, name suffixes and choices. */
export type Random = {
  /** 0 ≤ x < 1. */
  readonly next: () => number;
  uid(): string;
  /** Five characters as `generateName` appends them. */
  suffix(): string;
};

const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Mulberry32 behind the three forms. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join('');
  return {
    next,
    uid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[Math.floor(next() * 4)] ?? '8'}${hex(3)}-${hex(12)}`,
    suffix: () =>
      Array.from({ length: 5 }, () => suffixAlphabet[Math.floor(next() * suffixAlphabet.length)] ?? 'b').join(''),
  };
}

export function nameOf(object: Tree): string {
  return textAt(object, 'metadata', 'name');
}

export function namespaceOf(object: Tree): string {
  return textAt(object, 'metadata', 'namespace');
}

export function uidOf(object: Tree): string {
  return textAt(object, 'metadata', 'uid');
}
