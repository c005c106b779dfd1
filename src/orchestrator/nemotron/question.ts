// What can be asked of a model: a schema, messages within a budget, and a validator whose words feed the repair turn. The kinds of question differ, the way to an answer is one.
import type { z } from 'zod';
import type { Usage } from '../reasoner.ts';
import type { Brief } from './brief.ts';
import type { Budget } from './budget.ts';

/** Why a model is asked; recorded with every call. */
type Purpose = 'plan' | 'evidence' | 'suspicion' | 'report' | 'answer' | 'check';

/** How the answer is written, best first. The names are shown to people. */
export type RungName = 'tool calls' | 'JSON schema' | 'guided JSON' | 'prompted JSON' | 'choice' | 'playbook';

/** What the messages of one turn have to keep to. */
export type Frame = {
  readonly budget: Budget;
  /** First line of the system message, of the model's family. */
  readonly systemLine?: string;
  /** `json` and `call` take an object of the schema; `line` is the short form for a model that cannot write JSON. */
  readonly form: 'json' | 'call' | 'line';
  /** Why the answer before was not taken: this is the repair turn. */
  readonly refused?: string;
};

export type StructuredQuestion<Value> = {
  readonly purpose: Purpose;
  /** Whose budget is spent; null for what belongs to no incident. */
  readonly incident: string | null;
  /** Looked at always, whatever the server promises; the JSON schema that is sent is derived from it. */
  readonly schema: z.ZodType<Value>;
  /** Built again for every turn, never longer than `frame.budget.promptBytes`. */
  readonly messages: (frame: Frame) => Brief;
  /** Null when the value holds; else one sentence by which a model can mend it. */
  readonly validate: (value: Value) => string | null;
  /** Makes of one line what the schema would take; without it the model is not asked in the short form. */
  readonly readLine?: (line: string) => unknown;
};

/** What was said in one call, secrets taken out; stored beside the journal by digest, and erased with it. */
export type Spoken = {
  readonly prompt: Readonly<Record<string, string>>;
  /** Null when none came. */
  readonly answer: Readonly<Record<string, string>> | null;
  readonly reasoning: Readonly<Record<string, string>> | null;
};

/** One call that was sent, as the journal keeps it. */
export type Call = {
  readonly purpose: Purpose;
  readonly incident: string | null;
  readonly requestedModel: string;
  readonly servedModel?: string;
  /** Family whose fields and switches were used. */
  readonly profile: string;
  readonly rung: RungName;
  /** SHA-256 of the messages as they were sent. */
  readonly briefDigest: string;
  /** SHA-256 of the canonical JSON of what is stored. */
  readonly promptDigest: string;
  readonly answerDigest?: string;
  /** Reasoning is kept for the record and never acted on. */
  readonly reasoningDigest?: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** True when the endpoint did not count, so that the tokens are a guess from bytes. */
  readonly tokensEstimated: boolean;
  readonly latencyMs: number;
  readonly result: 'answered' | 'invalid' | 'unavailable';
  /** Why the answer was not taken. */
  readonly reason?: string;
};

type Told = {
  /** A rung's name, followed by ", repaired" when the second turn made it; "none" when no answer came. */
  readonly rung: string;
  readonly usage: Usage;
  readonly calls: readonly Call[];
};

export type StructuredAnswer<Value> =
  | (Told & { readonly value: Value })
  | (Told & {
      readonly refused: string;
      /** `unavailable`: no answer came or none may be asked for; `invalid`: answers came and did not hold. */
      readonly because: 'unavailable' | 'invalid';
    });

/** The one door to a model. Never rejects. */
export type AskStructured = <Value>(
  question: StructuredQuestion<Value>,
  signal: AbortSignal,
) => Promise<StructuredAnswer<Value>>;
