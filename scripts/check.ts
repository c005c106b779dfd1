// Everything that must hold before a commit: format, types, lint, dependency rules, unused code, unit tests.
import { spawnSync } from 'node:child_process';

const node = process.execPath;
const steps: readonly (readonly [string, readonly string[]])[] = [
  [
    'format',
    [
      'node_modules/prettier/bin/prettier.cjs',
      '--cache',
      '--cache-location',
      '.cache/prettier',
      '--log-level',
      'warn',
      '--check',
      '.',
    ],
  ],
  ['types', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json']],
  ['lint', ['node_modules/oxlint/bin/oxlint']],
  [
    'dependency rules',
    [
      'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
      '--config',
      '.dependency-cruiser.mjs',
      'src',
      'test',
      'lab',
      'scripts',
      'bench',
    ],
  ],
  ['unused code', ['node_modules/knip/bin/knip.js']],
  ['unit tests', ['scripts/test.ts', '--project', 'unit']],
];
const from = process.hrtime.bigint();
for (const [name, args] of steps) {
  const start = process.hrtime.bigint();
  const done = spawnSync(node, [...args], { stdio: 'inherit' });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  process.stdout.write(`${done.status === 0 ? 'ok    ' : 'failed'} ${name} ${seconds.toFixed(1)} s\n`);
  if (done.status !== 0) process.exit(1);
}
process.stdout.write(`check passed in ${(Number(process.hrtime.bigint() - from) / 1e9).toFixed(0)} s\n`);
