// Arithmetic and comparison between vectors of equal labels, or with a number, as Prometheus does it: what has no partner is left out.
import { type Binary, type Operator, QueryError } from './promql.ts';
import type { Labels, VectorSample } from './series-store.ts';

/** A number, or a vector at any moment. */
export type Operand = number | ((atMs: number) => VectorSample[]);

export function prepareBinary({ op }: Binary, left: Operand, right: Operand): (atMs: number) => VectorSample[] {
  if (typeof left === 'number' && typeof right === 'number')
    throw new QueryError('parse error: arithmetic of two numbers is no vector');
  const named = namer();
  return (atMs) => {
    if (typeof left === 'number') return kept(sideOf(right, atMs), (value) => apply(op, left, value), named);
    if (typeof right === 'number') return kept(left(atMs), (value) => apply(op, value, right), named);
    const partners = new Map(right(atMs).map((one) => [named(one.labels).key, one.value]));
    return left(atMs).flatMap(({ labels, value }) => {
      const { key, labels: unnamed } = named(labels);
      const partner = partners.get(key);
      const result = partner === undefined ? null : apply(op, value, partner);
      return result === null ? [] : [{ labels: unnamed, value: result }];
    });
  };
}

function sideOf(side: Operand, atMs: number): VectorSample[] {
  return typeof side === 'number' ? [] : side(atMs);
}

type Named = (labels: Labels) => { readonly key: string; readonly labels: Labels };

function kept(vector: readonly VectorSample[], result: (value: number) => number | null, named: Named): VectorSample[] {
  return vector.flatMap(({ labels, value }) => {
    const found = result(value);
    return found === null ? [] : [{ labels: named(labels).labels, value: found }];
  });
}

/** A comparison keeps the value of its left side, or leaves the series out. */
function apply(op: Operator, left: number, right: number): number | null {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '>':
      return left > right ? left : null;
    case '<':
      return left < right ? left : null;
    default:
      return op satisfies never;
  }
}

/** Labels without the name, and a key of them that does not depend on their order; kept by object, since series keep theirs. */
function namer(): Named {
  const known = new WeakMap<Labels, { key: string; labels: Labels }>();
  return (labels) => {
    const before = known.get(labels);
    if (before !== undefined) return before;
    const entries = Object.entries(labels)
      .filter(([name]) => name !== '__name__')
      .toSorted(([left], [right]) => (left < right ? -1 : 1));
    const made = { key: JSON.stringify(entries), labels: Object.fromEntries(entries) };
    known.set(labels, made);
    return made;
  };
}
