// The short form of a choice, for a model that cannot write JSON: one line with the id of a menu entry and the ids of its evidence.
import type { Brief } from './brief.ts';
import { schemaText } from './brief.ts';

export const lineText = `ANSWER with one line and nothing else: the id of one menu entry, then the ids of the evidence that supports it, at least one. For example: M1 E1 E3. Write NONE where the evidence supports no entry.`;

/** The same brief asking for a line; never longer than the one that it is made of. */
export function asLine(brief: Brief): Brief {
  const system = brief.system.replace(schemaText, () => lineText);
  const user = brief.user.replace(/Answer (now|again) with the JSON object( alone)?\.$/, 'Answer $1 with the line.');
  const saved = Buffer.byteLength(brief.system + brief.user) - Buffer.byteLength(system + user);
  return { system, user, bytes: brief.bytes - saved };
}

/** What the schema of a plan would take, or undefined for a line of another form. */
export function readChoiceLine(line: string): unknown {
  if (/^none\.?$/i.test(line)) return { order: [], picks: [] };
  const found = /^(M\d{1,4})[\s,;:]+(E\d{1,6}(?:[\s,;]+E\d{1,6}){0,39})\.?$/i.exec(line);
  if (found === null) return undefined;
  const [, candidate = '', cites = ''] = found;
  return {
    order: [],
    picks: [{ candidate: candidate.toUpperCase(), params: {}, cites: cites.toUpperCase().split(/[\s,;]+/), why: '' }],
  };
}
