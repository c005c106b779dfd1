// Asks the leader of an incident: a model thinks while cycles go on, its answer is looked at strictly, and the playbook leads when there is none.
import { sha256, canonicalJson, toJson } from '../model/json.ts';
import type { Incident } from '../folds/state.ts';
import { numbered } from './evidence.ts';
import { investigate, refusalOf } from './investigation/investigate.ts';
import type { ReadRequest } from './investigation/offer.ts';
import { sightOf } from './look.ts';
import type { CyclePorts } from './ports.ts';
import { spentOn, type Memory } from './memory.ts';
import { choose, playbookName } from './playbook/playbook.ts';
import type { BriefInput, LeaderAnswer, Reasoner } from './reasoner.ts';
import { stormRefusal } from './storm.ts';
import { validate, type Accepted } from './validation.ts';

/** A leader that has not answered by then is away. */
const longestThoughtMs = 180_000;
const unavailable = 'model unavailable';

export type Led =
  | { readonly waits: true }
  | {
      readonly waits: false;
      readonly leader: { readonly name: string; readonly rung?: string };
      readonly accepted: readonly Accepted[];
      /** Hypotheses as the leader ranks them, likeliest first; empty when it ranked none. */
      readonly order: readonly string[];
      /** True when a model answered and chose no action where the rules have one: a person decides. */
      readonly isDoubted?: true;
    };

export async function consult(ports: CyclePorts, memory: Memory, incident: Incident, input: BriefInput): Promise<Led> {
  const reasoner = ports.reasonerFor(incident);
  if (reasoner.name === playbookName) return byPlaybook(ports, input, undefined);
  // An outage is no answer: a model that is back leads the next plan.
  const before = incident.refusedAnswers.some((one) => !one.startsWith(unavailable));
  if (before) return byPlaybook(ports, input, `an answer of ${reasoner.name} was refused`);
  if (await takeReadings(ports, memory, incident)) return { waits: true };
  const thinking = new Set(memory.consultations.keys());
  const storm = reasoner.immediate ? null : stormRefusal(incident, ports.state(), thinking);
  if (storm !== null) return byPlaybook(ports, input, storm);
  const answer = await answerOf(ports, memory, incident, input, reasoner);
  if (answer === null) return { waits: true };
  memory.consultations.delete(incident.id);
  const looked = lookedAt(answer, input, ports);
  const { usage } = answer;
  await ports.journal.append(
    {
      kind: 'leader.consulted',
      incident: incident.id,
      leader: reasoner.name,
      rung: answer.rung,
      briefDigest: briefDigest(input),
      accepted: !('refused' in looked),
      ...('refused' in looked ? { refused: looked.refused } : {}),
      ...usage,
    },
    'orchestrator',
  );
  if ('refused' in looked) return byPlaybook(ports, input, looked.refused);
  if ('reads' in looked) {
    look(ports, memory, incident, looked.reads);
    return { waits: true };
  }
  if (looked.accepted.length === 0) {
    const led = byPlaybook(ports, input, `${reasoner.name} chose no action`);
    // Where the rules have nothing either, it was the model's word that nothing is to be done.
    if (!led.waits && led.accepted.length > 0) return { ...led, isDoubted: true };
  }
  return { waits: false, leader: { name: reasoner.name, rung: answer.rung }, ...looked };
}

type LookedAt =
  | { readonly refused: string }
  | { readonly reads: readonly ReadRequest[] }
  | { readonly accepted: readonly Accepted[]; readonly order: readonly string[] };

function lookedAt(answer: LeaderAnswer, input: BriefInput, ports: CyclePorts): LookedAt {
  switch (answer.kind) {
    case 'refused':
      return { refused: answer.reason };
    case 'reads': {
      const refused = refusalOf(answer.reads, input.reads);
      return refused === null ? { reads: answer.reads } : { refused };
    }
    case 'choice': {
      const validated = validate(answer.choice, input, ports.actions);
      return 'refused' in validated ? validated : { ...validated, order: answer.choice.order };
    }
    default:
      return answer satisfies never;
  }
}

/** Reads beside the cycle, which never waits; the next one picks the facts up. */
function look(ports: CyclePorts, memory: Memory, incident: Incident, requests: readonly ReadRequest[]): void {
  const spent = spentOn(memory, incident.id);
  memory.investigations.set(incident.id, { rounds: spent.rounds + 1, reads: spent.reads + requests.length });
  memory.readings.set(incident.id, null);
  void investigate(requests, sightOf(ports, memory, incident), ports.wall)
    .catch(() => ({ facts: [] }))
    .then(({ facts }) => {
      if (memory.readings.has(incident.id)) memory.readings.set(incident.id, facts);
      ports.wake();
      return facts;
    });
}

/** What was read becomes numbered evidence of the incident. True while it is read, or was just recorded: the leader is asked again then. */
async function takeReadings(ports: CyclePorts, memory: Memory, incident: Incident): Promise<boolean> {
  const facts = memory.readings.get(incident.id);
  if (facts === undefined) return false;
  if (facts === null) return true;
  memory.readings.delete(incident.id);
  const { added } = numbered(facts, incident.evidence);
  if (added.length > 0)
    await ports.journal.append(
      { kind: 'incident.updated', incident: incident.id, evidence: [...added] },
      'orchestrator',
    );
  ports.wake();
  return true;
}

/** One call per state of an incident: the key is the digest of what the leader is shown, times left out. */
function briefDigest(input: BriefInput): string {
  // Names that are hidden, and objects that may be asked about, come and go with the pods of others.
  const { nowMs: _now, privateNames: _names, reads, ...shown } = input;
  return sha256(canonicalJson(toJson({ ...shown, readsLeft: reads.left })));
}

function byPlaybook(ports: CyclePorts, input: BriefInput, reason: string | undefined): Led {
  const looked = validate(choose(input), input, ports.actions);
  const rung = reason === undefined ? {} : { rung: `playbook (${reason})` };
  return {
    waits: false,
    leader: { name: playbookName, ...rung },
    accepted: 'refused' in looked ? [] : looked.accepted,
    order: [],
  };
}

/** Null while the leader thinks. */
async function answerOf(
  ports: CyclePorts,
  memory: Memory,
  incident: Incident,
  input: BriefInput,
  reasoner: Reasoner,
): Promise<LeaderAnswer | null> {
  const key = briefDigest(input);
  const known = memory.consultations.get(incident.id);
  if (known !== undefined) {
    if (known.answer !== null && known.key === key) return known.answer;
    if (known.answer === null && ports.wall.now() - known.startedWallMs < longestThoughtMs) return null;
    known.abort();
    memory.consultations.delete(incident.id);
    if (known.answer === null) return away(reasoner, 'it did not answer in time');
  }
  const controller = new AbortController();
  const consultation = { key, startedWallMs: ports.wall.now(), answer: null, abort: () => controller.abort() };
  const task = reasoner
    .lead(input, controller.signal)
    .catch((error: unknown) => away(reasoner, error instanceof Error ? error.message : 'it failed'));
  if (reasoner.immediate) return await task;
  memory.consultations.set(incident.id, consultation);
  void task.then((answer) => {
    const current = memory.consultations.get(incident.id);
    if (current?.key === key && !controller.signal.aborted) {
      current.answer = answer;
      ports.wake();
    }
    return answer;
  });
  return null;
}

function away(reasoner: Reasoner, reason: string): LeaderAnswer {
  return {
    kind: 'refused',
    reason: `${unavailable}: ${reason}`,
    rung: 'none',
    usage: { requestedModel: reasoner.name },
  };
}
