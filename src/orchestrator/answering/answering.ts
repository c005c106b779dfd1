// Answers a question about the cluster out of recorded and read facts: worded by a model when one leads and keeps to them, else as the facts themselves. Never acts.
import type { AskAnswer } from '../../model/api.ts';
import { factsFor, type QuestionSight } from './question-facts.ts';
import type { QuestionFact, Wordsmith } from './wordsmith.ts';

const mostSentences = 8;

export async function answerTo(
  request: { readonly question: string; readonly incident?: string },
  sight: QuestionSight,
  wordsmith: { readonly word: Wordsmith; readonly privateNames: readonly string[] } | null,
  signal: AbortSignal,
): Promise<AskAnswer> {
  const facts = await factsFor(request.question, request.incident, sight, signal);
  if (facts.length === 0)
    return {
      sentences: [
        { text: 'Nothing is known about that: no incident is open, and no workload has that name.', cites: [] },
      ],
      tokens: 0,
      served: null,
      note: null,
    };
  if (wordsmith === null) return plainly(facts, 'no model leads; these are the facts');
  const worded = await wordsmith.word(request.question, facts, wordsmith.privateNames, signal);
  if ('refused' in worded) return plainly(facts, worded.refused);
  const { usage } = worded;
  return {
    sentences: worded.sentences.map((one) => ({
      text: one.text,
      cites: [...new Set(one.facts.flatMap((at) => facts[at]?.cite ?? []))],
    })),
    tokens: (usage.promptTokens ?? 0) + (usage.completionTokens ?? 0),
    served: usage.servedModel ?? usage.requestedModel ?? null,
    note: null,
  };
}

function plainly(facts: readonly QuestionFact[], note: string): AskAnswer {
  const shown = facts.slice(0, mostSentences).map(({ text, cite, trust }) => ({
    text: trust === 'untrusted' ? `${text} (untrusted: anybody may have written it)` : text,
    cites: [cite],
  }));
  return { sentences: shown, tokens: 0, served: null, note };
}
