// Builds one Go tool module into the cache folder, saying how far it is; what appears there is complete or absent.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exitCodes, Failure } from '../src/model/failure.ts';
import { identify } from './process-table.ts';
import type { ToolModule } from './toolset.ts';

const oldestGo = { major: 1, minor: 26 };
const progressEveryMs = 10_000;

/** Builds into a folder beside `target` and renames it when all programs are there. `report` gets one line at a time. */
export async function buildModule(module: ToolModule, target: string, report: (line: string) => void): Promise<void> {
  const go = requireGo(module);
  mkdirSync(dirname(target), { recursive: true });
  dropAbandoned(target);
  const draft = `${target}.partial-${process.pid}`;
  mkdirSync(draft, { recursive: true });
  report(
    `building ${module.name} ${module.version} with ${go}; from an empty Go cache about ${module.coldMinutes} min`,
  );
  const started = performance.now();
  for (const { binary, packagePath } of module.programs) {
    const output = join(draft, binary);
    await runGo(module, ['build', '-v', '-trimpath', '-buildvcs=false', ...module.flags, '-o', output, packagePath], {
      report,
      subject: `${binary} (${module.name} ${module.version})`,
      started,
    });
  }
  renameSync(draft, target);
  report(`built ${module.name} ${module.version} in ${duration(performance.now() - started)}`);
}

/** The Go version that will build this module; a Failure that says what to install when there is none or an old one. */
function requireGo(module: ToolModule): string {
  const asked = spawnSync('go', ['env', 'GOVERSION'], { cwd: module.folder, encoding: 'utf8', env: goEnvironment() });
  const version = /^go(\d+)\.(\d+)/.exec(asked.status === 0 ? asked.stdout : '');
  const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
  if (major > oldestGo.major || (major === oldestGo.major && minor >= oldestGo.minor)) return asked.stdout.trim();
  throw new Failure({
    code: 'lab-needs-go',
    what: `the lab cannot build ${module.programs.map((program) => program.binary).join(', ')}`,
    why:
      asked.error === undefined
        ? `it needs Go 1.26 or later; here: ${(asked.stdout.trim() || asked.stderr.trim()).split('\n')[0] ?? ''}`
        : 'no Go was found on the PATH',
    next: 'install Go 1.26 or later (https://go.dev/dl), or set KUBEBUILDER_ASSETS to a folder that holds these programs',
    exitCode: exitCodes.fault,
  });
}

type Progress = { readonly report: (line: string) => void; readonly subject: string; readonly started: number };

function runGo(module: ToolModule, args: readonly string[], progress: Progress): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, { cwd: module.folder, env: goEnvironment(), stdio: ['ignore', 'ignore', 'pipe'] });
    const seen = { downloaded: 0, compiled: 0, complaints: [] as string[] };
    let rest = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.startsWith('go: downloading ')) seen.downloaded += 1;
        else if (/^[\w./~-]+$/.test(line)) seen.compiled += 1;
        else if (line !== '') seen.complaints.push(line);
      }
    });
    const ticker = setInterval(() => {
      const spent = duration(performance.now() - progress.started);
      progress.report(
        `building ${progress.subject}: ${seen.downloaded} modules fetched, ${seen.compiled} packages compiled, ${spent}`,
      );
    }, progressEveryMs);
    child.on('error', (error) => {
      clearInterval(ticker);
      reject(error);
    });
    child.on('close', (status) => {
      clearInterval(ticker);
      if (status === 0) resolve();
      else reject(buildFailed(progress.subject, status, [...seen.complaints, rest]));
    });
  });
}

function buildFailed(subject: string, status: number | null, complaints: readonly string[]): Failure {
  const said = complaints.filter((line) => line !== '').slice(-5);
  return new Failure({
    code: 'lab-build-failed',
    what: `building ${subject} failed`,
    why: said.length === 0 ? `go ended with ${status ?? 'a signal'}` : said.join(' | '),
    next: 'check that the Go module proxy can be reached (go env GOPROXY) and that 10 GB of disk are free, then run again',
    exitCode: exitCodes.fault,
  });
}

/** Static programs, and only what go.mod names: a workspace or a vendor flag of the host must not reach in. */
function goEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' };
}

function dropAbandoned(target: string): void {
  const folder = dirname(target);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = Number(/\.partial-(\d+)$/.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || (pid !== process.pid && identify(pid) !== null)) continue;
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
