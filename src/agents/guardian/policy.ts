// Reads what people allow beforehand: `allow: [{action, namespace}]` by exact names. A file that says anything else is refused by line.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes, Failure } from '../../model/failure.ts';
import { parsePolicyFile, type Allow } from './policy-file.ts';

export type Policy = {
  readonly allows: readonly Allow[];
  /** Set while a changed set of files cannot be read: every allow is suspended and the mode ends at approve. */
  readonly problem: string | null;
};

export const noPolicy: Policy = { allows: [], problem: null };

export interface PolicyBook {
  current(): Policy;
  /** Reads the folder again. A broken set never throws: it suspends what was allowed and says where the mistake is. */
  reload(): Promise<Policy>;
}

export type PolicyFile = { readonly name: string; readonly text: string };

/** Pure. `problems` are `file:line: what is wrong; what to write instead`. */
export function parsePolicy(files: readonly PolicyFile[]): {
  readonly allows: readonly Allow[];
  readonly problems: readonly string[];
} {
  const parsed = files.map((one) => parsePolicyFile(one.name, one.text));
  return { allows: parsed.flatMap((one) => one.allows), problems: parsed.flatMap((one) => one.problems) };
}

/** Rejects with a Failure (exit 2) when the folder cannot be read or a file is broken at start. Without a folder nothing is allowed. */
export async function createPolicy(folder: string | undefined): Promise<PolicyBook> {
  if (folder === undefined) return { current: () => noPolicy, reload: () => Promise.resolve(noPolicy) };
  const first = parsePolicy(await readFolder(folder));
  if (first.problems.length > 0) throw brokenPolicy(folder, first.problems);
  let policy: Policy = { allows: first.allows, problem: null };
  return {
    current: () => policy,
    async reload() {
      const read = await readFolder(folder).then(parsePolicy, (error: unknown) => ({
        allows: [],
        problems: [error instanceof Failure ? error.problem.why : 'the folder cannot be read'],
      }));
      const [problem] = read.problems;
      policy = problem === undefined ? { allows: read.allows, problem: null } : { allows: [], problem };
      return policy;
    },
  };
}

async function readFolder(folder: string): Promise<readonly PolicyFile[]> {
  try {
    const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).toSorted();
    return await Promise.all(names.map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8') })));
  } catch (error) {
    throw new Failure(
      {
        code: 'policy-unreadable',
        what: `the policy folder ${folder} cannot be read`,
        why: error instanceof Error && 'code' in error ? String(error.code) : 'it is not a folder of files',
        next: 'correct --policy or ADVISOR_POLICY, or leave it out: then nothing is allowed beforehand',
        exitCode: exitCodes.usage,
      },
      { cause: error },
    );
  }
}

function brokenPolicy(folder: string, problems: readonly string[]): Failure {
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new Failure({
    code: 'policy-malformed',
    what: `the policy in ${folder} cannot be used`,
    why: `${problems[0] ?? ''}${more}`,
    next: 'correct the line; allow takes a list of {action, namespace} with exact names',
    exitCode: exitCodes.usage,
  });
}
