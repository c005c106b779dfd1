// `version`: what this program is, and what the running advisor says it is.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { SessionView } from '../model/api.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { documentText, isDocumentForm } from './document.ts';
import type { Verb, VerbContext } from './verb.ts';

const manifest = z.object({ version: z.string() });

/** The version of package.json, two folders above this file in source and in the build alike. */
export function programVersion(): string {
  return manifest.parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).version;
}

export const version: Verb<{ readonly client?: unknown }> = async (context, options) => {
  const client = programVersion();
  const { node } = process.versions;
  const server = options.client === true ? null : await serverOf(context);
  if (server !== null && minorsApart(client, server.version) > 1) throw skewed(client, server.version);
  if (isDocumentForm(context.form))
    context.out(documentText(context.form, 'Version', {}, { data: { client, node, server } }));
  else {
    context.out(`advisor ${client} (node ${node})\n`);
    if (server !== null)
      context.out(`server  ${server.version} (protocol ${server.protocol}), led by ${server.leader}\n`);
  }
  return exitCodes.done;
};

/** Null when none answers here; one that was named with --server must answer. */
async function serverOf(context: VerbContext): Promise<SessionView['server'] | null> {
  const { connectAdvisor } = await import('./client.ts');
  try {
    return (await (await connectAdvisor(context)).session()).server;
  } catch (error) {
    const isNamed = context.config().server !== undefined;
    if (!isNamed && error instanceof Failure && error.problem.exitCode === exitCodes.unreachable) return null;
    throw error;
  }
}

/** Minor versions between two releases; another major version is further away than any minor. */
export function minorsApart(left: string, right: string): number {
  const [major = 0, minor = 0] = left.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = right.split('.').map(Number);
  return major === otherMajor ? Math.abs(minor - otherMinor) : Number.POSITIVE_INFINITY;
}

function skewed(client: string, server: string): Failure {
  return new Failure({
    code: 'version-skew',
    what: `client ${client} and advisor ${server} do not fit`,
    why: 'one minor version between them works, more does not',
    next: 'install the version of the advisor here, or start the advisor anew with this one',
    exitCode: exitCodes.unreachable,
  });
}
