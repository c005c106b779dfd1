// The list of behaviours that the contract covers, read from the names of its groups and tests, for the documentation.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Group = { readonly name: string; readonly behaviours: readonly string[] };

/** The groups in the order in which the suite runs them. */
export function contractGroups(): Group[] {
  const suite = source('describe-api.ts');
  const files = new Map(
    [...suite.matchAll(/import \{ (\w+) \} from '\.\/([\w-]+\.ts)'/g)].map(([, name = '', file = '']) => [name, file]),
  );
  const [, listed = ''] = /=> void\)\[\] = \[([^\]]*)\]/.exec(suite) ?? [];
  return [...listed.matchAll(/\w+/g)].flatMap(([name]) => groupsIn(source(files.get(name) ?? '')));
}

/** Names of `describe` and `it` in the text of a file. */
export function groupsIn(text: string): Group[] {
  const groups: { name: string; behaviours: string[] }[] = [];
  for (const [, kind, , name = ''] of text.matchAll(/^\s*(describe|it)\(\s*(['"])(.*?)\2,/gm))
    if (kind === 'describe') groups.push({ name, behaviours: [] });
    else groups.at(-1)?.behaviours.push(name);
  return groups;
}

/** The page docs/api-behaviours.md. */
export function behavioursPage(): string {
  const groups = contractGroups();
  const count = groups.reduce((sum, group) => sum + group.behaviours.length, 0);
  return [
    '# Behaviours of the Kubernetes API',
    '',
    `What the product and kubectl rely on in an API server, ${count} behaviours in ${groups.length} groups. Each line is the name of a test in \`test/contract\`; the same suite runs against the sandbox (\`npm test\`) and against a real control plane of Kubernetes 1.37 (\`npm run test:lab\`). Where the two differ, the sandbox is wrong.`,
    '',
    'Generated from the tests by `npm run reference`.',
    '',
    ...groups.flatMap((group) => [`## ${capital(group.name)}`, '', ...group.behaviours.map((name) => `- ${name}`), '']),
  ].join('\n');
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function source(file: string): string {
  return readFileSync(join(import.meta.dirname, file), 'utf8');
}
