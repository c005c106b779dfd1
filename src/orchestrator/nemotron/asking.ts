// The one door to a model: asks a question of any kind, looks at the answer strictly, gives one chance to mend it, and counts what it cost.
import { bulkhead } from 'cockatiel';
import { sha256 } from '../../model/json.ts';
import type { Usage } from '../reasoner.ts';
import { createModelClient, type ClientOptions, type Completion } from './client.ts';
import { stateOf, type ModelState } from './probe.ts';
import { profileOf } from './profile.ts';
import type { AskStructured, Call, RungName, StructuredAnswer, StructuredQuestion } from './question.ts';
import { readJson, shaped, type Read } from './reading.ts';
import { createSession, type SessionOptions } from './session.ts';
import { createSpending } from './spending.ts';

export type AskingOptions = ClientOptions &
  Pick<SessionOptions, 'model' | 'wait'> & {
    /** Told of every call that was sent, once it ended. */
    readonly onCall?: (call: Call) => void;
  };

export interface Asking {
  readonly ask: AskStructured;
  /** The pinned or resolved model; "nemotron" until one is known. */
  name(): string;
  /** Finds the model that leads, once. Never rejects. */
  probe(signal: AbortSignal): Promise<ModelState>;
  close(): Promise<void>;
}

const atOnce = 2;
const mostWaiting = 32;
const mostTurns = 2;

export function createAsking(options: AskingOptions): Asking {
  const { clock } = options;
  const client = createModelClient(options);
  const session = createSession({ ...options, client });
  const slots = bulkhead(atOnce, mostWaiting);
  const spending = createSpending();

  const think = async <Value>(
    question: StructuredQuestion<Value>,
    signal: AbortSignal,
  ): Promise<StructuredAnswer<Value>> => {
    const startMs = clock.monotonic();
    const calls: Call[] = [];
    const told = (): { usage: Usage; calls: readonly Call[] } => ({
      usage: usageOf(calls, session.name(), Math.round(clock.monotonic() - startMs)),
      calls,
    });
    let refused: string | undefined;
    for (let turn = 1; turn <= mostTurns; turn += 1) {
      const broke = question.incident === null ? null : spending.refusal(question.incident);
      if (broke !== null) return { refused: away(broke), because: 'unavailable', rung: 'none', ...told() };
      const rung: RungName = 'prompted JSON';
      const turnMs = clock.monotonic();
      let prompt = { digest: '', bytes: 0 };
      const taken = await session.take((model, budget) => {
        const { systemLine, extra } = model;
        const brief = question.messages({
          budget,
          form: 'json',
          ...(systemLine === undefined ? {} : { systemLine }),
          ...(refused === undefined ? {} : { refused }),
        });
        prompt = { digest: sha256(`${brief.system}\n${brief.user}`), bytes: brief.bytes };
        return {
          bytes: brief.bytes,
          question: {
            model: model.model,
            messages: [
              { role: 'system', content: brief.system },
              { role: 'user', content: brief.user },
            ],
            maxTokens: budget.outputTokens,
            extra,
          },
        };
      }, signal);
      const note = (ended: Pick<Call, 'result' | 'reason'>, completion: Completion | null): void => {
        const call: Call = {
          purpose: question.purpose,
          incident: question.incident,
          requestedModel: session.name(),
          profile: profileOf(session.name()).family,
          rung,
          briefDigest: prompt.digest,
          ...tokensOf(completion, prompt.bytes),
          latencyMs: Math.round(clock.monotonic() - turnMs),
          ...ended,
        };
        calls.push(call);
        options.onCall?.(call);
      };
      if ('fault' in taken) {
        if (prompt.digest !== '') note({ result: 'unavailable', reason: taken.fault.detail }, null);
        return { refused: away(taken.fault.detail), because: 'unavailable', rung: 'none', ...told() };
      }
      const { completion } = taken;
      if (question.incident !== null) spending.count(question.incident, completion);
      const read = looked(question, completion);
      if ('value' in read) {
        note({ result: 'answered' }, completion);
        return { value: read.value, rung: turn === 1 ? rung : `${rung}, repaired`, ...told() };
      }
      note({ result: 'invalid', reason: read.refused }, completion);
      refused = read.refused;
    }
    return { refused: refused ?? 'no answer', because: 'invalid', rung: 'prompted JSON, repaired', ...told() };
  };

  const unasked = (reason: string) =>
    ({
      refused: away(reason),
      because: 'unavailable',
      rung: 'none',
      usage: { requestedModel: session.name() },
      calls: [],
    }) as const;
  return {
    async ask(question, signal) {
      const held = session.heldBack();
      if (held !== null) return unasked(held);
      if (slots.executionSlots === 0 && slots.queueSlots === 0) return unasked(`${mostWaiting} questions wait already`);
      try {
        return await slots.execute(async () => {
          // Another question may have met the fault while this one waited in line.
          const since = session.heldBack();
          return since === null ? await think(question, signal) : unasked(since);
        }, signal);
      } catch (error) {
        return unasked(signal.aborted ? 'the question was withdrawn' : broken(error));
      }
    },
    name: () => session.name(),
    probe: async (signal) => stateOf(await session.resolve(signal)),
    close: async () => await client.close(),
  };
}

function looked<Value>(question: StructuredQuestion<Value>, completion: Completion): Read<Value> {
  const json = readJson(completion.content, completion.finished);
  if ('refused' in json) return json;
  const read = shaped(question.schema, json.value);
  if ('refused' in read) return read;
  const refused = question.validate(read.value);
  return refused === null ? read : { refused };
}

/** Bytes over four, as the guess for an endpoint that does not count. */
function tokensOf(
  completion: Completion | null,
  promptBytes: number,
): Pick<Call, 'promptTokens' | 'completionTokens' | 'tokensEstimated'> & { servedModel?: string } {
  if (completion === null) return { promptTokens: 0, completionTokens: 0, tokensEstimated: false };
  const { servedModel, promptTokens, completionTokens } = completion;
  const guess = (bytes: number): number => Math.ceil(bytes / 4);
  return {
    ...(servedModel === undefined ? {} : { servedModel }),
    promptTokens: promptTokens ?? guess(promptBytes),
    completionTokens: completionTokens ?? guess(Buffer.byteLength(completion.content)),
    tokensEstimated: promptTokens === undefined || completionTokens === undefined,
  };
}

function usageOf(calls: readonly Call[], requestedModel: string, latencyMs: number): Usage {
  const servedModel = calls.findLast((one) => one.servedModel !== undefined)?.servedModel;
  const sum = (of: (one: Call) => number): number => calls.reduce((total, one) => total + of(one), 0);
  return {
    requestedModel,
    ...(servedModel === undefined ? {} : { servedModel }),
    ...(calls.length === 0
      ? {}
      : { promptTokens: sum((one) => one.promptTokens), completionTokens: sum((one) => one.completionTokens) }),
    latencyMs,
  };
}

function away(reason: string): string {
  return `model unavailable: ${reason}`;
}

function broken(error: unknown): string {
  return `the question could not be put (${error instanceof Error ? error.name : typeof error})`;
}
