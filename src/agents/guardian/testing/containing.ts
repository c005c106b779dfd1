// A text that must be part of a sentence, as a matcher without the type that lets everything through.
import { expect } from 'vitest';

export function containing(text: string): unknown {
  return expect.stringContaining(text);
}
