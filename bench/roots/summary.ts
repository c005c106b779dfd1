// Accuracy of the two orders, and of the weighed one with each of its terms left out.
import { byWeight } from '../../src/orchestrator/root-order.ts';
import type { RootCandidate } from '../../src/model/roots.ts';
import { keyOf } from '../../src/model/target.ts';
import type { RootRun } from './run.ts';

export type Figures = {
  readonly runs: number;
  /** Share of runs in which the product's own root is the one that was hurt. */
  readonly chosen: number;
  readonly weighed: number;
  readonly plain: number;
  /** Runs with signals of two workloads or more, where the orders have something to order. */
  readonly contested: number;
  readonly weighedContested: number;
  readonly plainContested: number;
  readonly withoutFacts: number;
  readonly withoutTopology: number;
  readonly withoutChange: number;
  readonly withoutTime: number;
};

type Without = 'facts' | 'topology' | 'change' | 'time';

const terms: readonly Without[] = ['facts', 'topology', 'change', 'time'];

export function figuresOf(runs: readonly RootRun[]): Figures {
  const share = (of: readonly RootRun[], isRight: (run: RootRun) => boolean): number =>
    of.length === 0 ? 0 : Number((of.filter(isRight).length / of.length).toFixed(3));
  const contested = runs.filter((run) => (run.roots?.weighed.length ?? 0) >= 2);
  const without = (term: Without): number => share(runs, (run) => first(run, term) === run.expected);
  return {
    runs: runs.length,
    chosen: share(runs, (run) => run.chosen === run.expected),
    weighed: share(runs, (run) => first(run) === run.expected),
    plain: share(runs, (run) => firstPlain(run) === run.expected),
    contested: contested.length,
    weighedContested: share(contested, (run) => first(run) === run.expected),
    plainContested: share(contested, (run) => firstPlain(run) === run.expected),
    withoutFacts: without('facts'),
    withoutTopology: without('topology'),
    withoutChange: without('change'),
    withoutTime: without('time'),
  };
}

/** Says of each term whether it earns its place: left out, the order is worse. */
export function verdictsOf(figures: Figures): string[] {
  const accuracy = {
    facts: figures.withoutFacts,
    topology: figures.withoutTopology,
    change: figures.withoutChange,
    time: figures.withoutTime,
  };
  return [
    `root first: weighed ${figures.weighed}, plain ${figures.plain} over ${figures.runs} runs; where several workloads are out (${figures.contested}): ${figures.weighedContested} and ${figures.plainContested}`,
    ...terms.map((term) =>
      accuracy[term] < figures.weighed
        ? `${term}: earns its place, ${accuracy[term]} without it`
        : `${term}: adds nothing here, ${accuracy[term]} without it`,
    ),
  ];
}

export function headingOf(): string {
  return `${'fault'.padEnd(20)} seed  expected                        weighed  plain  chosen  candidates`;
}

export function rowOf(run: RootRun): string {
  const place = (keys: readonly string[]): string => {
    const at = keys.indexOf(run.expected);
    return at < 0 ? '-' : String(at + 1);
  };
  const weighed = run.roots?.weighed.map((one) => keyOf(one.of)) ?? [];
  const plain = run.roots?.plain.map(keyOf) ?? [];
  return [
    run.fault.padEnd(20),
    String(run.seed).padEnd(4),
    run.expected.padEnd(31),
    place(weighed).padEnd(7),
    place(plain).padEnd(5),
    (run.chosen === run.expected ? 'right' : 'wrong').padEnd(6),
    String(weighed.length),
  ].join('  ');
}

function first(run: RootRun, without?: Without): string | null {
  const [head] = (run.roots?.weighed ?? [])
    .map((one) => lessened(one, without))
    .toSorted((left, right) => byWeight(left, right) || (keyOf(left.of) < keyOf(right.of) ? -1 : 1));
  return head === undefined ? null : keyOf(head.of);
}

function firstPlain({ roots }: RootRun): string | null {
  const [head] = roots?.plain ?? [];
  return head === undefined ? null : keyOf(head);
}

function lessened(one: RootCandidate, without: Without | undefined): RootCandidate {
  if (without === undefined) return one;
  if (without === 'facts') return { ...one, gate: null };
  const changed = { ...one, [without]: 1 };
  return { ...changed, score: Math.log1p(one.base ?? 0) * changed.topology * changed.change * changed.time };
}
