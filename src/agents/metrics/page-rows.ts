// Adds up what one page of the text format tells of each measure over the labels that the measure does not tell apart.
import { labelIn, readExposition } from './exposition-reader.ts';
import { isMatch, labelNames, type Measure, type RowLabel } from './measure.ts';
import { labelsThrough, type RowLabels } from './metrics-source.ts';

/** Where a page was read: what a pod says of itself is about that pod, whatever names it writes. */
export type Page = {
  readonly from: Measure['from'];
  readonly node: string;
  readonly pod?: { readonly namespace: string; readonly name: string };
};

type Rows = Map<string, { labels: RowLabels; value: number }>;

/** Calls `take` once per row; counters are as they stand, shares are of equal labels. */
export function collect(
  text: string,
  page: Page,
  measures: readonly Measure[],
  take: (measure: Measure, labels: RowLabels, value: number) => void,
): void {
  const readers = new Map<string, ((raw: string, value: number) => void)[]>();
  const finish: (() => void)[] = [];
  const listen = (metric: string, hear: (raw: string, value: number) => void): void => {
    readers.set(metric, [...(readers.get(metric) ?? []), hear]);
  };
  for (const measure of measures) {
    const rows: Rows = new Map();
    const plan = new Map(measure.by.map((label): [RowLabel, readonly string[]] => [label, labelNames(measure, label)]));
    const add = (raw: string, value: number): void => addRow(rows, measure, labelsOn(page, measure, plan, raw), value);
    const hears =
      (use: (raw: string, value: number) => void) =>
      (raw: string, value: number): void => {
        if (isMatch(measure.where ?? [], (name) => labelIn(raw, name))) use(raw, value);
      };
    if (measure.over === undefined) {
      listen(measure.metric, hears(add));
      if (measure.plus !== undefined) listen(measure.plus, hears(add));
    } else shares(measure, measure.over, (metric, use) => listen(metric, hears(use)), add, finish);
    finish.push(() => {
      for (const { labels, value } of rows.values()) take(measure, labels, value);
    });
  }
  readExposition(text, new Set(readers.keys()), (name, raw, value) => {
    for (const hear of readers.get(name) ?? []) hear(raw, value);
  });
  for (const end of finish) end();
}

/** A row by all labels that a measure may keep apart. */
export function keyOf(labels: RowLabels): string {
  return `${labels.namespace}\n${labels.pod}\n${labels.container}\n${labels.node}\n${labels.code}\n${labels.le}\n${labels.claim}`;
}

/** Part and whole have the same labels, in the same order on one page. */
function shares(
  measure: Measure,
  over: string,
  listen: (metric: string, use: (raw: string, value: number) => void) => void,
  add: (raw: string, value: number) => void,
  finish: (() => void)[],
): void {
  const parts = new Map<string, number>();
  const wholes = new Map<string, number>();
  listen(measure.metric, (raw, value) => void parts.set(raw, value));
  listen(over, (raw, value) => void wholes.set(raw, value));
  finish.push(() => {
    for (const [raw, part] of parts) {
      const whole = wholes.get(raw) ?? 0;
      if (whole > 0) add(raw, measure.isFree === true ? 1 - part / whole : part / whole);
    }
  });
}

function addRow(rows: Rows, measure: Measure, labels: RowLabels, value: number): void {
  const key = keyOf(labels);
  const before = rows.get(key);
  if (before === undefined) rows.set(key, { labels, value });
  else before.value = measure.aggregate === 'sum' ? before.value + value : Math.max(before.value, value);
}

function labelsOn(
  page: Page,
  measure: Measure,
  plan: ReadonlyMap<RowLabel, readonly string[]>,
  raw: string,
): RowLabels {
  const labels = labelsThrough(plan, (name) => labelIn(raw, name));
  return {
    ...labels,
    ...(page.pod === undefined ? {} : { namespace: page.pod.namespace, pod: page.pod.name }),
    node: measure.by.includes('node') ? page.node : '',
  };
}
