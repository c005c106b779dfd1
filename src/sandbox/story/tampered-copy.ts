// Writes a copy of a journal in which one event tells another story, so that anybody can see the chain find it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, isJsonObject, toJson, type Json } from '../../model/json.ts';
import { openJournalFile, verifyJournalFile } from '../../store/journal-reader.ts';

const mostEvents = 100_000;

/** The number of the changed event as verifying the copy names it; null for a journal without an event. */
export async function writeTamperedCopy(folder: string, copy: string): Promise<number | null> {
  const reader = await openJournalFile(join(folder, 'journal.sqlite'));
  const lines = await reader.lines(0, mostEvents);
  await reader.close();
  writeFileSync(
    copy,
    tamper(lines)
      .map((line) => `${line}\n`)
      .join(''),
    { mode: 0o600 },
  );
  return (await verifyJournalFile(copy)).firstBroken;
}

/** A harmful outcome becomes an effective one; where there is none, the event in the middle moves by a second. The hash stays as it was. */
function tamper(lines: readonly string[]): readonly string[] {
  const harmful = lines.findIndex((line) => line.includes('"outcome":"harmful"'));
  const at = harmful === -1 ? Math.floor(lines.length / 2) : harmful;
  return lines.map((line, index) => (index === at ? canonicalJson(changed(toJson(JSON.parse(line)))) : line));
}

function changed(event: Json): Json {
  if (!isJsonObject(event)) return event;
  const { body, atMs } = event;
  if (body !== undefined && isJsonObject(body) && body['outcome'] === 'harmful')
    return { ...event, body: { ...body, outcome: 'effective' } };
  return typeof atMs === 'number' ? { ...event, atMs: atMs + 1_000 } : event;
}
