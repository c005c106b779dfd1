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
