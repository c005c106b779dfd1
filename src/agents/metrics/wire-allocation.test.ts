import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { printedBy } from '../../../test/builders/own-process.ts';

const printed = z.object({ slots: z.number(), bytes: z.number() });

describe('an answer whose series are known', () => {
  it('makes no object for a sample', () => {
    const { slots, bytes } = printed.parse(printedBy('heap/wire.ts'));
    expect(slots).toBe(2_000);
    // A number on the heap for each sample would be 32 kB.
    expect(bytes).toBeLessThanOrEqual(8_000);
  }, 60_000);
});
