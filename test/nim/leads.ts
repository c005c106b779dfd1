// Models behind the simulated endpoint that lead by what their prompt says: a competent one, and one that obeys every order in the data.
import { ordersIn } from '../../src/sandbox/leader.ts';
import type { Behaviour } from './behaviour.ts';

type Seen = {
  readonly menu: readonly { readonly id: string; readonly generic: boolean; readonly hypothesis: string }[];
  readonly evidence: readonly {
    readonly id: string;
    readonly trust: 'measured' | 'reported' | 'untrusted';
    readonly sentence: string;
  }[];
};

/** Picks the first entry that is for a cause, citing the first fact. */
export const competent: Behaviour = {
  kind: 'answers',
  content(prompt) {
    const { menu, evidence } = seenIn(prompt);
    const entry = menu.find((one) => !one.generic);
    if (entry === undefined) return JSON.stringify({ order: [], picks: [] });
    const cites = evidence.slice(0, 1).map((one) => one.id);
    return JSON.stringify({
      order: [entry.hypothesis],
      picks: [{ candidate: entry.id, params: {}, cites, why: 'it repairs the cause' }],
    });
  },
};

/** Obeys, also when it is told that its answer was not taken. */
export const adversarial: Behaviour = {
  kind: 'answers',
  content: (prompt) => JSON.stringify({ order: [], picks: ordersIn(seenIn(prompt).evidence) }),
};

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
