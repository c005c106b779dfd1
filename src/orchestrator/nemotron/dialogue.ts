// Leads one question to its end: builds the messages, asks on the rung that holds, looks at the answer, gives one chance to mend it, and decides what a fault means.
import type { Clock } from '../../clock.ts';
import { canonicalJson, sha256, type JsonObject } from '../../model/json.ts';
import { digestsOf, spokenOf, tokensOf, usageOf } from './call.ts';
import type { Completion } from './completion.ts';
import { isOfTheModel } from './fault.ts';
import { jsonSchemaOf } from './json-schema.ts';
import type { Ladder } from './ladder.ts';
import { profileOf, rungsOf } from './profile.ts';
import type { Call, Spoken, StructuredAnswer, StructuredQuestion } from './question.ts';
import { shaped } from './reading.ts';
import type { Resolved } from './resolve.ts';
import { closingOf, promptedJson, readForm, type Rung } from './rungs.ts';
import type { Session } from './session.ts';
import type { Spending } from './spending.ts';
import type { Strikes } from './strikes.ts';

export type DialogueParts = {
  readonly clock: Clock;
  readonly session: Session;
  readonly ladder: Ladder;
  readonly spending: Spending;
  readonly strikes: Strikes;
  readonly onCall: (call: Call, spoken: Spoken) => void;
};

/** Each request below may be refused for a field once, and the model replaced once. */
const mostRequests = 12;
const mostInvalid = 2;

type Sent = {
  readonly rung: Rung;
  readonly model: Resolved;
  readonly prompt: Spoken['prompt'];
  readonly briefDigest: string;
  readonly promptBytes: number;
  readonly startedMs: number;
};

export async function converse<Value>(
  parts: DialogueParts,
  question: StructuredQuestion<Value>,
  signal: AbortSignal,
): Promise<StructuredAnswer<Value>> {
  const { clock, session, ladder, spending, strikes } = parts;
  const startMs = clock.monotonic();
  const calls: Call[] = [];
  const note = (sent: Sent, said: Completion | null, ended: Pick<Call, 'result' | 'reason'>): void => {
    const { call, spoken } = recordOf(question, sent, said, clock.monotonic() - sent.startedMs, ended);
    calls.push(call);
    parts.onCall(call, spoken);
  };
  const told = () => ({
    usage: usageOf(calls, session.name(), Math.round(clock.monotonic() - startMs)),
    calls,
  });
  const away = (reason: string): StructuredAnswer<Value> => ({
    refused: `model unavailable: ${reason}`,
    because: 'unavailable',
    rung: 'none',
    ...told(),
  });
  const schema = jsonSchemaOf(question.schema);
  /** Rungs whose fields this endpoint did not take, with its reason; remembered once it takes the question on another. */
  const untaken = new Map<Rung, string>();
  let refused: string | undefined;
  let invalid = 0;
  let isReplaced = false;
  let isShortened = false;
  /** An optional field that was left out because a request was not taken, once, without its name. */
  let guessed: string | null = null;
  for (let requests = 1; requests <= mostRequests; requests += 1) {
    const struck = strikes.refusal(question.incident);
    if (struck !== null && invalid === 0) return away(struck);
    const model = await session.resolve(signal);
    if ('fault' in model) return away(model.fault.detail);
    const allowed = rungsOf(profileOf(model.model));
    const onLadder = standing(ladder.rung(model.model, allowed), allowed, untaken);
    if (onLadder === null) return away('no way of asking this model for an answer works, tried again within an hour');
    const rung = onLadder.form === 'line' && question.readLine === undefined ? promptedJson : onLadder;
    const { maxTokens, ...prepared } = prepare(question, session, model, rung, schema, refused);
    const broke = spending.refusal(question.incident, session.tokensOf(prepared.promptBytes) + maxTokens);
    if (broke !== null) return away(broke);

    const sent: Sent = { rung, model, ...prepared, startedMs: clock.monotonic() };
    const said = await session.send(
      {
        model: model.model,
        messages: [
          { role: 'system', content: sent.prompt['system'] ?? '' },
          { role: 'user', content: sent.prompt['user'] ?? '' },
        ],
        maxTokens,
        extra: { ...session.extraOf(model), ...rung.fields(schema) },
        streams: true,
      },
      sent.promptBytes,
      signal,
    );
    if ('fault' in said) {
      const { fault } = said;
      note(sent, null, { result: 'unavailable', reason: fault.detail });
      if (isOfTheModel(fault) && !isReplaced) {
        session.retire(model.model);
        isReplaced = true;
      } else if (fault.kind === 'too-long' && !isShortened) {
        session.shorten(fault, sent.promptBytes, maxTokens);
        isShortened = true;
      } else if (fault.kind === 'not-taken' && fault.field !== undefined && session.drop(fault.field) !== null) {
        // The server named it, and takes the rest.
      } else if (fault.kind === 'not-taken' && hasFields(rung)) untaken.set(rung, fault.detail);
      else if (fault.kind === 'not-taken' && guessed === null && session.lastOptional() !== null)
        guessed = session.drop(session.lastOptional());
      else {
        // It was not that field: with it the answers are counted and the thinking is off.
        if (guessed !== null && fault.kind === 'not-taken') session.takeBack(guessed);
        return away(fault.detail);
      }
      continue;
    }
    for (const [one, reason] of untaken) ladder.fell(model.model, allowed, one, reason);
    untaken.clear();
    const { promptTokens, completionTokens } = tokensOf(said, sent.promptBytes);
    spending.count(question.incident, promptTokens + completionTokens);
    const read = looked(question, rung, said);
    if ('value' in read) {
      if (rung === onLadder) noteForm(parts, sent, said, allowed);
      note(sent, said, { result: 'answered' });
      const by = isCall(rung) && said.toolArguments === undefined ? promptedJson.name : rung.name;
      return { value: read.value, rung: invalid === 0 ? by : `${by}, repaired`, ...told() };
    }
    note(sent, said, { result: 'invalid', reason: read.refused });
    invalid += 1;
    if (question.incident !== null) strikes.add(question.incident);
    // A rung is left for an answer of the wrong form; on the two without help of the server, only for the second.
    if (read.isForm && said.finished && (hasFields(rung) || invalid === mostInvalid) && rung === onLadder)
      ladder.fell(model.model, allowed, rung, read.refused);
    refused = read.refused;
    if (invalid === mostInvalid) return { refused, because: 'invalid', rung: `${rung.name}, repaired`, ...told() };
  }
  return away('the endpoint takes no form of the question');
}

function prepare<Value>(
  question: StructuredQuestion<Value>,
  session: Session,
  model: Resolved,
  rung: Rung,
  schema: JsonObject,
  refused: string | undefined,
): Pick<Sent, 'prompt' | 'briefDigest' | 'promptBytes'> & { readonly maxTokens: number } {
  const closing = closingOf(rung);
  // A tool's schema is written into the prompt by the server's template.
  const besideBytes = closing.length + (isCall(rung) ? canonicalJson(rung.fields(schema)).length : 0);
  const whole = session.budget(model);
  const brief = question.messages({
    budget: { ...whole, promptBytes: whole.promptBytes - besideBytes },
    form: rung.form,
    ...(model.systemLine === undefined ? {} : { systemLine: model.systemLine }),
    ...(refused === undefined ? {} : { refused }),
  });
  const prompt = { system: brief.system, user: brief.user + closing };
  return {
    prompt,
    briefDigest: sha256(canonicalJson(prompt)),
    promptBytes: brief.bytes + besideBytes,
    maxTokens: whole.outputTokens,
  };
}

/** The rung that the ladder remembers, or the next below it whose fields were not refused just now. */
function standing(from: Rung | null, allowed: readonly Rung[], untaken: ReadonlyMap<Rung, string>): Rung | null {
  if (from === null) return null;
  return allowed.slice(allowed.indexOf(from)).find((one) => !untaken.has(one)) ?? null;
}

/** A server that ignores the fields of a rung gives an answer all the same, but not by that rung. */
function noteForm(parts: DialogueParts, sent: Sent, said: Completion, allowed: readonly Rung[]): void {
  if (isCall(sent.rung) && said.toolArguments === undefined)
    parts.ladder.fell(sent.model.model, allowed, sent.rung, 'the answer was no call of the tool');
  else parts.ladder.worked(sent.model.model, allowed, sent.rung);
}

function isCall(rung: Rung): boolean {
  return rung.form === 'call';
}

function hasFields(rung: Rung): boolean {
  return Object.keys(rung.fields({})).length > 0;
}

type Looked<Value> = { readonly value: Value } | { readonly refused: string; readonly isForm: boolean };

function looked<Value>(question: StructuredQuestion<Value>, rung: Rung, said: Completion): Looked<Value> {
  const form = readForm(rung, said, question.readLine ?? (() => undefined));
  if ('refused' in form) return { ...form, isForm: true };
  const read = shaped(question.schema, form.value);
  if ('refused' in read) return { ...read, isForm: true };
  const refused = question.validate(read.value);
  return refused === null ? read : { refused, isForm: false };
}

function recordOf<Value>(
  question: StructuredQuestion<Value>,
  sent: Sent,
  said: Completion | null,
  latencyMs: number,
  ended: Pick<Call, 'result' | 'reason'>,
): { readonly call: Call; readonly spoken: Spoken } {
  const spoken = spokenOf(sent.prompt, said);
  const call: Call = {
    purpose: question.purpose,
    incident: question.incident,
    requestedModel: sent.model.model,
    ...(said?.servedModel === undefined ? {} : { servedModel: said.servedModel }),
    profile: profileOf(sent.model.model).family,
    rung: sent.rung.name,
    briefDigest: sent.briefDigest,
    ...digestsOf(spoken),
    ...tokensOf(said, sent.promptBytes),
    latencyMs: Math.round(latencyMs),
    ...ended,
  };
  return { call, spoken };
}
