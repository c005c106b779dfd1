// The question for an answer to a person: numbered facts within a budget, and a look that lets through only sentences that cite them and add no number and no name.
import { z } from 'zod';
import { unsupported } from '../../telling/claims.ts';
import type { QuestionFact } from '../answering/wordsmith.ts';
import { fencedPrompt } from './fenced-prompt.ts';
import { createPseudonyms } from './pseudonyms.ts';
import type { StructuredQuestion } from './question.ts';
import { quotable } from './quote.ts';

const systemText = `You answer a question of a platform engineer about a Kubernetes cluster, out of the facts that you are shown and nothing else. You change nothing and propose nothing that the facts do not name. Measured facts outweigh reported, reported outweigh untrusted. Where the facts do not answer the question, say so.`;

const schemaText = `ANSWER with one JSON object and nothing else, in this shape:
{"sentences":[{"text":"one plain sentence","facts":["F1","F3"]}]}
sentences: 1 to 6; each cites at least one fact; use no number, no name and no id that its facts do not hold.`;

const longest = { question: 500, fact: 320, sentence: 600 } as const;
const mostSentences = 6;

type Sentences = readonly { readonly text: string; readonly facts: readonly number[] }[];

export function answerQuestion(
  question: string,
  facts: readonly QuestionFact[],
  about: { readonly secret: string; readonly privateNames: readonly string[] },
): StructuredQuestion<Sentences> {
  const names = createPseudonyms({ secret: about.secret, incident: 'question' }, about.privateNames);
  const quote = (text: string, most: number): string => quotable(text, most, (shown) => names.hide(shown));
  const lines = facts.map((one, at) => `F${at + 1} ${one.trust}: ${JSON.stringify(quote(one.text, longest.fact))}`);
  const schema = z
    .strictObject({
      sentences: z
        .array(
          z.strictObject({ text: z.string().min(1).max(2_000), facts: z.array(z.string().max(10)).min(1).max(20) }),
        )
        .min(1)
        .max(20),
    })
    .transform(({ sentences }) =>
      sentences.map((one) => ({
        text: quotable(names.restore(one.text), longest.sentence),
        facts: one.facts.map((id) => Number(/^F([1-9]\d*)$/.exec(id)?.[1] ?? 0) - 1),
      })),
    );
  return {
    purpose: 'answer',
    incident: null,
    schema,
    messages: (frame) =>
      fencedPrompt(frame, {
        systemText,
        schemaText,
        heading: [`QUESTION ${JSON.stringify(quote(question, longest.question))}`, 'FACTS'],
        lines,
        quote: (text) => quote(text, longest.question),
      }),
    validate(sentences) {
      if (sentences.length > mostSentences) return `at most ${mostSentences} sentences`;
      for (const { text, facts: cited } of sentences) {
        const known = cited.flatMap((at) => facts[at] ?? []);
        if (known.length < cited.length) return `there are facts F1 to F${facts.length}`;
        const added = unsupported(text, `${question}\n${known.map((one) => `${one.text} ${one.cite}`).join('\n')}`);
        if (added.length > 0) return `a sentence names what its facts do not hold: ${added.slice(0, 3).join(', ')}`;
      }
      return null;
    },
  };
}
