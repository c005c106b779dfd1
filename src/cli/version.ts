// `version`: what this program is, and what the running advisor says it is.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Verb } from './verb.ts';

const manifest = z.object({ version: z.string() });

/** The version of package.json, two folders above this file in source and in the build alike. */
export function programVersion(): string {
  return manifest.parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).version;
}

export const version: Verb<{ readonly client?: unknown }> = async (context) => {
  const client = programVersion();
  if (context.form === 'json')
    context.out(
      `${JSON.stringify({ apiVersion: 'nemotron-advisor.dev/v1', kind: 'Version', client, node: process.versions.node })}\n`,
    );
  else context.out(`advisor ${client} (node ${process.versions.node})\n`);
  return 0;
};
