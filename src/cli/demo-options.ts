// What `demo` was asked for: acts, speed, world, port, and whether anybody watches.
import { textOf } from './incidents.ts';
import { oneOf, usage } from './verb.ts';

export type DemoOptions = {
  /** Null for all six. */
  readonly act: 1 | 2 | 3 | 4 | 5 | 6 | null;
  readonly speed: number;
  readonly seed: number | null;
  readonly port: number;
  /** Nobody watches: act 3 is decided by `scripted-approver`. */
  readonly headless: boolean;
  /** Ends after the last act instead of staying up. */
  readonly exits: boolean;
};

const usualPort = 7575;
const actNumbers = { all: null, '1': 1, '2': 2, '3': 3, '4': 4, '5': 5, '6': 6 } as const;

/** Throws a Failure (exit 2) that names the flag. */
export function demoOptions(options: Readonly<Record<string, unknown>>): DemoOptions {
  const act = oneOf(textOf(options['act']) ?? 'all', ['all', '1', '2', '3', '4', '5', '6'], '--act');
  return {
    act: actNumbers[act],
    speed: whole(options, 'speed', 1, 50) ?? 1,
    seed: whole(options, 'seed', 0, 999_999_999),
    port: whole(options, 'port', 1, 65_535) ?? usualPort,
    headless: options['headless'] === true,
    exits: options['exit'] === true,
  };
}

function whole(options: Readonly<Record<string, unknown>>, flag: string, least: number, most: number): number | null {
  const text = textOf(options[flag]);
  if (text === undefined) return null;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw usage(`--${flag} does not take "${text}"`, `it takes a whole number from ${least} to ${most}`);
}
