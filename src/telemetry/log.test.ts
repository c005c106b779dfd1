import { describe, expect, it } from 'vitest';
import { Failure } from '../model/failure.ts';
import { createLog } from './log.ts';

const aFailure = new Failure({
  code: 'disk-full',
  what: 'it cannot be written',
  why: 'no space',
  next: 'x',
  exitCode: 1,
});

function aLog() {
  const lines: unknown[] = [];
  const time = { ms: 0 };
  const log = createLog(
    () => time.ms,
    (line) => lines.push(JSON.parse(line)),
  );
  return { log, lines, time };
}

describe('the log of faults', () => {
  it('writes one flat line with what happened, to what, and why', () => {
    const { log, lines } = aLog();
    log.fault(aFailure, 'journal');
    expect(lines).toMatchObject([
      { about: 'journal', code: 'disk-full', what: 'it cannot be written', why: 'no space' },
    ]);
  });

  it('repeats the same fault at most once a minute, and others at once', () => {
    const { log, lines, time } = aLog();
    log.fault(aFailure, 'journal');
    time.ms = 59_000;
    log.fault(aFailure, 'journal');
    log.fault(aFailure, 'watch');
    time.ms = 61_000;
    log.fault(aFailure, 'journal');
    expect(lines).toHaveLength(3);
  });

  it('never prints a stack, whatever was thrown', () => {
    const { log, lines } = aLog();
    log.fault(new TypeError('x is undefined'), 'cycle');
    log.fault('a string', 'cycle');
    expect(JSON.stringify(lines)).not.toContain('log.test.ts');
    expect(lines).toHaveLength(2);
  });
});
