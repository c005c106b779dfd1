// One model of one endpoint over time: found by probe, left alone after a fault, asked again after a passing one, replaced when it is gone, never sent a field that it refused.
import { pause, type Clock } from '../../clock.ts';
import type { JsonObject } from '../../model/json.ts';
import { createBreaker, type BreakerState } from './breaker.ts';
import { budgetFor, carefulBytesPerToken, corrected, type Budget } from './budget.ts';
import type { Completion, ModelClient, Question } from './client.ts';
import { isOfTheModel, isPassing, withdrawn, type ModelFault } from './fault.ts';
import { resolveModel, type Resolved } from './resolve.ts';

export type SessionOptions = {
  readonly client: ModelClient;
  readonly clock: Clock;
  /** Pins one model; without it the best that answers leads. */
  readonly model?: string;
  /** Waits before the one retry; on the clock when absent. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told the fault when the endpoint is left alone for a while, and null when it answers again. */
  readonly onOutage?: (fault: ModelFault | null) => void;
};

export interface Session {
  /** The pinned or resolved model; "nemotron" until one is known. */
  name(): string;
  breaker(): BreakerState;
  /** Why the endpoint is not asked now, or null. */
  refusal(): string | null;
  /** The model that leads, found by a question of one token when it is not known yet. */
  resolve(signal: AbortSignal): Promise<Resolved | { readonly fault: ModelFault }>;
  budget(model: Resolved): Budget;
  /** Tokens that so many bytes are at most, as this endpoint was seen to count. */
  tokensOf(bytes: number): number;
  /** Fields beside the plain protocol: the family's, and the wish that a stream counts its tokens. */
  extraOf(model: Resolved): JsonObject;
  /** Sends; a passing fault is waited out once. */
  send(
    question: Question,
    promptBytes: number,
    signal: AbortSignal,
  ): Promise<Completion | { readonly fault: ModelFault }>;
  /** The model is withdrawn or not callable: the next of the list takes its place. */
  retire(model: string): void;
  /** The optional field that was added last and is still sent, or null. */
  lastOptional(): string | null;
  /** Goes without an optional field from now on; its name, or null where it is not sent anyway. */
  drop(field: string | null): string | null;
  takeBack(field: string): void;
  /** The endpoint counts more tokens than was expected, or has a smaller window. */
  shorten(fault: ModelFault, promptBytes: number, maxTokens: number): void;
}

/** Shown as the leader until a model is resolved. */
const unresolvedName = 'nemotron';
const retryMs = 2_000;
const throttledMs = 5_000;
/** An endpoint that wants a longer pause is left alone instead. */
const longestWaitMs = 20_000;
/** Then the list is tried again from the top. */
const resolvedForMs = 24 * 3_600_000;
/** What is taken of the bytes a token where a server does not say how it counted. */
const shorter = 0.8;

export function createSession(options: SessionOptions): Session {
  const { client, clock } = options;
  const wait = options.wait ?? ((ms: number, signal: AbortSignal) => pause(clock, ms, signal));
  const breaker = createBreaker(clock, options.onOutage);
  const retired = new Set<string>();
  const dropped = new Set<string>();
  let resolved: { readonly found: Resolved; readonly atMs: number } | null = null;
  let bytesPerToken = carefulBytesPerToken;

  const extraOf = (model: Resolved): JsonObject => ({
    ...(dropped.has('chat_template_kwargs') ? {} : model.extra),
    ...(dropped.has('stream_options') ? {} : { stream_options: { include_usage: true } }),
  });
  const optionalNow = (): readonly string[] => (resolved === null ? [] : Object.keys(extraOf(resolved.found)));
  return {
    name: () => options.model ?? resolved?.found.model ?? unresolvedName,
    breaker: () => breaker.state(),
    refusal: () => breaker.refusal(),
    async resolve(signal) {
      if (resolved !== null && clock.monotonic() - resolved.atMs < resolvedForMs) return resolved.found;
      breaker.begin();
      const found = await resolveModel(client, options.model, retired, signal);
      if ('fault' in found) breaker.failed(found.fault);
      else {
        if (found.model !== resolved?.found.model) dropped.clear();
        resolved = { found, atMs: clock.monotonic() };
        breaker.succeeded();
      }
      return found;
    },
    budget: (model) => budgetFor(model.contextTokens, bytesPerToken),
    tokensOf: (bytes) => Math.ceil(bytes / bytesPerToken),
    extraOf,
    async send(question, promptBytes, signal) {
      breaker.begin();
      for (let tries = 1; ; tries += 1) {
        const said = await client.ask(question, signal);
        if (!('fault' in said)) {
          bytesPerToken = corrected(bytesPerToken, promptBytes, said.promptTokens);
          breaker.succeeded();
          return said;
        }
        const { fault } = said;
        const waitMs = fault.retryAfterMs ?? (fault.kind === 'throttled' ? throttledMs : retryMs);
        if (tries === 1 && isPassing(fault) && waitMs <= longestWaitMs) {
          // The rate keeps the pause that the endpoint named.
          if (fault.kind === 'throttled' && fault.retryAfterMs !== undefined) continue;
          const ended = await wait(waitMs, signal).then(
            () => null,
            () => withdrawn,
          );
          if (ended === null) continue;
          breaker.failed(ended);
          return { fault: ended };
        }
        // A model that is gone is replaced, which says nothing against the endpoint.
        if (!isOfTheModel(fault)) breaker.failed(fault);
        return said;
      }
    },
    retire(model) {
      retired.add(model);
      resolved = null;
    },
    lastOptional: () => optionalNow().at(-1) ?? null,
    drop(field) {
      const name = optionalNow().find((one) => one === field) ?? null;
      if (name !== null) dropped.add(name);
      return name;
    },
    takeBack: (field) => void dropped.delete(field),
    shorten({ contextTokens, requestedTokens }, promptBytes, maxTokens) {
      const counted =
        requestedTokens === undefined
          ? Math.ceil(promptBytes / (bytesPerToken * shorter))
          : Math.max(1, requestedTokens - maxTokens);
      bytesPerToken = corrected(bytesPerToken, promptBytes, counted);
      if (resolved === null || contextTokens === undefined || contextTokens >= resolved.found.contextTokens) return;
      resolved = { ...resolved, found: { ...resolved.found, contextTokens } };
    },
  };
}
