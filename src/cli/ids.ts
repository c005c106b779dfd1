// Ids as people type them: `42` for inc-42, `apr17` for apr-17, any prefix that only one id has.
import { usage } from './verb.ts';

export const latest = '@latest';

/** `42` and `inc42` → `inc-42`, `inc42/p1` → `inc-42/p1`; a bare number is of the kind that the verb takes. Other text stays. */
export function normalId(text: string, kind: 'inc' | 'apr' = 'inc'): string {
  const [head = '', ...rest] = text.trim().split('/');
  const match = /^(inc|apr)?-?(\d+)$/.exec(head);
  return [match === null ? head : `${match[1] ?? kind}-${match[2]}`, ...rest].join('/');
}

/** The known id that is meant: the same, or the only one that starts so. Null when there is none; several are a usage Failure. */
export function pickId(text: string, known: readonly string[]): string | null {
  if (known.includes(text)) return text;
  const [only, ...more] = known.filter((one) => one.startsWith(text));
  if (only === undefined) return null;
  if (more.length === 0) return only;
  const candidates = [only, ...more];
  const shown = candidates.slice(0, 6).join(', ');
  const rest = candidates.length > 6 ? ` and ${candidates.length - 6} more` : '';
  throw usage(`"${text.slice(0, 30)}" is the start of several ids`, `it may be ${shown}${rest}`, 'type more of it');
}
