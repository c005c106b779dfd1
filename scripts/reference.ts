// Writes docs/reference from the code; with --check it only says which page is stale.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { referencePages } from './reference-pages.ts';

const check = process.argv.includes('--check');
mkdirSync('docs/reference', { recursive: true });
const stale: string[] = [];
for (const [name, text] of referencePages()) {
  const path = `docs/reference/${name}`;
  if (check) {
    if (read(path) !== text) stale.push(path);
  } else writeFileSync(path, text);
}
for (const path of stale) process.stderr.write(`stale: ${path} (run: npm run reference)\n`);
process.exitCode = stale.length === 0 ? 0 : 1;

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
