// Answers what a leader asked to see: within its rounds and reads, about what belongs to the incident, with facts or a plain reason.
import { deadline, type Clock } from '../../clock.ts';
import type { EvidenceDraft } from '../../model/evidence.ts';
import { shownRef, type ObjectRef } from '../../model/target.ts';
import { within } from './reach.ts';
import type { Offer, ReadRequest } from './offer.ts';
import type { Sight, Tool } from './tool.ts';
import { logLines } from './log-lines.ts';
import { tools } from './tools.ts';

export const mostRounds = 4;
export const mostReads = 8;
const mostFactsOfRead = 6;
const readMs = 3_000;

/** What an incident has asked so far. */
export type Spent = { readonly rounds: number; readonly reads: number };

export type Looked = {
  readonly facts: readonly EvidenceDraft[];
  /** Reads that were answered, failed or found nothing. */
  readonly reads: number;
};

/** What may be asked now; nothing when rounds or reads are used up. */
export function offered(spent: Spent, reach: ReadonlyMap<string, ObjectRef>, logsAllowed: boolean): Offer {
  if (spent.rounds >= mostRounds || spent.reads >= mostReads) return { tools: [], objects: [], left: 0 };
  return {
    tools: tools.filter((one) => logsAllowed || one !== logLines).map(({ name, about }) => ({ name, about })),
    objects: [...reach.keys()],
    left: mostReads - spent.reads,
  };
}

/** A plain reason why these reads may not be made, as a repair turn is told it; null when they may. */
export function refusalOf(requests: readonly ReadRequest[], offer: Offer): string | null {
  if (offer.tools.length === 0) return 'nothing more may be asked: choose from the menu, or choose nothing';
  if (requests.length > offer.left) return `at most ${offer.left} more reads may be made`;
  for (const { tool, args } of requests) {
    if (!offer.tools.some((one) => one.name === tool))
      return `there is no tool of that name; there are ${offer.tools.map((one) => one.name).join(', ')}`;
    if (named(tool)?.accepts(args) !== true) return `the arguments of ${tool} are not valid`;
    const { of } = args;
    if (of !== undefined && (typeof of !== 'string' || !offer.objects.includes(of)))
      return `${tool} may be asked about ${offer.objects.slice(0, 6).join(', ')} only`;
  }
  return null;
}

/** Reads all of them at once; a read that fails or takes too long becomes a fact that says so. */
export async function investigate(requests: readonly ReadRequest[], sight: Sight, wall: Clock): Promise<Looked> {
  const reach = within(sight.root, sight.view);
  const limit = deadline(wall, readMs);
  try {
    const found = await Promise.all(
      requests.map(async ({ tool, args }) => await readOne(tool, args, reach, sight, limit.signal)),
    );
    return { facts: found.flat(), reads: requests.length };
  } finally {
    limit.done();
  }
}

async function readOne(
  name: string,
  args: ReadRequest['args'],
  reach: ReadonlyMap<string, ObjectRef>,
  sight: Sight,
  signal: AbortSignal,
): Promise<readonly EvidenceDraft[]> {
  const tool = named(name);
  const of = typeof args['of'] === 'string' ? reach.get(args['of']) : sight.root;
  if (tool === undefined || of === undefined) return [];
  const nothing = (why: string): EvidenceDraft => ({
    trust: 'measured',
    source: `asked: ${name} of ${shownRef(of)}`,
    atMs: sight.nowMs,
    sentence: why,
  });
  try {
    const facts = await tool.read(args, of, sight, signal);
    return facts.length === 0
      ? [nothing(`${name} of ${shownRef(of)}: nothing is known`)]
      : facts.slice(0, mostFactsOfRead);
  } catch {
    return [nothing(`${name} of ${shownRef(of)} could not be read`)];
  }
}

function named(name: string): Tool | undefined {
  return tools.find((one) => one.name === name);
}
