// The Nemotron leader, first version: a prompted JSON answer, looked at strictly, one repair turn, else a refusal with its reason so that the playbook leads.
import { bulkhead } from 'cockatiel';
import { pause } from '../../clock.ts';
import type { ActionDefinition, ActionName } from '../../model/action.ts';
import type { BriefInput, LeaderAnswer, Reasoner, Usage } from '../reasoner.ts';
import { validate } from '../validation.ts';
import { readAnswer, type ReadAnswer } from './answer.ts';
import { writeBrief } from './brief.ts';
import { budgetFor, carefulBytesPerToken, corrected } from './budget.ts';
import { createModelClient, type ClientOptions, type Completion } from './client.ts';
import { isOfTheModel, isPassing, type ModelFault } from './fault.ts';
import { heldBack, holdAfter, type Hold } from './hold.ts';
import { stateOf, type ModelState } from './probe.ts';
import { resolveModel, type Resolved } from './resolve.ts';
import { createSpending } from './spending.ts';

export type LeaderOptions = ClientOptions & {
  /** Pins one model; without it the best that answers leads. */
  readonly model?: string;
  /** The catalogue: an answer is looked at as the cycle will look at it, so that the repair turn can name what is wrong. */
  readonly actions: ReadonlyMap<ActionName, ActionDefinition>;
  /** Waits before the one retry; on the clock when absent. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
};

export interface NemotronLeader extends Reasoner {
  /** Finds the model that leads, once: for the first lines of `run`. Never rejects. */
  probe(signal: AbortSignal): Promise<ModelState>;
  close(): Promise<void>;
}

/** Shown as the leader until a model is resolved. */
const unresolvedName = 'nemotron';
const rungs = { first: 'prompted JSON', repaired: 'prompted JSON, repaired' } as const;
const atOnce = 2;
const mostWaiting = 32;
const retryMs = 2_000;
const throttledMs = 5_000;
/** An endpoint that wants a longer pause is left alone instead. */
const longestWaitMs = 20_000;
/** Then the list is tried again from the top. */
const resolvedForMs = 24 * 3_600_000;

type Turn = { readonly completion: Completion; readonly resolved: Resolved } | { readonly fault: ModelFault };

export function createNemotronLeader(options: LeaderOptions): NemotronLeader {
  const { clock } = options;
  const wait = options.wait ?? ((ms: number, signal: AbortSignal) => pause(clock, ms, signal));
  const client = createModelClient(options);
  const slots = bulkhead(atOnce, mostWaiting);
  const spending = createSpending();
  const retired = new Set<string>();
  let hold: Hold | null = null;
  let resolved: { readonly found: Resolved; readonly atMs: number } | null = null;
  let bytesPerToken = carefulBytesPerToken;

  const resolve = async (signal: AbortSignal): Promise<Resolved | { readonly fault: ModelFault }> => {
    if (resolved !== null && clock.monotonic() - resolved.atMs < resolvedForMs) return resolved.found;
    const found = await resolveModel(client, options.model, retired, signal);
    if (!('fault' in found)) resolved = { found, atMs: clock.monotonic() };
    return found;
  };
  /** One answer of the model; a passing fault is waited out once, a model that is gone is replaced once. */
  const ask = async (input: BriefInput, refused: string | undefined, signal: AbortSignal): Promise<Turn> => {
    for (let tries = 1; ; tries += 1) {
      const found = await resolve(signal);
      if ('fault' in found) return found;
      const budget = budgetFor(found.contextTokens, bytesPerToken);
      const brief = writeBrief(input, budget, {
        ...(found.systemLine === undefined ? {} : { systemLine: found.systemLine }),
        ...(refused === undefined ? {} : { refused }),
      });
      const completion = await client.ask(
        {
          model: found.model,
          messages: [
            { role: 'system', content: brief.system },
            { role: 'user', content: brief.user },
          ],
          maxTokens: budget.outputTokens,
          extra: found.extra,
        },
        signal,
      );
      if (!('fault' in completion)) {
        bytesPerToken = corrected(bytesPerToken, brief.bytes, completion.promptTokens);
        return { completion, resolved: found };
      }
      const { fault } = completion;
      if (isOfTheModel(fault)) {
        retired.add(found.model);
        resolved = null;
      }
      const waitMs = fault.retryAfterMs ?? (fault.kind === 'throttled' ? throttledMs : retryMs);
      const isWorthIt = isOfTheModel(fault) || (isPassing(fault) && waitMs <= longestWaitMs);
      if (tries === 2 || !isWorthIt) return completion;
      if (!isOfTheModel(fault)) await wait(waitMs, signal);
    }
  };
  const think = async (input: BriefInput, signal: AbortSignal): Promise<LeaderAnswer> => {
    const startMs = clock.monotonic();
    let usage: Usage = { requestedModel: nameNow() };
    let refused: string | undefined;
    for (const rung of [rungs.first, rungs.repaired]) {
      const broke = spending.refusal(input.incident);
      if (broke !== null) return away(broke, usage);
      const turn = await ask(input, refused, signal);
      usage = { ...usage, requestedModel: nameNow(), latencyMs: Math.round(clock.monotonic() - startMs) };
      if ('fault' in turn) {
        hold = holdAfter(turn.fault, hold, clock.monotonic());
        return away(turn.fault.detail, usage);
      }
      hold = null;
      usage = addedUp(usage, turn);
      spending.count(input.incident, turn.completion);
      const read = looked(readAnswer(turn.completion.content, turn.completion.finished), input);
      if ('choice' in read) return { kind: 'choice', choice: read.choice, rung, usage };
      refused = read.refused;
    }
    return { kind: 'refused', reason: refused ?? 'no answer', rung: rungs.repaired, usage };
  };
  const looked = (read: ReadAnswer, input: BriefInput): ReadAnswer => {
    if ('refused' in read) return read;
    const validated = validate(read.choice, input, options.actions);
    return 'refused' in validated ? validated : read;
  };
  const nameNow = (): string => options.model ?? resolved?.found.model ?? unresolvedName;

  return {
    get name() {
      return nameNow();
    },
    immediate: false,
    async lead(input, signal) {
      const held = heldBack(hold, clock.monotonic());
      if (held !== null) return away(held, { requestedModel: nameNow() });
      if (slots.executionSlots === 0 && slots.queueSlots === 0)
        return away(`${mostWaiting} questions wait already`, { requestedModel: nameNow() });
      try {
        return await slots.execute(async () => {
          // Another question may have met the fault while this one waited in line.
          const since = heldBack(hold, clock.monotonic());
          return since === null ? await think(input, signal) : away(since, { requestedModel: nameNow() });
        }, signal);
      } catch (error) {
        if (signal.aborted) return away('the question was withdrawn', { requestedModel: nameNow() });
        throw error;
      }
    },
    async probe(signal) {
      const found = await resolve(signal);
      if ('fault' in found) hold = holdAfter(found.fault, hold, clock.monotonic());
      return stateOf(found);
    },
    close: async () => await client.close(),
  };
}

function addedUp(usage: Usage, turn: { readonly completion: Completion }): Usage {
  const { servedModel, promptTokens, completionTokens } = turn.completion;
  return {
    ...usage,
    ...(servedModel === undefined ? {} : { servedModel }),
    ...(promptTokens === undefined ? {} : { promptTokens: (usage.promptTokens ?? 0) + promptTokens }),
    ...(completionTokens === undefined ? {} : { completionTokens: (usage.completionTokens ?? 0) + completionTokens }),
  };
}

function away(reason: string, usage: Usage): LeaderAnswer {
  return { kind: 'refused', reason: `model unavailable: ${reason}`, rung: 'none', usage };
}
