// One answer of a model out of what the wire brings: a whole completion or the chunks of a stream; reasoning is kept apart wherever it was put. Pure.
import { z } from 'zod';

export type Completion = {
  /** What was said; empty when the model spoke only in a reasoning field or in a tool call. */
  readonly content: string;
  /** Arguments of the one tool that was called, as JSON text. */
  readonly toolArguments?: string;
  /** For the record; never acted on. */
  readonly reasoning?: string;
  /** True when the model came to its own end, false when it was cut off. */
  readonly finished: boolean;
  readonly servedModel?: string;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
};

export const modelId = z.string().regex(/^[\w.:/@+-]{1,200}$/);
export const count = z.number().int().min(0).max(10_000_000);

const words = z.string().nullish().catch(undefined);
const toolCalls = z
  .array(
    z.object({
      index: z.number().int().nullish(),
      function: z.object({ name: words, arguments: words }).nullish(),
    }),
  )
  .max(64)
  .nullish()
  .catch(undefined);
const said = { content: z.string().nullish(), reasoning_content: words, reasoning: words, tool_calls: toolCalls };
const usage = z.object({ prompt_tokens: count, completion_tokens: count }).nullish().catch(undefined);
const served = modelId.optional().catch(undefined);

const whole = z.object({
  model: served,
  choices: z.array(z.object({ finish_reason: z.string().nullish(), message: z.object(said) })).min(1),
  usage,
});
const chunk = z.object({
  model: served,
  choices: z
    .array(z.object({ finish_reason: z.string().nullish(), delta: z.object(said).nullish() }))
    .nullish()
    .transform((choices) => choices ?? []),
  usage,
});

/** Null when the reply is no completion. `clean` takes the key out of every text. */
export function completionOf(reply: unknown, clean: (text: string) => string): Completion | null {
  const parsed = whole.safeParse(reply).data;
  const choice = parsed?.choices[0];
  if (parsed === undefined || choice === undefined) return null;
  const fold = startFold();
  add(fold, choice.message);
  fold.finish = choice.finish_reason ?? null;
  fold.model = parsed.model;
  fold.usage = parsed.usage ?? undefined;
  return folded(fold, clean);
}

/** Takes chunks in their order; `end` is null for a stream that brought nothing, or that broke off before its end. */
export function streamFold(clean: (text: string) => string): {
  /** False when the chunk has another shape. */
  take(reply: unknown): boolean;
  end(): Completion | null;
} {
  const fold = startFold();
  let chunks = 0;
  return {
    take(reply) {
      const parsed = chunk.safeParse(reply).data;
      if (parsed === undefined) return false;
      chunks += 1;
      const [choice] = parsed.choices;
      if (choice?.delta !== undefined && choice.delta !== null) add(fold, choice.delta);
      fold.finish = choice?.finish_reason ?? fold.finish;
      fold.model ??= parsed.model;
      fold.usage = parsed.usage ?? fold.usage;
      return true;
    },
    end: () => (chunks === 0 || fold.finish === null ? null : folded(fold, clean)),
  };
}

type Said = z.infer<z.ZodObject<typeof said>>;
type Fold = {
  content: string;
  reasoning: string;
  /** Of the first tool call; a second one is not asked for and not read. */
  arguments: string | null;
  finish: string | null;
  model: string | undefined;
  usage: { readonly prompt_tokens: number; readonly completion_tokens: number } | undefined;
};

function startFold(): Fold {
  return { content: '', reasoning: '', arguments: null, finish: null, model: undefined, usage: undefined };
}

function add(fold: Fold, one: Said): void {
  fold.content += one.content ?? '';
  // Some servers send the same reasoning under both names.
  fold.reasoning += one.reasoning_content ?? one.reasoning ?? '';
  for (const call of one.tool_calls ?? []) {
    if ((call.index ?? 0) !== 0) continue;
    fold.arguments = (fold.arguments ?? '') + (call.function?.arguments ?? '');
  }
}

function folded(fold: Fold, clean: (text: string) => string): Completion {
  const model = fold.model === undefined ? undefined : clean(fold.model);
  return {
    content: clean(fold.content),
    ...(fold.arguments === null ? {} : { toolArguments: clean(fold.arguments) }),
    ...(fold.reasoning === '' ? {} : { reasoning: clean(fold.reasoning) }),
    finished: fold.finish === 'stop' || fold.finish === 'tool_calls',
    ...(model === undefined ? {} : { servedModel: model }),
    ...(fold.usage === undefined
      ? {}
      : { promptTokens: fold.usage.prompt_tokens, completionTokens: fold.usage.completion_tokens }),
  };
}
