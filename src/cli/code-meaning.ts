// What the codes of the product mean: guardian rules, causes, actions and exit codes, out of the lists that the product itself runs on.
import { actions } from '../actions/actions.ts';
import { rules } from '../agents/guardian/rules.ts';
import { causes } from '../diagnosis/causes.ts';
import { exitMeanings } from '../model/exit-meanings.ts';

export type Meaning = {
  readonly subject: 'rule' | 'cause' | 'action' | 'exit code';
  readonly code: string;
  readonly meaning: string;
  /** Lines that say how it comes about, how it is verified, or how to change it. */
  readonly change: readonly string[];
};

/** Takes `G08`, `WL-001`, `oom_killed`, `scale` or `exit-3`, in any case; null when it is none of them. */
export function meaningOf(text: string): Meaning | null {
  const wanted = text.trim().toLowerCase();
  return all().find((one) => namesOf(one).includes(wanted)) ?? null;
}

/** The code that is spelled most like it. */
export function nearestCode(text: string): string {
  const wanted = text.trim().toLowerCase().slice(0, 60);
  const [nearest] = all()
    .flatMap((one) => namesOf(one).map((name) => ({ code: one.code, away: distance(wanted, name) })))
    .toSorted((left, right) => left.away - right.away || (left.code < right.code ? -1 : 1));
  return nearest?.code ?? 'G01';
}

function all(): readonly Meaning[] {
  return [
    ...rules.map((one): Meaning => ({
      subject: 'rule',
      code: one.id,
      meaning: one.about,
      change: ['         It judges every action; its word on one is shown by: advisor show ID --section rulings'],
    })),
    ...causes.map((one): Meaning => ({
      subject: 'cause',
      code: one.code,
      meaning: `${capital(one.title)} (${one.cause}).`,
      change: [
        `         A repair of it is verified by ${one.verify.join(', ')}${one.metricOnly ? ', for 15 min at least since only metrics show it' : ''}.`,
      ],
    })),
    ...actions.map((one): Meaning => ({
      subject: 'action',
      code: one.name,
      meaning: `${capital(one.title)}; on ${one.targetKinds.join(', ')}.`,
      change: [
        `         Watched while it is verified: ${one.guards.join(', ')}.`,
        `         Rights: ${one.rbac.map((right) => `${right.verb} ${right.resource}`).join(', ')}.`,
      ],
    })),
    ...exitMeanings.map(([value, meaning]): Meaning => ({
      subject: 'exit code',
      code: `exit-${value}`,
      meaning: `${capital(meaning)}.`,
      change: [],
    })),
  ];
}

function namesOf(one: Meaning): readonly string[] {
  const cause = causes.find(({ code }) => code === one.code)?.cause;
  return [one.code.toLowerCase(), ...(cause === undefined ? [] : [cause])];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Levenshtein's distance. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (const [at, letter] of Array.from(left).entries()) {
    const next = [at + 1];
    for (let column = 1; column <= right.length; column += 1) {
      const swap = (row[column - 1] ?? 0) + (letter === right[column - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
