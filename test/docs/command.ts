// Says what is wrong with a command that a page tells people to type: a verb, a flag, a script or a file that does not exist.
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { globalOptions, verbs } from '../../src/cli/verbs.ts';
import { words } from './markdown.ts';

const scripts = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8'))).scripts;

/** Null when the command can be typed as it stands. */
export function problemOf(line: string): string | null {
  const [first = '', second = '', ...rest] = words(line.replace(/ > \S+$/, ''));
  if (first === 'npx' && second === 'advisor') return advisorProblem(rest);
  if (first === 'advisor') return advisorProblem([second, ...rest]);
  if (first === 'npm') return npmProblem(second, rest);
  return first === 'kubectl' ? null : `${first} is no command of the product`;
}

function advisorProblem(given: readonly string[]): string | null {
  const line = given.join(' ');
  if (given[0] === 'help') return verbOf(given.slice(1).join(' ')) === undefined ? `no verb in "${line}"` : null;
  const verb = verbOf(line);
  if (verb === undefined) return `there is no verb in "advisor ${line}"`;
  const known = [...verb.options, ...globalOptions].flatMap((one) => namesOf(one.flags));
  const unknown = given.filter((one) => one.startsWith('-')).find((one) => !known.includes(one.split('=')[0] ?? ''));
  return unknown === undefined ? null : `advisor ${verb.name} takes no ${unknown}`;
}

function verbOf(line: string) {
  return verbs.find((one) => line === one.name || line.startsWith(`${one.name} `));
}

/** `-n, --namespace <name>` → `-n`, `--namespace`. */
function namesOf(flags: string): readonly string[] {
  return flags
    .split(', ')
    .map((one) => one.split(' ')[0] ?? '')
    .filter((one) => one !== '');
}

function npmProblem(command: string, rest: readonly string[]): string | null {
  if (command === 'ci') return existsSync('package-lock.json') ? null : 'there is no lock file';
  const [name = '', ...flags] = command === 'test' ? ['test', ...rest] : rest;
  const script = command === 'run' || command === 'test' ? scripts[name] : undefined;
  if (script === undefined) return `there is no script in "npm ${command} ${rest.join(' ')}"`;
  const file = /^node (\S+\.ts)/.exec(script)?.[1] ?? '';
  if (!existsSync(file)) return `${name} runs ${file}, which does not exist`;
  const source = readFileSync(file, 'utf8');
  const unknown = flags
    .filter((one) => /^--?\w/.test(one))
    .find((one) => !source.includes(one.replace(/^--?/, '').split('=')[0] ?? ''));
  return unknown === undefined ? null : `${file} takes no ${unknown}`;
}
