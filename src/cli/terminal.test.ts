import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { age, parseDuration, rfc3339 } from './ages.ts';
import { failureLines } from './failure-lines.ts';
import { paint, plain, terminalOf, type Io } from './terminal.ts';

const tty = (): PassThrough & { isTTY: boolean } => Object.assign(new PassThrough(), { isTTY: true });
const io = (env: Record<string, string>, terminal: boolean): Io => ({
  stdout: terminal ? tty() : new PassThrough(),
  stderr: terminal ? tty() : new PassThrough(),
  stdin: terminal ? tty() : new PassThrough(),
  env,
  folder: '/',
  invokedAs: 'advisor',
});

describe('terminal', () => {
  it('prompts only where a person can answer', () => {
    const auto = { color: 'auto', input: true } as const;
    expect(terminalOf(io({}, true), auto).canPrompt).toBe(true);
    expect(terminalOf(io({}, false), auto).canPrompt).toBe(false);
    expect(terminalOf(io({ CI: 'true' }, true), auto).canPrompt).toBe(false);
    expect(terminalOf(io({ TERM: 'dumb' }, true), auto).canPrompt).toBe(false);
    expect(terminalOf(io({}, true), { color: 'auto', input: false }).canPrompt).toBe(false);
  });

  it('gives no escape for NO_COLOR, a dumb terminal, a pipe or never, and does in a pipe for always', () => {
    const color = (env: Record<string, string>, terminal: boolean, choice: 'auto' | 'always' | 'never') =>
      terminalOf(io(env, terminal), { color: choice, input: true }).color;
    expect(color({}, true, 'auto')).toBe(true);
    expect(color({ NO_COLOR: '1' }, true, 'auto')).toBe(false);
    expect(color({ TERM: 'dumb' }, true, 'auto')).toBe(false);
    expect(color({}, false, 'auto')).toBe(false);
    expect(color({}, true, 'never')).toBe(false);
    expect(color({ NO_COLOR: '1' }, false, 'always')).toBe(true);
    expect(paint({ color: false }, 'red', 'critical')).toBe('critical');
  });

  it('makes control and bidirectional characters visible', () => {
    expect(plain('a\u001B[31m\u202Eb\n')).toBe('a\\u001b[31m\\u202eb\\u000a');
  });
});

describe('times', () => {
  it('shows ages that are never negative, and dates after a day', () => {
    expect([0, 59_000, 61_000, 3_700_000].map((ms) => age(0, ms))).toEqual(['0s', '59s', '1m', '1h']);
    expect(age(5_000, 0)).toBe('0s');
    expect(age(0, 90_000_000)).toBe('1970-01-01');
    expect(rfc3339(0)).toBe('1970-01-01T00:00:00Z');
  });

  it('reads durations and refuses other text', () => {
    expect(['90s', '15m', '1h', '7d', '250ms'].map(parseDuration)).toEqual([
      90_000, 900_000, 3_600_000, 604_800_000, 250,
    ]);
    expect(['', '5', 'm', '1 h', '-1s'].map(parseDuration)).toEqual([null, null, null, null, null]);
  });
});

describe('faults', () => {
  it('never prints a stack, and causes only when asked', () => {
    const fault = new Error('boom\n    at secret place', { cause: new Error('disk') });
    const shown = (verbose: boolean) => failureLines(fault, { asJson: false, verbose, typed: (text) => text });
    expect(shown(false).text).not.toContain('at secret place');
    expect(shown(false).text.trimEnd().split('\n')).toHaveLength(3);
    expect(shown(true).text).toContain('cause: Error: disk');
    expect(shown(false).exitCode).toBe(1);
  });
});
