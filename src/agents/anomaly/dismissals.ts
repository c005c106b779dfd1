// Deviations from the last hour that the same hour of other days explains: each stretch of them is told once, with its numbers.
import type { Dismissal } from '../../model/finding.ts';
import { median } from './kernels/order-statistics.ts';
import { markMs } from './past/marks.ts';
import type { CycleResult, Episode, SeriesState } from './series-state.ts';
import { blipEffects, cyclesToOpen, openSurprise, type Windows } from './settings.ts';
import { minimumEffect } from '../../model/signal-traits.ts';
import { sixDigits } from './signal-findings.ts';
import { shownBand, shownSpan, shownValue } from './sentence/wording.ts';

/** Fewer values than this say nothing about the last hour. */
const leastLive = 10;
const leastMarks = 3;
const quietToEnd = 5;

/** Moves the stretch of one series by one cycle; a dismissal when there is one to tell now. */
export function moveEpisode(state: SeriesState, nowMs: number, windows: Windows): Dismissal | null {
  const result = state.tested;
  const value = state.window.at(-1)?.value;
  if (state.open !== null) {
    state.episode = null;
    return null;
  }
  if (value === undefined || result === null) return null;
  const lastHour = state.episode?.furthest.lastHour ?? levelOfLastHour(state, nowMs, windows);
  if (lastHour === null) return null;
  const effects = effectsFrom(state, value, lastHour);
  if (effects < 1) return settle(state, nowMs);
  const episode = state.episode ?? begin(state, value, lastHour, effects, result, nowMs);
  episode.cycles += 1;
  episode.quietCycles = 0;
  if (effects > episode.furthest.effects) episode.furthest = { value, lastHour, effects, result };
  if (episode.told || episode.cycles < cyclesToOpen || !isUsual(result)) return null;
  episode.told = true;
  return dismissalOf(state, { value: result.test.x, lastHour, result }, 'usual for this hour');
}

function begin(
  state: SeriesState,
  value: number,
  lastHour: number,
  effects: number,
  result: CycleResult,
  nowMs: number,
): Episode {
  const made: Episode = {
    startedMs: nowMs,
    cycles: 0,
    quietCycles: 0,
    furthest: { value, lastHour, effects, result },
    told: false,
  };
  state.episode = made;
  return made;
}

/** The stretch is over: what was far out and never became significant is told now, small ripples are not. */
function settle(state: SeriesState, nowMs: number): Dismissal | null {
  const { episode } = state;
  if (episode === null) return null;
  episode.quietCycles += 1;
  if (episode.quietCycles < quietToEnd) return null;
  state.episode = null;
  const { effects, value, lastHour, result } = episode.furthest;
  if (episode.told || effects < blipEffects || result === null) return null;
  const lasted = shownSpan(Math.max(0, nowMs - episode.startedMs));
  return dismissalOf(state, { value, lastHour, result }, `over within ${lasted}`);
}

/** In minimum effects, on the bad side only. */
function effectsFrom(state: SeriesState, value: number, lastHour: number): number {
  const side = value >= lastHour ? 'up' : 'down';
  if (state.traits.direction !== 'both' && state.traits.direction !== side) return 0;
  return Math.abs(value - lastHour) / minimumEffect(state.traits, lastHour, side, state.cpuRequest);
}

/** Values of other days reach as far, or the test finds nothing at all. */
function isUsual({ test, level }: NonNullable<CycleResult>): boolean {
  const isInside = test.side === 'up' ? test.x <= level.high + test.minimum : test.x >= level.low - test.minimum;
  return test.surprise < openSurprise && (isInside || test.surprise < 1);
}

/** Median of the last hour without the five newest cycles: live samples, else what was learned. */
function levelOfLastHour(state: SeriesState, nowMs: number, windows: Windows): number | null {
  const untilMs = nowMs - 5 * windows.cycleMs;
  const { lastHour } = state;
  if (lastHour !== null && nowMs - lastHour.atMs < 5 * windows.cycleMs) return lastHour.level;
  const live = state.live.between(nowMs - windows.hourMs, untilMs);
  if (live.length >= leastLive) {
    state.lastHour = { atMs: nowMs, level: median(live) };
    return state.lastHour.level;
  }
  const learned: number[] = [];
  for (let slot = Math.ceil((nowMs - 3_600_000) / markMs); slot * markMs <= untilMs; slot += 1) {
    const value = state.marks.at(slot);
    if (!Number.isNaN(value)) learned.push(value);
  }
  return learned.length >= leastMarks ? median(learned) : null;
}

function dismissalOf(
  state: SeriesState,
  { value, lastHour, result }: { value: number; lastHour: number; result: NonNullable<CycleResult> },
  why: string,
): Dismissal {
  const { title, suffix = '', unit } = state.traits;
  const { level, test, q } = result;
  const ratio = lastHour > 0 && value > lastHour ? ` ${Number((value / lastHour).toPrecision(2))}×` : '';
  const band = shownBand(level.low, level.location, level.high, unit);
  return {
    series: state.id,
    of: state.key.of,
    signal: state.key.signal,
    value,
    lastHour,
    usual: [level.low, level.high],
    p: sixDigits(test.p),
    q: sixDigits(q),
    sentence: `${title}${ratio === '' ? '' : ratio}, ${shownValue(value, unit)}${suffix}, ${why} (${band}; q ${Number(q.toPrecision(2))})`,
  };
}
