import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { steppedClock } from '../clock.ts';
import { readConfig } from '../config/config.ts';
import { progressOf } from './progress.ts';
import { verbContext, type GlobalFlags } from './verb.ts';

function aProgress(isTerminal: boolean, flags: GlobalFlags = {}) {
  const clock = steppedClock(0);
  const stderr = Object.assign(new PassThrough(), { isTTY: isTerminal, columns: 40 });
  const io = {
    stdout: new PassThrough(),
    stderr,
    stdin: new PassThrough(),
    env: {},
    folder: '/nonexistent',
    invokedAs: 'advisor',
  };
  const signal = new AbortController().signal;
  const context = verbContext({ io, signal, clock, readConfig, typed: (text) => text }, flags);
  const written = (): string => String(stderr.read() ?? '');
  return { clock, written, progress: progressOf(context, 'scan') };
}

describe('progress', () => {
  it('rewrites one line on a terminal, without an escape, and leaves none behind', () => {
    const { clock, written, progress } = aProgress(true);
    progress.say('connecting');
    clock.advance(4_000);
    progress.say('reading pods 3,200 of 5,000');
    expect(written()).toBe('\rconnecting · 0 s\rreading pods 3,200 of 5,000 · 4 s');
    progress.say('done');
    expect(written()).toBe(`\r${'done · 4 s'.padEnd(33)}`);
    progress.end();
    progress.end();
    expect(written()).toBe(`\r${' '.repeat(10)}\r`);
  });

  it('is cut to the width of the terminal', () => {
    const { written, progress } = aProgress(true);
    progress.say('reading '.repeat(20));
    expect(written().length).toBeLessThanOrEqual(40);
  });

  it('says at most one line in ten seconds into a pipe', () => {
    const { clock, written, progress } = aProgress(false);
    progress.say('connecting');
    clock.advance(9_999);
    progress.say('reading pods');
    expect(written()).toBe('');
    clock.advance(1);
    progress.say('reading pods');
    progress.say('reading services');
    expect(written()).toBe('scan: reading pods · 10 s\n');
  });

  it('is silent with -q', () => {
    const { written, progress } = aProgress(true, { quiet: true });
    progress.say('connecting');
    progress.end();
    expect(written()).toBe('');
  });

  it('makes control characters of names visible', () => {
    const { written, progress } = aProgress(true);
    progress.say('reading a\u001B[2J');
    expect(written()).toContain('reading a\\u001b[2J');
  });
});
