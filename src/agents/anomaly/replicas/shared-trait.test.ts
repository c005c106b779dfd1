import { describe, expect, it } from 'vitest';
import { type PodTraits, sharedTrait } from './shared-trait.ts';

const pods = (count: number, traits: (at: number) => Partial<PodTraits>): ReadonlyMap<string, PodTraits> =>
  new Map(
    Array.from({ length: count }, (_, at) => [
      `cart-${at}`,
      { node: `worker-${at % 4}`, zone: 'a', version: 'v1', ...traits(at) },
    ]),
  );

describe('what odd replicas share', () => {
  it('names the node that all of them run on and few others do', () => {
    const all = pods(20, (at) => ({ node: at < 4 ? 'worker-x' : `worker-${at % 4}` }));
    expect(sharedTrait(['cart-0', 'cart-1', 'cart-2', 'cart-3'], all)).toBe('node worker-x');
  });

  it('names the version before a node that says less', () => {
    const all = pods(16, (at) => ({ version: at < 4 ? 'v2' : 'v1', node: at < 6 ? 'worker-x' : 'worker-y' }));
    expect(sharedTrait(['cart-0', 'cart-1', 'cart-2', 'cart-3'], all)).toBe('version v2');
  });

  it('says nothing where chance would do it now and then', () => {
    const all = pods(4, (at) => ({ node: at < 2 ? 'worker-x' : 'worker-y' }));
    expect(sharedTrait(['cart-0', 'cart-1'], all)).toBeNull();
  });

  it('says nothing of what all of them share', () => {
    expect(
      sharedTrait(
        ['cart-0', 'cart-4'],
        pods(8, () => ({})),
      ),
    ).toBeNull();
  });

  it('says nothing of one pod, and nothing of traits that are not known', () => {
    const unknown = pods(20, () => ({ node: null, zone: null, version: null }));
    expect(
      sharedTrait(
        ['cart-0'],
        pods(20, () => ({})),
      ),
    ).toBeNull();
    expect(sharedTrait(['cart-0', 'cart-1', 'cart-2'], unknown)).toBeNull();
  });
});
