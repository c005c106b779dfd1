// What each exit code means, in the words of the reference and of `explain`.
import { exitCodes } from './failure.ts';

const meanings = {
  done: 'done; nothing negative was asked for or found',
  fault: 'a fault in the advisor or its machine (a bug, a disk)',
  usage: 'wrong usage, or a prompt was needed and there is no terminal',
  no: 'the answer is no: `--fail-on` met, chain broken, requirement missing, a repair that did not help',
  unreachable: 'not reachable: API server, advisor, required metrics or logs',
  forbidden: 'not allowed: signed out, expired, forbidden',
  conflict: 'conflict: stale plan, target changed, approval decided or expired, data folder in use',
  heldBack: 'held back: verdict denied, mode too low, actions stopped',
  waitedEnough: 'waited as long as told, or the outcome is not known',
  declined: 'you answered no; nothing changed',
} satisfies Readonly<Record<keyof typeof exitCodes, string>>;

/** Code and meaning, rising; codes of signals last. */
export const exitMeanings: readonly (readonly [number, string])[] = [
  ...Object.entries(meanings).map(([name, meaning]): [number, string] => [
    new Map<string, number>(Object.entries(exitCodes)).get(name) ?? 1,
    meaning,
  ]),
  [130, 'interrupted (Ctrl-C)'],
  [143, 'terminated (SIGTERM)'],
];
