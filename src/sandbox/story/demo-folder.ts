// The folder of a demo: one demo at a time, a fresh journal each time with the one before kept aside, and nothing stale left behind.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, Failure } from '../../model/failure.ts';
import { takeWriterLock } from '../../store/lock.ts';

export type DemoFolder = {
  readonly path: string;
  /** For the advisor, and for whoever tries the cluster: each is a file that this process wrote for its owner alone. */
  readonly kubeconfigs: { readonly advisor: string; readonly person: string };
  readonly policies: string;
  readonly tampered: string;
  /** Takes away what leads to a cluster that is gone; the journal stays. Once only. */
  close(): void;
};

/** What a person allowed beforehand in the demo. */
const policy = `# Rolling back is allowed beforehand here, so that medium risk needs no person.
allow:
  - action: rollback
    namespace: web
  - action: rollback
    namespace: shop
`;

const journalFiles = ['journal.sqlite', 'journal.sqlite-wal', 'journal.sqlite-shm'];
/** What was learned of the cluster before, whose time lies after the beginning of this one. */
const learnedFile = 'baselines.bin';

/** Throws a Failure (exit 6) when a living process uses the folder. */
export function openDemoFolder(
  path: string,
  kubeconfigs: { readonly advisor: string; readonly person: string },
  by: { readonly pid: number; readonly wallMs: number },
): DemoFolder {
  const playing = join(path, 'playing');
  mkdirSync(playing, { recursive: true, mode: 0o700 });
  const lock = takeLock(playing, path, by);
  try {
    takeLock(path, path, by).release();
    keepAside(path);
    const folder = {
      path,
      kubeconfigs: { advisor: join(path, 'advisor.kubeconfig'), person: join(path, 'kubeconfig') },
      policies: join(path, 'policy'),
      tampered: join(path, 'tampered.jsonl'),
    };
    rmSync(folder.tampered, { force: true });
    rmSync(join(path, learnedFile), { force: true });
    mkdirSync(folder.policies, { recursive: true });
    writeFileSync(join(folder.policies, 'demo.yaml'), policy);
    writeFileSync(folder.kubeconfigs.advisor, kubeconfigs.advisor, { mode: 0o600 });
    writeFileSync(folder.kubeconfigs.person, kubeconfigs.person, { mode: 0o600 });
    return {
      ...folder,
      close() {
        // Another program may listen on that port next, and would be sent the token.
        for (const file of Object.values(folder.kubeconfigs)) rmSync(file, { force: true });
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function takeLock(folder: string, shown: string, by: { readonly pid: number; readonly wallMs: number }) {
  try {
    return takeWriterLock(folder, by.pid, by.wallMs);
  } catch (error) {
    if (!(error instanceof Failure) || error.problem.code !== 'journal-held') throw error;
    throw new Failure(
      {
        code: 'demo-runs',
        what: `a demo runs in ${shown} already`,
        why: error.problem.why,
        next: 'end it with Ctrl-C, or start this one in another folder',
        exitCode: exitCodes.conflict,
        refs: error.problem.refs ?? [],
      },
      { cause: error },
    );
  }
}

function keepAside(path: string): void {
  if (!existsSync(join(path, 'journal.sqlite'))) return;
  const before = join(path, 'before');
  rmSync(before, { recursive: true, force: true });
  mkdirSync(before, { mode: 0o700 });
  for (const file of journalFiles) if (existsSync(join(path, file))) renameSync(join(path, file), join(before, file));
}
