import { describe, expect, it } from 'vitest';
import type { ObjectRef } from '../../model/target.ts';
import { createSeriesKeys } from './series-keys.ts';

const cart: ObjectRef = { kind: 'Deployment', namespace: 'shop', name: 'cart' };

describe('keys of series', () => {
  it('name the signal, its owner and its pod, and no pod where there is none', () => {
    const keys = createSeriesKeys();
    expect(keys.of(cart)('cpu.usage')).toEqual({ signal: 'cpu.usage', of: cart });
    expect(keys.of(cart)('cpu.usage')).not.toHaveProperty('pod');
    expect(keys.of(cart, 'cart-1')('cpu.usage')).toEqual({ signal: 'cpu.usage', of: cart, pod: 'cart-1' });
  });

  it('are the same in the next observation, however the owner was found', () => {
    const keys = createSeriesKeys();
    const before = [keys.of(cart)('cpu.usage'), keys.of(cart, 'cart-1')('cpu.usage')];
    keys.turn();
    const after = [keys.of({ ...cart })('cpu.usage'), keys.of({ ...cart }, 'cart-1')('cpu.usage')];
    expect([after[0] === before[0], after[1] === before[1]]).toEqual([true, true]);
  });

  it('are others for a pod that came back under another owner', () => {
    const keys = createSeriesKeys();
    keys.of(cart, 'cart-1')('cpu.usage');
    keys.turn();
    const moved = { ...cart, kind: 'StatefulSet' };
    expect(keys.of(moved, 'cart-1')('cpu.usage').of).toEqual(moved);
  });

  it('are forgotten with an owner that an observation did not name', () => {
    const keys = createSeriesKeys();
    const before = keys.of(cart)('cpu.usage');
    keys.turn();
    keys.turn();
    const after = keys.of(cart)('cpu.usage');
    expect(after).toEqual(before);
    expect(after === before).toBe(false);
  });
});
