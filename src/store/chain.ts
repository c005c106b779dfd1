// The hash chain of the journal: how an event becomes a line, how a line is read back, and how a run of lines is verified.
import { z } from 'zod';
import { eventBody, type EventBody, type JournalEvent } from '../model/event.ts';
import { canonicalJson, isJsonObject, sha256, toJson } from '../model/json.ts';
import { exitCodes, Failure } from '../model/failure.ts';

/** `prevHash` of the first event. */
export const genesis = '0'.repeat(64);

/** The newest event as the next one must follow it. */
export type Head = { readonly seq: number; readonly hash: string };
export const emptyHead: Head = { seq: 0, hash: genesis };

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const envelope = z.strictObject({
  seq: z.number().int().positive(),
  v: z.literal(1),
  atMs: z.number(),
  actor: z.string(),
  body: z.record(z.string(), z.json()),
  prevHash: hash,
  hash,
});
type Envelope = z.infer<typeof envelope>;

/** The next event of the chain with its canonical line. The body must have passed `eventBody`, so that it is stored as it will be read. */
export function nextEvent(
  head: Head,
  atMs: number,
  actor: string,
  body: EventBody,
): { readonly event: JournalEvent; readonly line: string } {
  const unsigned = { seq: head.seq + 1, v: 1 as const, atMs, actor, body, prevHash: head.hash };
  const event = { ...unsigned, hash: hashOf(head.hash, canonicalJson(toJson(unsigned))) };
  return { event, line: canonicalJson(toJson(event)) };
}

/** The event of a line of the journal; throws a Failure that names the position when its content is not an event of this version. */
export function readLine(line: string, seq: number): JournalEvent {
  const read = parseEnvelope(line);
  const body = eventBody.safeParse(read?.body);
  if (read !== null && body.success) return { ...read, body: body.data };
  throw new Failure({
    code: 'journal-unreadable',
    what: `event ${seq} of the journal cannot be read`,
    why: read === null ? 'it is not a journal event' : `its kind or its fields are not known to this version`,
    next: 'advisor audit verify',
    exitCode: exitCodes.fault,
  });
}

/** Position and hash of a line, or null when it is no event. */
export function headOf(line: string): Head | null {
  const read = parseEnvelope(line);
  return read === null ? null : { seq: read.seq, hash: read.hash };
}

export type VerifyReport = {
  readonly intact: boolean;
  readonly events: number;
  readonly from: number;
  readonly to: number;
  /** Position of the first event that does not follow, null when intact. */
  readonly firstBroken: number | null;
  /** Events whose own content does not match their own hash. */
  readonly differ: number;
  /** "events 1–1,203 · chain intact", or the first break in one sentence. */
  readonly sentence: string;
};

export type Verifier = {
  /** Takes the next line in the order of the file; `row` is the number under which it is stored, when there is one. */
  see(line: string, row?: number): void;
  /** Ends the run early: what comes after the lines seen cannot be read. */
  unreadable(why: string): void;
  report(): VerifyReport;
};

/** Verifies lines one by one in constant memory; never throws, whatever the lines hold. A slice of a journal starts at `first`. */
export function createVerifier(first = 1): Verifier {
  let previous: Head | null = first === 1 ? emptyHead : null;
  let expected = first;
  let events = 0;
  let differ = 0;
  let broken: { readonly at: number; readonly why: string } | null = null;
  const breakAt = (at: number, why: string): void => {
    broken ??= { at, why };
  };
  return {
    see(line, row) {
      events += 1;
      const read = parseEnvelope(line);
      if (read === null) {
        differ += 1;
        breakAt(expected, `line ${events} is not a journal event`);
        expected += 1;
        previous = null;
        return;
      }
      const after = expected - 1;
      const follows = after === 0 ? 'the beginning' : `event ${after}`;
      const own = contentMatches(read, line);
      if (!own) differ += 1;
      if (read.seq < expected)
        // A number that was tampered with says nothing of where the break is.
        breakAt(row === undefined && own ? read.seq : expected, `event ${read.seq} comes again after ${follows}`);
      else if (read.seq !== expected) breakAt(expected, `event ${read.seq} follows ${follows}`);
      else if (row !== undefined && row !== read.seq) breakAt(expected, `it is stored as row ${row}`);
      else if (!own || (previous !== null && read.prevHash !== previous.hash))
        breakAt(expected, `its hash does not follow from ${follows}`);
      previous = { seq: read.seq, hash: read.hash };
      expected = read.seq + 1;
    },
    unreadable(why) {
      breakAt(expected, why);
    },
    report() {
      const counted = events.toLocaleString('en-US');
      const to = expected - 1;
      if (broken === null) {
        const range = `${first.toLocaleString('en-US')}–${to.toLocaleString('en-US')}`;
        const sentence = events === 0 ? 'no event · chain intact' : `events ${range} · chain intact`;
        return { intact: true, events, from: first, to, firstBroken: null, differ, sentence };
      }
      const verb = differ === 1 ? 'differs' : 'differ';
      const detail = differ === 0 ? '' : ` (${differ.toLocaleString('en-US')} of ${counted} events ${verb} in content)`;
      const sentence = `broken at event ${broken.at}: ${broken.why}${detail}`;
      return { intact: false, events, from: first, to, firstBroken: broken.at, differ, sentence };
    },
  };
}

function contentMatches(read: Envelope, line: string): boolean {
  const { hash: claimed, ...unsigned } = read;
  try {
    // A line that is not canonical was written by another hand, even when it parses to the same content.
    if (canonicalJson(toJson(read)) !== line) return false;
    return hashOf(read.prevHash, canonicalJson(toJson(unsigned))) === claimed;
  } catch {
    return false;
  }
}

function hashOf(prevHash: string, canonical: string): string {
  return sha256(prevHash + canonical);
}

function parseEnvelope(line: string): Envelope | null {
  try {
    const parsed: unknown = JSON.parse(line);
    if (!isJsonObject(parsed)) return null;
    const read = envelope.safeParse(parsed);
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
