// Asks the leader of an incident: a model thinks while cycles go on, its answer is looked at strictly, and the playbook leads when there is none.
import { sha256, canonicalJson, toJson } from '../model/json.ts';
import type { Incident } from '../folds/state.ts';
import type { CyclePorts } from './ports.ts';
import type { Memory } from './memory.ts';
import { choose, playbookName } from './playbook/playbook.ts';
import type { BriefInput, LeaderAnswer, Reasoner } from './reasoner.ts';
import { validate, type Accepted } from './validation.ts';

/** A leader that has not answered by then is away. */
const longestThoughtMs = 180_000;

export type Led =
  | { readonly waits: true }
  | {
      readonly waits: false;
      readonly leader: { readonly name: string; readonly rung?: string };
      readonly accepted: readonly Accepted[];
    };

export async function consult(ports: CyclePorts, memory: Memory, incident: Incident, input: BriefInput): Promise<Led> {
  const reasoner = ports.reasonerFor(incident);
  if (reasoner.name === playbookName) return byPlaybook(ports, input, undefined);
  const before = incident.refusedAnswers.at(-1);
  if (before !== undefined) return byPlaybook(ports, input, `an answer of ${reasoner.name} was refused`);
  const answer = await answerOf(ports, memory, incident, input, reasoner);
  if (answer === null) return { waits: true };
  memory.consultations.delete(incident.id);
  const looked = answer.kind === 'refused' ? { refused: answer.reason } : validate(answer.choice, input, ports.actions);
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
  return { waits: false, leader: { name: reasoner.name, rung: answer.rung }, accepted: looked.accepted };
}

/** One call per state of an incident: the key is the digest of what the leader is shown, times left out. */
function briefDigest(input: BriefInput): string {
  const { nowMs: _now, ...shown } = input;
  return sha256(canonicalJson(toJson(shown)));
}

function byPlaybook(ports: CyclePorts, input: BriefInput, reason: string | undefined): Led {
  const looked = validate(choose(input), input, ports.actions);
  const rung = reason === undefined ? {} : { rung: `playbook (${reason})` };
  return {
    waits: false,
    leader: { name: playbookName, ...rung },
    accepted: 'refused' in looked ? [] : looked.accepted,
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
    reason: `model unavailable: ${reason}`,
    rung: 'none',
    usage: { requestedModel: reasoner.name },
  };
}
