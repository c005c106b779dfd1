// What a guardian rule is: its id, what it guards, and one word with one sentence over the gathered facts. Rules are pure.
import type { Ruling } from '../../model/ruling.ts';
import type { Facts } from './facts.ts';

export type Word = Omit<Ruling, 'rule'>;

export interface Rule {
  readonly id: string;
  /** The invariant in a sentence, for `explain`. */
  readonly about: string;
  /** `before` are the rulings of the rules that stand above it in the list. May throw: that denies. */
  judge(facts: Facts, before: readonly Ruling[]): Word;
}

export function allow(reason: string): Word {
  return { word: 'allow', reason };
}

export function deny(reason: string): Word {
  return { word: 'deny', reason };
}

export function ask(people: 1 | 2, reason: string): Word {
  return { word: 'ask', reason, people };
}

export function pending(reason: string): Word {
  return { word: 'pending', reason };
}

/** `1 pod`, `3 pods`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
