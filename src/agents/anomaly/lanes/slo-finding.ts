// A burning budget as a finding: harm to users that was counted, with the numbers of both windows; of its cause it says nothing.
import type { SignalFinding } from '../../../model/finding.ts';
import type { DeclaredSlo } from '../../../model/slo.ts';
import { shownRef } from '../../../model/target.ts';
import { shownSpan } from '../sentence/wording.ts';
import type { Burn } from './burn.ts';

export type SloLife = {
  readonly firstSeenMs: number;
  readonly onsetMs: number;
  readonly onsetRangeMs: readonly [number, number];
  readonly lastSeenMs: number;
};

export type SloAbout = {
  readonly slo: DeclaredSlo;
  readonly burn: Burn;
  readonly life: SloLife;
  /** Windows of the pace are shown as the windows that they stand for. */
  readonly scale: number;
  /** False discovery rate over the objectives that had data, and how many they were. */
  readonly q: number;
  readonly m: number;
  readonly notes: readonly string[];
  readonly chart: readonly [number, number][];
};

export function sloFindingId(slo: DeclaredSlo): string {
  return `slo:${slo.name}@${slo.of.namespace}/${slo.of.kind}/${slo.of.name}`;
}

export function sloFinding({ slo, burn, life, scale, q, m, notes, chart }: SloAbout): SignalFinding {
  const allowed = round(1 - slo.objective);
  const value = burn.shortShare;
  return {
    kind: 'signal',
    id: sloFindingId(slo),
    of: slo.of,
    severity: burn.isPage ? 'critical' : 'warning',
    ...life,
    onsetRangeMs: [...life.onsetRangeMs],
    sentence: sentenceOf(slo, burn, scale),
    signal: slo.signal,
    unit: 'ratio',
    value: round(value),
    baseline: allowed,
    band: [0, allowed],
    floor: round(allowed * burn.factor),
    direction: 'up',
    test: {
      name: `burn rate ${digits(burn.factor)} over ${span(burn.longMs, scale)} and ${span(burn.shortMs, scale)}`,
      stat: round(burn.short),
      df: 0,
      p: round(burn.proof.p),
      q: round(q),
      windows: 2,
      exceeded: 2,
      family: 'objectives',
      m,
    },
    confidence: 'validated',
    level: 'impact',
    burn: {
      slo: slo.name,
      objective: slo.objective,
      longMs: burn.longMs,
      shortMs: burn.shortMs,
      long: round(burn.long),
      short: round(burn.short),
      bad: round(burn.counted.bad),
      total: round(burn.counted.total),
    },
    chart: [...chart],
    notes: [
      `objective ${percent(slo.objective)} over ${slo.days} days, declared in ${slo.from}`,
      `at least ${percent(burn.proof.lower)} are bad (95 % bound over ${span(burn.proof.windowMs, scale)}: ${count(burn.proof.bad)} of ${count(burn.proof.total)})`,
      ...(burn.loweredFrom === null
        ? []
        : [
            `${burn.loweredFrom} times can never be reached at ${percent(slo.objective)}: ${digits(burn.factor)} counts`,
          ]),
      ...notes,
      `closes when the last ${span(burn.shortMs, scale)} stay below ${digits(burn.factor)} times for 10 cycles`,
    ],
  };
}

/** "2.4 % of 12300 requests in 1 h are failed …". */
function sentenceOf(slo: DeclaredSlo, burn: Burn, scale: number): string {
  const { bad, total } = burn.counted;
  const { events, what } = wordsOf(slo);
  const spent = (burn.long * burn.longMs * scale) / (slo.days * 86_400_000);
  return (
    `${percent(bad / total)} of ${count(total)} ${events} ${shownRef(slo.of)} ${what} in ${span(burn.longMs, scale)}, ` +
    `${percent(1 - slo.objective)} may: the budget burns ${digits(burn.long)} times too fast ` +
    `(${digits(burn.short)} times in the last ${span(burn.shortMs, scale)}), ${percent(spent)} of ${slo.days} days' budget went. ` +
    'Harm is measured; its cause is not validated'
  );
}

/** What was counted, as it stands before the workload, and what the bad ones did. */
function wordsOf({ signal, thresholdS }: DeclaredSlo): { readonly events: string; readonly what: string } {
  if (thresholdS !== null) return { events: 'requests to', what: `took over ${seconds(thresholdS)}` };
  switch (signal) {
    case 'sli.err':
      return { events: 'requests to', what: 'failed' };
    case 'cpu.throttling':
      return { events: 'CPU periods of', what: 'were throttled' };
    case 'network.errors':
      return { events: 'packets of', what: 'had errors' };
    case 'network.drops':
      return { events: 'packets of', what: 'were dropped' };
    default:
      return { events: 'events of', what: 'were bad' };
  }
}

function span(ms: number, scale: number): string {
  const minutes = Math.round((ms * scale) / 60_000);
  return minutes >= 48 * 60
    ? `${digits(minutes / 1440)} d`
    : minutes >= 60
      ? `${digits(minutes / 60)} h`
      : shownSpan(minutes * 60_000);
}

function seconds(value: number): string {
  return value < 1 ? `${digits(value * 1000)} ms` : `${digits(value)} s`;
}

function percent(share: number): string {
  return `${digits(share * 100)} %`;
}

function count(value: number): string {
  return value >= 100 ? String(Math.round(value)) : digits(value);
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
