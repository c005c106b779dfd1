import { describe, expect, it } from 'vitest';
import { demoOptions } from './demo-options.ts';
import { problemIn } from './testing/problem.ts';

describe('what a demo is asked for', () => {
  it('is all six acts at speed 1, watched, and staying up', () => {
    expect(demoOptions({})).toEqual({ act: null, speed: 1, seed: null, port: 7575, headless: false, exits: false });
  });

  it('is what the flags say', () => {
    const given = { act: '5', speed: '50', seed: '0', port: '8080', headless: true, exit: true };
    expect(demoOptions(given)).toEqual({ act: 5, speed: 50, seed: 0, port: 8080, headless: true, exits: true });
    expect(demoOptions({ act: 'all' }).act).toBeNull();
  });

  it.each([
    ['act', '7', 'it takes all, 1, 2, 3, 4, 5, 6'],
    ['speed', '0', 'it takes a whole number from 1 to 50'],
    ['speed', '51', 'it takes a whole number from 1 to 50'],
    ['speed', '1.5', 'it takes a whole number from 1 to 50'],
    ['speed', 'fast', 'it takes a whole number from 1 to 50'],
    ['port', '0', 'it takes a whole number from 1 to 65535'],
    ['port', '65536', 'it takes a whole number from 1 to 65535'],
    ['seed', '-1', 'it takes a whole number from 0 to 999999999'],
  ])('is refused for --%s %s', (flag, value, why) => {
    expect(problemIn(() => demoOptions({ [flag]: value }))).toMatchObject({
      what: `--${flag} does not take "${value}"`,
      why,
      exitCode: 2,
    });
  });
});
