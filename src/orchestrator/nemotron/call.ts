// Makes the record of one call to a model, and adds up the calls of one question; what an endpoint did not count is a guess and said to be one. Pure.
import { digestOf } from '../../model/json.ts';
import type { Usage } from '../reasoner.ts';
import type { Completion } from './completion.ts';
import type { Call, Spoken } from './question.ts';
import { secretsOut } from './quote.ts';

/** English with names and numbers has about so many bytes a token. */
const guessedBytesPerToken = 4;

export function tokensOf(
  said: Completion | null,
  promptBytes: number,
): Pick<Call, 'promptTokens' | 'completionTokens' | 'tokensEstimated'> {
  if (said === null) return { promptTokens: 0, completionTokens: 0, tokensEstimated: false };
  const guess = (bytes: number): number => Math.ceil(bytes / guessedBytesPerToken);
  const spoken = `${said.content}${said.toolArguments ?? ''}${said.reasoning ?? ''}`;
  return {
    promptTokens: said.promptTokens ?? guess(promptBytes),
    completionTokens: said.completionTokens ?? guess(Buffer.byteLength(spoken)),
    tokensEstimated: said.promptTokens === undefined || said.completionTokens === undefined,
  };
}

/** What was said, with whatever looks like a secret taken out: this is what may be stored. */
export function spokenOf(prompt: Spoken['prompt'], said: Completion | null): Spoken {
  if (said === null) return { prompt: redacted(prompt), answer: null, reasoning: null };
  const { content, toolArguments, reasoning } = said;
  return {
    prompt: redacted(prompt),
    answer: redacted({ content, ...(toolArguments === undefined ? {} : { arguments: toolArguments }) }),
    reasoning: reasoning === undefined ? null : redacted({ reasoning }),
  };
}

export function digestsOf(spoken: Spoken): Pick<Call, 'promptDigest' | 'answerDigest' | 'reasoningDigest'> {
  return {
    promptDigest: digestOf(spoken.prompt),
    ...(spoken.answer === null ? {} : { answerDigest: digestOf(spoken.answer) }),
    ...(spoken.reasoning === null ? {} : { reasoningDigest: digestOf(spoken.reasoning) }),
  };
}

export function usageOf(calls: readonly Call[], requestedModel: string, latencyMs: number): Usage {
  const servedModel = calls.findLast((one) => one.servedModel !== undefined)?.servedModel;
  const counted = calls.filter((one) => one.result !== 'unavailable');
  const sum = (of: (one: Call) => number): number => counted.reduce((total, one) => total + of(one), 0);
  return {
    requestedModel,
    ...(servedModel === undefined ? {} : { servedModel }),
    ...(counted.length === 0
      ? {}
      : { promptTokens: sum((one) => one.promptTokens), completionTokens: sum((one) => one.completionTokens) }),
    latencyMs,
  };
}

function redacted(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, secretsOut(text.slice(0, mostStored).toWellFormed())]),
  );
}

const mostStored = 64_000;
