// Compiles src to dist, so that `npx advisor` works in a clone; skipped where the sources are not present.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';

if (existsSync('tsconfig.build.json')) {
  rmSync('dist', { recursive: true, force: true });
  rmSync('.cache/tsc.build.tsbuildinfo', { force: true });
  const built = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
  if (built.status === 0) {
    chmodSync('dist/main.js', 0o755);
    // npm links no binary of the package itself; without this one npx would install the clone into its cache first.
    mkdirSync('node_modules/.bin', { recursive: true });
    rmSync('node_modules/.bin/advisor', { force: true });
    symlinkSync('../../dist/main.js', 'node_modules/.bin/advisor');
  }
  process.exitCode = built.status ?? 1;
}
