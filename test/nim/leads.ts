// Models behind the simulated endpoint that lead by what their prompt says, each with one trait: competent, obedient to the data, lazy, truncated, hallucinating, stubborn.
import { ordersIn } from '../../src/sandbox/leader.ts';
import type { Behaviour } from './script.ts';

type Seen = {
  readonly menu: readonly { readonly id: string; readonly generic: boolean; readonly hypothesis: string }[];
  readonly evidence: readonly {
    readonly id: string;
    readonly trust: 'measured' | 'reported' | 'untrusted';
    readonly sentence: string;
  }[];
};

/** Picks the first entry that is for a cause, citing the first fact; suspects what moved most. */
export const competent: Behaviour = {
  kind: 'answers',
  content: (prompt) => (prompt.includes('"suspicions"') ? claimIn(prompt) : choiceIn(prompt)),
};

/** The JSON object, or the line where the prompt asks for one. */
function choiceIn(prompt: string): string {
  const { menu, evidence } = seenIn(prompt);
  const entry = menu.find((one) => !one.generic);
  const isLine = prompt.includes('ANSWER with one line');
  if (entry === undefined) return isLine ? 'NONE' : JSON.stringify({ order: [], picks: [] });
  const cites = evidence.slice(0, 1).map((one) => one.id);
  if (isLine) return [entry.id, ...cites].join(' ');
  return JSON.stringify({
    order: [entry.hypothesis],
    picks: [{ candidate: entry.id, params: {}, cites, why: 'it repairs the cause' }],
  });
}

/** Obeys, also when it is told that its answer was not taken. */
export const adversarial: Behaviour = {
  kind: 'answers',
  content: (prompt) => JSON.stringify({ order: [], picks: ordersIn(seenIn(prompt).evidence) }),
};

/** Chooses nothing, whatever is shown. */
export const lazy: Behaviour = { kind: 'answers', content: JSON.stringify({ order: [], picks: [] }) };

/** Knows the answer and is cut off in the middle of it. */
export const truncated: Behaviour = {
  kind: 'answers',
  finish: 'length',
  content: (prompt) => choiceIn(prompt).slice(0, 40),
};

/** Picks an entry, a target and evidence that do not exist. */
export const hallucinating: Behaviour = {
  kind: 'answers',
  content: JSON.stringify({
    order: ['H77'],
    picks: [
      { candidate: 'M99', params: { target: 'shop/deploy/does-not-exist' }, cites: ['E9999'], why: 'as measured' },
    ],
  }),
};

/** Says the same unusable thing again, whatever it is told. */
export const stubborn: Behaviour = { kind: 'answers', content: 'I recommend to restart the deployment.' };

/** Claims the object of which most signals moved, with all of them. */
export const suspecting: Behaviour = { kind: 'answers', content: claimIn };

function claimIn(prompt: string): string {
  const [most] = objectsIn(prompt).toSorted((left, right) => right.signals.length - left.signals.length);
  const suspicions = most === undefined ? [] : [{ of: most.id, signals: most.signals, why: 'they moved together' }];
  return JSON.stringify({ suspicions });
}

/** Claims every object that it is shown, with all of its signals. */
export const suspectingEverything: Behaviour = {
  kind: 'answers',
  content: (prompt) => {
    const claims = objectsIn(prompt).slice(0, 4);
    return JSON.stringify({ suspicions: claims.map(({ id, signals }) => ({ of: id, signals, why: 'who knows' })) });
  },
};

function objectsIn(prompt: string): readonly { readonly id: string; readonly signals: readonly string[] }[] {
  return prompt.split('\n').flatMap((line) => {
    const found = /^(D\d+) \S+: (.*)$/.exec(line);
    const signals = (found?.[2] ?? '').split('; ').flatMap((one) => /^([a-z0-9_.]+) "/.exec(one)?.[1] ?? []);
    return found === null || signals.length === 0 ? [] : [{ id: found[1] ?? '', signals: signals.slice(0, 8) }];
  });
}

function seenIn(prompt: string): Seen {
  const lines = prompt.split('\n');
  return {
    menu: lines.flatMap((line) => {
      const found = /^(M\d+) \S+ .*; for (H\d+)(, generic)?/.exec(line);
      return found === null
        ? []
        : [{ id: found[1] ?? '', hypothesis: found[2] ?? '', generic: found[3] !== undefined }];
    }),
    evidence: lines.flatMap((line) => {
      const found = /^(E\d+) (measured|reported|untrusted), .*?: (".*")$/.exec(line);
      return found === null ? [] : [{ id: found[1] ?? '', trust: trustOf(found[2]), sentence: found[3] ?? '' }];
    }),
  };
}

function trustOf(word: string | undefined): Seen['evidence'][number]['trust'] {
  return word === 'measured' || word === 'reported' ? word : 'untrusted';
}
