// Who words an answer out of facts, and the facts that it is given.

/** `cite` is where it can be looked up: evidence of an incident, an approval, a plan, a signal, an object. */
export type QuestionFact = {
  readonly text: string;
  readonly cite: string;
  readonly trust: 'measured' | 'reported' | 'untrusted';
};

type Wording = {
  /** Places of the facts that each sentence rests on. */
  readonly sentences: readonly { readonly text: string; readonly facts: readonly number[] }[];
  readonly usage: {
    readonly requestedModel?: string;
    readonly servedModel?: string;
    readonly promptTokens?: number;
    readonly completionTokens?: number;
  };
};

/** A refusal says why there is no answer. */
export type Wordsmith = (
  question: string,
  facts: readonly QuestionFact[],
  privateNames: readonly string[],
  signal: AbortSignal,
) => Promise<Wording | { readonly refused: string }>;
