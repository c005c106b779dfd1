// Finds the lab's programs: in KUBEBUILDER_ASSETS, else in the cache, else it builds them there.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { whileLocked } from './build-lock.ts';
import { buildModule } from './go-build.ts';
import { type BinaryName, binaryNames, cacheKey, type ToolModule, toolModules } from './toolset.ts';

export type Binaries = Readonly<Record<BinaryName, string>>;

export type BinarySearch = {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** One line of progress, without a line end. Default: standard error, prefixed `lab: `. */
  readonly report?: (line: string) => void;
  /** Builds one module into the folder; replaced in tests. */
  readonly build?: typeof buildModule;
};

/** Paths of all programs of the lab, built when missing. Throws a Failure that says what to install when that cannot be. */
export async function ensureBinaries(search: BinarySearch = {}): Promise<Binaries> {
  const env = search.env ?? process.env;
  const report = search.report ?? toStandardError;
  const build = search.build ?? buildModule;
  const found = assetsOf(env, report);
  const cache = cacheFolder(env);
  for (const module of toolModules) {
    if (module.programs.every(({ binary }) => found.has(binary))) continue;
    const folder = join(cache, cacheKey(module));
    await ensureModule(module, folder, report, build);
    for (const { binary } of module.programs) if (!found.has(binary)) found.set(binary, join(folder, binary));
  }
  const path = (name: BinaryName): string => found.get(name) ?? '';
  return {
    etcd: path('etcd'),
    'kube-apiserver': path('kube-apiserver'),
    'kube-controller-manager': path('kube-controller-manager'),
    'kube-scheduler': path('kube-scheduler'),
    kubectl: path('kubectl'),
    prometheus: path('prometheus'),
    promtool: path('promtool'),
  };
}

/** Where built programs are kept. */
function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const base = env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'nemotron-advisor', 'lab');
}

async function ensureModule(
  module: ToolModule,
  folder: string,
  report: (line: string) => void,
  build: typeof buildModule,
): Promise<void> {
  const complete = (): boolean => module.programs.every(({ binary }) => existsSync(join(folder, binary)));
  if (complete()) return;
  const onWait = (pid: number): void => report(`waiting for process ${pid}, which is building the same programs`);
  await whileLocked(join(folder, '..', 'build.lock'), onWait, async () => {
    if (!complete()) await build(module, folder, report);
  });
}

function assetsOf(env: Readonly<Record<string, string | undefined>>, report: (line: string) => void) {
  const found = new Map<BinaryName, string>();
  const folder = env['KUBEBUILDER_ASSETS'];
  if (folder === undefined || folder === '') return found;
  for (const name of binaryNames) if (existsSync(join(folder, name))) found.set(name, join(folder, name));
  const missing = binaryNames.filter((name) => !found.has(name));
  if (missing.length > 0)
    report(`KUBEBUILDER_ASSETS (${folder}) has no ${missing.join(', ')}: taken from the cache or built with Go`);
  return found;
}

function toStandardError(line: string): void {
  process.stderr.write(`lab: ${line}\n`);
}
