import { describe, expect, it, vi } from 'vitest';
import { once } from './once.ts';

describe('a value that is worked out once', () => {
  it('is made when it is first asked for, and kept, null included', () => {
    const make = vi.fn<() => null>(() => null);
    const value = once(make);
    expect(make).not.toHaveBeenCalled();

    expect([value(), value()]).toEqual([null, null]);

    expect(make).toHaveBeenCalledTimes(1);
  });
});
