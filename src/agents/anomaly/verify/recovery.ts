// Is it fixed? Three consecutive windows must lie surely within what matters of the level from before the incident.
import { seriesId } from '../../../model/signal.ts';
import type { Recovery } from '../anomaly-agent-port.ts';
import { hasTraffic } from '../gate.ts';
import { median } from '../kernels/order-statistics.ts';
import type { SeriesTable } from '../series-table.ts';
import { type SeriesState, usualAt } from '../series-state.ts';
import { leastSamples, leastTraffic, notFixedSurprise, surgeFactor, type Windows } from '../settings.ts';
import { shownBand, shownSpan, shownValue } from '../sentence/wording.ts';
import { isWithin, type Level } from '../window/window-test.ts';

const windowsNeeded = 3;
/** Cycles in a row that must still look bad. */
const badCycles = 3;

/** What beside the window test knows of findings. */
type Others = {
  /** Whether a fact still holds. */
  readonly holds: (id: string) => boolean;
  /** The word of the lane whose finding this is; null when it is none's. */
  readonly ofLane: (id: string, sinceMs: number) => Judged | null;
  /** The least time after a write for a verdict on this finding. */
  readonly observationMs: (id: string) => number;
  /** What is told beside a series that recovered: untouched neighbours that did so too. */
  readonly beside: (state: SeriesState, sinceMs: number) => string;
};

type Judged = { readonly word: Recovery['word']; readonly sentence: string };

/** detection.md 16. */
export function recoveredSince(
  ids: readonly string[],
  sinceMs: number,
  table: SeriesTable,
  others: Others,
  windows: Windows,
): Recovery {
  const judged = [...new Set(ids)].toSorted().map((id) => judge(id, sinceMs, table, others, windows));
  const words = new Set(judged.map((one) => one.word));
  const word = words.has('not fixed')
    ? 'not fixed'
    : words.size === 1 && words.has('recovered')
      ? 'recovered'
      : 'undecided';
  const sentences = judged.filter((one) => one.word === word && one.sentence !== '').map((one) => one.sentence);
  return { word, sentence: sentences.length === 0 ? 'no signal to judge by' : sentences.join('; ') };
}

function judge(id: string, sinceMs: number, table: SeriesTable, others: Others, windows: Windows): Judged {
  if (id.startsWith('fact:')) {
    if (!others.holds(id)) return { word: 'recovered', sentence: `${id.slice(5)} no longer holds` };
    const isLate = table.nowMs - sinceMs >= windows.settleMs;
    return { word: isLate ? 'not fixed' : 'undecided', sentence: `${id.slice(5)} still holds` };
  }
  const own = others.ofLane(id, sinceMs);
  if (own !== null) return own;
  if (isOfLane(id)) return judgeLane(id, sinceMs, table, others, windows);
  const state = table.get(id.replace(/^signal:/, ''));
  if (state === undefined) return { word: 'undecided', sentence: `${id} is not measured` };
  return judgeSeries(state, id, sinceMs, table, others, windows);
}

/** Ids of series have no colon before the `@`, those of lanes begin with a word of their own. */
function isOfLane(id: string): boolean {
  return /^[a-z]+:/.test(id) && !id.startsWith('signal:');
}

/** A finding of a lane is judged by whether the lane still holds it, and then by the series behind it. */
function judgeLane(id: string, sinceMs: number, table: SeriesTable, others: Others, windows: Windows): Judged {
  const name = id.slice(id.indexOf(':') + 1);
  const watchedMs = table.nowMs - sinceMs;
  if (others.holds(id))
    return { word: watchedMs >= windows.settleMs ? 'not fixed' : 'undecided', sentence: `${name} still deviates` };
  const leastMs = others.observationMs(id);
  if (watchedMs < leastMs)
    return { word: 'undecided', sentence: `${name} has been watched for less than ${shownSpan(leastMs)}` };
  const state = table.get(name);
  const alone: Judged = { word: 'recovered', sentence: `${name} no longer deviates` };
  if (state === undefined || usualAt(state, table.nowMs) === null) return alone;
  return judgeSeries(state, id, sinceMs, table, others, windows);
}

function judgeSeries(
  state: SeriesState,
  id: string,
  sinceMs: number,
  table: SeriesTable,
  others: Others,
  windows: Windows,
): Judged {
  const level = usualAt(state, table.nowMs);
  const title = state.traits.title;
  if (level === null) return { word: 'undecided', sentence: `what is usual for ${title} is not known` };
  const surge = surgeOf(state, table, windows);
  if (isUser(state) && surge !== null && surge < leastTraffic && state.traits.family !== 'traffic')
    return {
      word: 'undecided',
      sentence: `traffic is ${Math.round(surge * 100)} % of the usual, ${title} says nothing`,
    };
  const side = sideOf(state, level);
  if (state.traits.family === 'traffic' && side === 'up')
    return { word: 'recovered', sentence: `${title} above the usual is no fault` };
  const reference = explained(state, level, surge);
  if (reference === level && isStillBad(state, sinceMs, table.nowMs, windows))
    return {
      word: 'not fixed',
      sentence: `${telling(state, level)}, ${shownSpan(table.nowMs - sinceMs)} after the write`,
    };
  if (!hasTraffic(state, windows)) return { word: 'undecided', sentence: `too few requests to tell ${title}` };
  const medians = windowMedians(state, sinceMs, table.nowMs, windows);
  if (medians === null)
    return {
      word: 'undecided',
      sentence: `${title} has been watched for less than ${shownSpan(windowsNeeded * windows.verifyMs)}`,
    };
  const sides: ('up' | 'down')[] = state.traits.direction === 'both' ? ['up', 'down'] : [side];
  const isGood = medians.every((x) =>
    sides.every((one) => isWithin(x, reference, one, state.traits, state.cpuRequest)),
  );
  if (!isGood) return { word: 'undecided', sentence: telling(state, level) };
  const leastMs = others.observationMs(id);
  if (table.nowMs - sinceMs < leastMs)
    return {
      word: 'undecided',
      sentence: `${telling(state, level)}; it is to be watched for ${shownSpan(leastMs)}`,
    };
  return { word: 'recovered', sentence: `${telling(state, level)}${others.beside(state, sinceMs)}` };
}

/** Medians of the three newest windows, oldest first; null while they do not all lie after the write or have gaps. */
function windowMedians(state: SeriesState, sinceMs: number, nowMs: number, windows: Windows): number[] | null {
  const medians: number[] = [];
  for (let back = windowsNeeded; back >= 1; back -= 1) {
    const fromMs = nowMs - back * windows.verifyMs;
    const values = state.live.between(fromMs, fromMs + windows.verifyMs);
    if (fromMs < sinceMs || values.length < leastSamples) return null;
    medians.push(median(values));
  }
  return medians;
}

/** Still L ≥ 2 on the bad side in the newest cycles, once the write has had time to settle. */
function isStillBad(state: SeriesState, sinceMs: number, nowMs: number, windows: Windows): boolean {
  if (nowMs - sinceMs < windows.settleMs) return false;
  const last = state.results.slice(-badCycles);
  return (
    last.length === badCycles &&
    last.every((one) => one !== null && one.test.isBad && one.test.surprise >= notFixedSurprise)
  );
}

function sideOf(state: SeriesState, level: Level): 'up' | 'down' {
  if (state.open !== null) return state.open.side;
  if (state.traits.direction !== 'both') return state.traits.direction;
  return (state.live.value ?? level.location) >= level.location ? 'up' : 'down';
}

function isUser(state: SeriesState): boolean {
  const { family } = state.traits;
  return family === 'errors' || family === 'latency' || family === 'traffic' || state.traits.follows === 'traffic';
}

/** Traffic of the workload now, as a share of the usual; null when either is not known. */
function surgeOf(state: SeriesState, table: SeriesTable, windows: Windows): number | null {
  const traffic = table.get(seriesId({ signal: 'sli.rps', of: state.key.of }));
  const usual = traffic === undefined ? null : usualAt(traffic, table.nowMs);
  const now = traffic?.live.between(table.nowMs - windows.verifyMs, table.nowMs) ?? [];
  return usual === null || usual.location <= 0 || now.length < leastSamples ? null : median(now) / usual.location;
}

/** Load that follows traffic is compared with the usual load times the surge. */
function explained(state: SeriesState, level: Level, surge: number | null): Level {
  if (state.traits.follows !== 'traffic' || surge === null || surge < surgeFactor) return level;
  return { ...level, location: level.location * surge, spread: level.spread * surge };
}

function telling(state: SeriesState, level: Level): string {
  const { title, suffix = '', unit } = state.traits;
  const now = state.live.value;
  const value = now === null ? '' : ` ${shownValue(now, unit)}${suffix}`;
  return `${title}${value}, usual ${shownBand(level.low, level.location, level.high, unit)}`;
}
