// The one door to a model: lets two questions in at a time and the rest wait in line, none while the endpoint is left alone, and says how it stands.
import { bulkhead } from 'cockatiel';
import type { BreakerState } from './breaker.ts';
import { createModelClient, type ClientOptions } from './client.ts';
import { converse, type DialogueParts } from './dialogue.ts';
import { createLadder, type RungChange } from './ladder.ts';
import { stateOf, type ModelState } from './model-state.ts';
import { profileOf, rungsOf } from './profile.ts';
import type { AskStructured, RungName } from './question.ts';
import { createSession, type SessionOptions } from './session.ts';
import { createSpending, usualCaps, type Caps } from './spending.ts';
import { createStrikes } from './strikes.ts';

export type AskingOptions = ClientOptions &
  Pick<SessionOptions, 'model' | 'onOutage'> & {
    readonly caps?: Caps;
    /** Told of every call that was sent, once it ended. */
    readonly onCall?: DialogueParts['onCall'];
    readonly onRungChange?: (change: RungChange) => void;
  };

/** How the door stands now, for people. */
type AskingStatus = {
  readonly model: string;
  readonly profile: string;
  readonly rung: RungName;
  readonly breaker: BreakerState;
  readonly requestsPerMinute: number;
  /** Tokens of the last hour and day. */
  readonly spent: { readonly hour: number; readonly day: number };
  readonly caps: Caps;
};

export interface Asking {
  readonly ask: AskStructured;
  /** The pinned or resolved model; "nemotron" until one is known. */
  readonly name: () => string;
  /** Finds the model that leads, once. Never rejects. */
  readonly probe: (signal: AbortSignal) => Promise<ModelState>;
  readonly status: () => AskingStatus;
  readonly close: () => Promise<void>;
}

const atOnce = 2;
const mostWaiting = 32;

export function createAsking(options: AskingOptions): Asking {
  const { clock, caps = usualCaps } = options;
  const client = createModelClient(options);
  const session = createSession({ ...options, client });
  const slots = bulkhead(atOnce, mostWaiting);
  const parts: DialogueParts = {
    clock,
    session,
    ladder: createLadder(clock, (change) => options.onRungChange?.(change)),
    spending: createSpending(clock, caps),
    strikes: createStrikes(),
    onCall: (call, spoken) => options.onCall?.(call, spoken),
  };
  const unasked = (reason: string) =>
    ({
      refused: `model unavailable: ${reason}`,
      because: 'unavailable',
      rung: 'none',
      usage: { requestedModel: session.name() },
      calls: [],
    }) as const;
  return {
    async ask(question, signal) {
      const held = session.refusal();
      if (held !== null) return unasked(held);
      if (slots.executionSlots === 0 && slots.queueSlots === 0) return unasked(`${mostWaiting} questions wait already`);
      try {
        return await slots.execute(async () => {
          // Another question may have met the fault while this one waited in line.
          const since = session.refusal();
          return since === null ? await converse(parts, question, signal) : unasked(since);
        }, signal);
      } catch (error) {
        return unasked(signal.aborted ? 'the question was withdrawn' : broken(error));
      }
    },
    name: () => session.name(),
    probe: async (signal) => stateOf(await session.resolve(signal)),
    status() {
      const model = session.name();
      const profile = profileOf(model);
      return {
        model,
        profile: profile.family,
        rung: parts.ladder.rung(model, rungsOf(profile))?.name ?? 'playbook',
        breaker: session.breaker(),
        requestsPerMinute: client.perMinute(),
        spent: parts.spending.spent(),
        caps,
      };
    },
    close: async () => await client.close(),
  };
}

function broken(error: unknown): string {
  return `the question could not be put (${error instanceof Error ? error.name : typeof error})`;
}
