// The question for suspicions: the digest of a cycle within a budget, and a look at the answer that lets through only signals that the digest shows.
import { z } from 'zod';
import { signalId } from '../../model/signal.ts';
import type { Suspicion } from '../../model/suspicion.ts';
import { shownRef } from '../../model/target.ts';
import type { Digest } from '../suspicion/digest.ts';
import { createPseudonyms } from './pseudonyms.ts';
import type { StructuredQuestion } from './question.ts';
import { quotable } from './quote.ts';
import { fencedPrompt } from './fenced-prompt.ts';

const systemText = `You look at a Kubernetes cluster in which no detector has raised anything. You are shown signals that moved a little, each too little to matter alone, with who calls whom and what was changed. Where several of them may have one cause, claim it: each claim is tested by statistics over all of its signals, and only what is significant becomes a finding. Claims that do not hold make you be asked less often. To claim nothing is a good answer.`;

const schemaText = `ANSWER with one JSON object and nothing else, in this shape:
{"suspicions":[{"of":"D1","signals":["sli.latency","cpu.usage"],"why":"one sentence"}]}
suspicions: 0 to 4; of: the id of one object; signals: 2 to 8 signals that are shown of that object; why: at most 200 characters.`;

const longest = { name: 120, sentence: 200, why: 300 } as const;
const mostClaims = 4;

type Answer = {
  readonly suspicions: readonly { readonly of: string; readonly signals: readonly string[]; readonly why: string }[];
};

const answer: z.ZodType<Answer> = z.strictObject({
  suspicions: z
    .array(
      z.strictObject({
        of: z.string().min(1).max(300),
        signals: z.array(z.string().max(100)).min(1).max(20),
        why: z.string().max(2_000).default(''),
      }),
    )
    .max(20),
});

export function suspicionQuestion(digest: Digest, secret: string): StructuredQuestion<Answer> {
  const names = createPseudonyms({ secret, incident: `digest ${digest.nowMs}` }, digest.privateNames);
  const quote = (text: string, most: number): string => quotable(text, most, (shown) => names.hide(shown));
  const objects = objectsOf(digest);
  return {
    purpose: 'suspicion',
    incident: null,
    schema: answer,
    messages(frame) {
      const idOf = (shown: string): string => `D${[...objects.keys()].indexOf(shown) + 1}`;
      const lines = [
        ...[...objects].map(
          ([shown, signals], at) =>
            `D${at + 1} ${quote(shown, longest.name)}: ${[...signals].map(([signal, { sentence, effects }]) => `${signal} ${JSON.stringify(quote(sentence, longest.sentence))} (${effects} of what matters)`).join('; ')}`,
        ),
        ...digest.calls.map(({ caller, callee }) => `${idOf(caller)} calls ${idOf(callee)}`),
        ...digest.changes.map(({ of, minutesAgo }) => `${idOf(of)} was rolled out ${minutesAgo} min ago`),
      ];
      return fencedPrompt(frame, {
        systemText,
        schemaText,
        heading: ['WHAT MOVED, furthest first'],
        lines,
        quote: (text) => quote(text, longest.why),
      });
    },
    validate({ suspicions }) {
      if (suspicions.length > mostClaims) return `at most ${mostClaims} suspicions may be raised`;
      for (const { of, signals } of suspicions) {
        const known = signalsAt(objects, of);
        if (known === undefined) return `there is no object of that id; there are D1 to D${objects.size}`;
        if (signals.some((signal) => !known.has(signal)))
          return `of ${of} may be claimed: ${[...known.keys()].join(', ')}`;
      }
      return null;
    },
  };
}

/** What a validated answer claims. */
export function suspicionsOf({ suspicions }: Answer, digest: Digest): readonly Suspicion[] {
  const objects = objectsOf(digest);
  return suspicions.flatMap(({ of, signals, why }): Suspicion[] => {
    const miss = [...(signalsAt(objects, of)?.values() ?? [])][0];
    const known = signals.flatMap((one) => signalId.safeParse(one).data ?? []);
    return miss === undefined ? [] : [{ of: miss.of, signals: known.slice(0, 8), why: quotable(why, longest.why) }];
  });
}

type Objects = ReadonlyMap<string, ReadonlyMap<string, Digest['misses'][number]>>;

function objectsOf({ misses }: Digest): Objects {
  const objects = new Map<string, Map<string, Digest['misses'][number]>>();
  for (const miss of misses) {
    const shown = shownRef(miss.of);
    const signals = objects.get(shown) ?? new Map<string, Digest['misses'][number]>();
    objects.set(shown, signals.set(miss.signal, miss));
  }
  return objects;
}

function signalsAt(objects: Objects, id: string): ReadonlyMap<string, Digest['misses'][number]> | undefined {
  const at = /^D([1-9]\d{0,3})$/.exec(id)?.[1];
  return at === undefined ? undefined : [...objects.values()][Number(at) - 1];
}
