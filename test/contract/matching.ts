// Vitest's loose matchers as unknown values, so that they may stand inside an expected object.
import { expect } from 'vitest';

export function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

export function containing(text: string): unknown {
  return expect.stringContaining(text);
}

/** A list with at least these items. */
export function including(...items: readonly unknown[]): unknown {
  return expect.arrayContaining([...items]);
}

/** An object with at least these members. */
export function having(members: Readonly<Record<string, unknown>>): unknown {
  return expect.objectContaining(members);
}

export const anyText: unknown = expect.any(String);
