// What the odd replicas have in common that the others lack: a node, a zone or a version, when chance alone would rarely do that.
import { hypergeometricTail } from '../kernels/hypergeometric.ts';

export type PodTraits = {
  readonly node: string | null;
  readonly zone: string | null;
  /** Hash of the template that it runs. */
  readonly version: string | null;
};

const level = 0.01;
const kinds = ['version', 'node', 'zone'] as const;

/** "node worker-2", or null; the tail is held at .01 over the number of traits tried. `all` are the pods of the group by name. */
export function sharedTrait(odd: readonly string[], all: ReadonlyMap<string, PodTraits>): string | null {
  if (odd.length < 2) return null;
  const tried = kinds.flatMap((kind) => {
    const marked = [...all.values()].filter((one) => one[kind] !== null);
    const values = new Set(odd.flatMap((pod) => all.get(pod)?.[kind] ?? []));
    // A trait that all pods have tells nothing and is no try.
    return [...values].toSorted().flatMap((value) => {
      const having = marked.filter((one) => one[kind] === value).length;
      const seen = odd.filter((pod) => all.get(pod)?.[kind] === value).length;
      return having === all.size ? [] : [{ kind, value, p: hypergeometricTail(seen, odd.length, having, all.size) }];
    });
  });
  const [first] = tried.filter((one) => one.p <= level / tried.length).toSorted((left, right) => left.p - right.p);
  return first === undefined ? null : `${first.kind} ${first.value}`;
}
