// One model of one endpoint over time: found by probe, left alone after a fault, asked again after a passing one, replaced when it is gone.
import { pause, type Clock } from '../../clock.ts';
import { budgetFor, carefulBytesPerToken, corrected, type Budget } from './budget.ts';
import type { Completion, ModelClient, Question } from './client.ts';
import { isOfTheModel, isPassing, type ModelFault } from './fault.ts';
import { heldBack, holdAfter, type Hold } from './hold.ts';
import { resolveModel, type Resolved } from './resolve.ts';

export type SessionOptions = {
  readonly client: ModelClient;
  readonly clock: Clock;
  /** Pins one model; without it the best that answers leads. */
  readonly model?: string;
  /** Waits before the one retry; on the clock when absent. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** What is sent for a model and a budget, with the bytes of its prompt. */
export type Prepared = { readonly question: Question; readonly bytes: number };

export type Turn = { readonly completion: Completion; readonly resolved: Resolved } | { readonly fault: ModelFault };

export interface Session {
  /** The pinned or resolved model; "nemotron" until one is known. */
  name(): string;
  /** Why the endpoint is not asked now, or null. */
  heldBack(): string | null;
  resolve(signal: AbortSignal): Promise<Resolved | { readonly fault: ModelFault }>;
  /** One answer; `prepare` is called again when another model takes the place of one that is gone. Rejects only when the wait is withdrawn. */
  take(prepare: (model: Resolved, budget: Budget) => Prepared, signal: AbortSignal): Promise<Turn>;
}

/** Shown as the leader until a model is resolved. */
const unresolvedName = 'nemotron';
const retryMs = 2_000;
const throttledMs = 5_000;
/** An endpoint that wants a longer pause is left alone instead. */
const longestWaitMs = 20_000;
/** Then the list is tried again from the top. */
const resolvedForMs = 24 * 3_600_000;

export function createSession(options: SessionOptions): Session {
  const { client, clock } = options;
  const wait = options.wait ?? ((ms: number, signal: AbortSignal) => pause(clock, ms, signal));
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
  const noted = <Found>(found: Found | { readonly fault: ModelFault }): Found | { readonly fault: ModelFault } => {
    hold = isFault(found) ? holdAfter(found.fault, hold, clock.monotonic()) : hold;
    return found;
  };
  const attempt = async (prepare: Parameters<Session['take']>[0], signal: AbortSignal): Promise<Turn> => {
    for (let tries = 1; ; tries += 1) {
      const found = await resolve(signal);
      if ('fault' in found) return found;
      const { question, bytes } = prepare(found, budgetFor(found.contextTokens, bytesPerToken));
      const completion = await client.ask(question, signal);
      if (!('fault' in completion)) {
        bytesPerToken = corrected(bytesPerToken, bytes, completion.promptTokens);
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
  return {
    name: () => options.model ?? resolved?.found.model ?? unresolvedName,
    heldBack: () => heldBack(hold, clock.monotonic()),
    resolve: async (signal) => noted(await resolve(signal)),
    async take(prepare, signal) {
      const turn = noted(await attempt(prepare, signal));
      if (!('fault' in turn)) hold = null;
      return turn;
    },
  };
}

function isFault(found: unknown): found is { readonly fault: ModelFault } {
  return typeof found === 'object' && found !== null && 'fault' in found;
}
