// The whole sentence of a finding: value, since when, what is normal, by how much, how sure, which replicas, after which change.
import type { SignalFinding } from '../../../model/finding.ts';
import type { SignalTraits } from '../../../model/signal-traits.ts';
import { subjectOf } from './signal-subject.ts';
import { shownAmount, shownChange, shownProbability, shownRange, shownSpan } from './wording.ts';

/** What the numbers of a finding were compared with, beside what it carries itself. */
export type Compared = {
  readonly traits: SignalTraits;
  /** Days behind the windows; null when the windows are no days. */
  readonly days: number | null;
  readonly dayType: 'workdays' | 'weekends' | null;
};

/**
 * detection.md 15: numbers with units, at most three significant digits, never a score, never a probability of tier one.
 * Burn rates and trends tell themselves in their own sentence.
 */
export function wholeSentence(finding: SignalFinding, compared: Compared): string {
  const parts = [
    `${subjectOf(finding, compared.traits)}${since(finding)}`,
    normal(finding, compared),
    `${difference(finding, compared)}; ${rank(finding)}; q ${shownProbability(finding.test.q)}`,
    [replicas(finding), change(finding)].filter((one) => one !== '').join('; '),
  ];
  const [first = '', second = '', ...rest] = parts.filter((one) => one !== '');
  return `${[`${first}; ${second}`, ...rest].join('. ')}.`;
}

/** " since 14:03 UTC (±2 min)". */
function since({ onsetMs, onsetRangeMs }: SignalFinding): string {
  const at = `${new Date(onsetMs).toISOString().slice(11, 16)} UTC`;
  if (onsetRangeMs === undefined) return ` since ${at}`;
  const error = Math.max(onsetMs - onsetRangeMs[0], onsetRangeMs[1] - onsetMs);
  return error < 30_000 ? ` since ${at}` : ` since ${at} (±${shownSpan(error)})`;
}

function normal(finding: SignalFinding, { traits, days, dayType }: Compared): string {
  const [low, high] = finding.band;
  const range = shownRange(low, high, traits.unit);
  const { windows } = finding.test;
  if (finding.level === 'pod')
    return `beside its ${finding.replicas?.of === 2 ? 'sibling' : 'siblings'} normal is ${range} (${windows} windows of its own past)`;
  const hour = days === null ? 'in the last day' : `for this hour${dayType === null ? '' : ` on ${dayType}`}`;
  const from = days === null ? `${windows} windows` : `${windows} windows of ${days} days`;
  return `normal ${hour} is ${range} (${from})`;
}

function difference({ value, baseline, floor }: SignalFinding, { traits }: Compared): string {
  const times = floor > 0 ? Math.abs(value - baseline) / floor : Number.NaN;
  const by = shownChange(value - baseline, traits.unit);
  // Of things that are counted one by one, a half is a floor that one of them passes.
  if (traits.unit === 'count' && floor < 1) return `${by}, where 1 matters`;
  if (!Number.isFinite(times)) return by;
  const shown = Number(times.toPrecision(times < 10 ? 2 : 3));
  const amount = `the ${shownAmount(floor, traits.unit)} that ${isOne(floor, traits) ? 'matters' : 'matter'} here`;
  return `${shown === 1 ? `${by}, ${amount}` : `${by}, ${shown} times ${amount}`}${wordOn(floor, traits)}`;
}

/** " (its annotation)" where the floor that held is not the catalogue's. */
function wordOn(floor: number, { floor: { absolute, from } }: SignalTraits): string {
  const word = floor <= absolute ? from?.absolute : from?.relative;
  return word === undefined ? '' : ` (${word})`;
}

/** "50 ms that matters" reads as one amount; points and things are many. */
function isOne(floor: number, { unit }: SignalTraits): boolean {
  const amount = shownAmount(floor, unit);
  return unit === 'count' ? amount === '1' : unit !== 'ratio' || amount === '1 point';
}

function rank({ test }: SignalFinding): string {
  return test.exceeded >= test.windows ? `outside all ${test.windows}` : `outside ${test.exceeded} of ${test.windows}`;
}

function replicas({ replicas: group }: SignalFinding): string {
  if (group === undefined || group.verdict === 'they differ') return '';
  const shared = group.shared === undefined ? '' : `, all on ${group.shared}`;
  return group.verdict === 'all'
    ? `${group.of} of ${group.of} pods`
    : `${group.odd.length} of ${group.of} pods${shared}`;
}

function change({ change: made, onsetMs }: SignalFinding): string {
  if (made === undefined) return '';
  const after = onsetMs - made.atMs;
  const what = `${made.what === 'rollout' ? 'rollout' : 'change of'} ${made.name}`;
  return after < 30_000 ? `began with ${what}` : `began ${shownSpan(after)} after ${what}`;
}
