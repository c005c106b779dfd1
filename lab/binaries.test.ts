import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../src/model/failure.ts';
import { ensureBinaries } from './binaries.ts';
import { whileLocked } from './build-lock.ts';
import { buildModule } from './go-build.ts';
import { binaryNames, cacheKey, type ToolModule, toolModules } from './toolset.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'lab-binaries-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function touch(folder: string, names: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  for (const name of names) writeFileSync(join(folder, name), '');
}

async function fakeBuild(module: ToolModule, target: string): Promise<void> {
  touch(
    target,
    module.programs.map(({ binary }) => binary),
  );
  await Promise.resolve();
}

describe('the search for the programs', () => {
  it('builds each module once and finds its programs in the cache afterwards', async () => {
    const build = vi.fn<typeof buildModule>(fakeBuild);
    const env = { XDG_CACHE_HOME: base };
    const first = await ensureBinaries({ env, build, report: () => {} });
    const second = await ensureBinaries({ env, build, report: () => {} });
    expect(build.mock.calls.map(([module]) => module.name)).toEqual(['etcd', 'kubernetes', 'prometheus']);
    expect(second).toEqual(first);
    expect(first.kubectl).toContain(join(base, 'nemotron-advisor/lab/kubernetes-v1.37.2-'));
    expect(Object.values(first).filter((path) => !existsSync(path))).toEqual([]);
  });

  it('takes what KUBEBUILDER_ASSETS holds, builds the rest and says what was missing', async () => {
    const assets = join(base, 'assets');
    touch(assets, ['kube-apiserver', 'etcd', 'kubectl']);
    const lines: string[] = [];
    const found = await ensureBinaries({
      env: { XDG_CACHE_HOME: base, KUBEBUILDER_ASSETS: assets },
      build: fakeBuild,
      report: (line) => lines.push(line),
    });
    expect(found.etcd).toBe(join(assets, 'etcd'));
    expect(found['kube-apiserver']).toBe(join(assets, 'kube-apiserver'));
    expect(found['kube-scheduler']).toContain('kubernetes-v1.37.2');
    expect(lines[0]).toContain('has no kube-controller-manager, kube-scheduler, prometheus, promtool');
  });

  it('builds nothing when KUBEBUILDER_ASSETS holds everything', async () => {
    touch(base, binaryNames);
    const build = vi.fn<typeof buildModule>(fakeBuild);
    const found = await ensureBinaries({ env: { KUBEBUILDER_ASSETS: base }, build, report: () => {} });
    expect(build).not.toHaveBeenCalled();
    expect(found.prometheus).toBe(join(base, 'prometheus'));
  });

  it('lets two searches at once build each module once', async () => {
    const build = vi.fn<typeof buildModule>(fakeBuild);
    const env = { XDG_CACHE_HOME: base };
    await Promise.all([1, 2].map(async () => await ensureBinaries({ env, build, report: () => {} })));
    expect(build).toHaveBeenCalledTimes(toolModules.length);
  });
});

describe('the build', () => {
  it('says what to install when there is no Go, and leaves no half-built folder', async () => {
    vi.stubEnv('PATH', base);
    const [module] = toolModules;
    const target = join(base, 'cache', 'etcd');
    const error = await buildModule(anExisting(module), target, () => {}).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({
      problem: {
        code: 'lab-needs-go',
        what: 'the lab cannot build etcd',
        why: 'no Go was found on the PATH',
        next: 'install Go 1.26 or later (https://go.dev/dl), or set KUBEBUILDER_ASSETS to a folder that holds these programs',
      },
    });
    expect(existsSync(target)).toBe(false);
  });

  it('says what Go said when a package does not build', async () => {
    const folder = join(base, 'broken');
    touch(folder, []);
    writeFileSync(join(folder, 'go.mod'), 'module broken\n\ngo 1.26\n');
    const broken: ToolModule = {
      name: 'broken',
      folder,
      version: 'v0',
      programs: [{ binary: 'etcd', packagePath: './nothing-here' }],
      flags: [],
      coldMinutes: 1,
    };
    const building = buildModule(broken, join(base, 'cache', 'broken'), () => {});
    await expect(building).rejects.toMatchObject({ problem: { code: 'lab-build-failed' } });
    await expect(building).rejects.toHaveProperty('problem.why', expect.stringContaining('nothing-here'));
    expect(readdirSync(join(base, 'cache')).includes('broken')).toBe(false);
  });

  it('keeps each version of a module in a folder of its own', () => {
    const module = anExisting(toolModules[0]);
    expect(cacheKey(module)).toMatch(/^etcd-v3\.7\.\d+-[0-9a-f]{12}$/);
    expect(cacheKey({ ...module, flags: [] })).not.toBe(cacheKey(module));
  });
});

describe('the build lock', () => {
  it('is taken over from an owner that died', async () => {
    const file = join(base, 'build.lock');
    writeFileSync(file, JSON.stringify({ pid: process.pid, started: 'another start' }));
    const waited = vi.fn<(pid: number) => void>();
    expect(await whileLocked(file, waited, async () => await Promise.resolve('done'))).toBe('done');
    expect(waited).not.toHaveBeenCalled();
    expect(readdirSync(base)).toEqual([]);
  });

  it('is given back when the work fails', async () => {
    const file = join(base, 'build.lock');
    const failing = whileLocked(
      file,
      () => {},
      async () => await Promise.reject(new Error('no disk')),
    );
    await expect(failing).rejects.toThrow('no disk');
    expect(existsSync(file)).toBe(false);
  });

  it('makes the second wait for the first and says so once', async () => {
    const file = join(base, 'build.lock');
    const order: string[] = [];
    const waited = vi.fn<(pid: number) => void>();
    let release = (): void => {};
    const first = whileLocked(file, waited, async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      order.push('first');
    });
    const second = whileLocked(file, waited, async () => {
      order.push('second');
      await Promise.resolve();
    });
    await vi.waitFor(() => expect(waited).toHaveBeenCalledExactlyOnceWith(process.pid));
    release();
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
  });
});

function anExisting(module: ToolModule | undefined): ToolModule {
  if (module === undefined) throw new Error('the list of modules is empty');
  return module;
}
