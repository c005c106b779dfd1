// One objective over time: counts its events, says when its budget burns, keeps the finding until it is clean, and judges what a write did to it.
import type { SignalFinding } from '../../../model/finding.ts';
import type { History, Sample } from '../../../model/signal.ts';
import type { DeclaredSlo } from '../../../model/slo.ts';
import { sameRef } from '../../../model/target.ts';
import type { Recovery } from '../anomaly-agent-port.ts';
import { cyclesToClose, type Windows } from '../settings.ts';
import { createBudgetRing } from './budget-ring.ts';
import { type Burn, burnOf, burnRate } from './burn.ts';
import { type BurnOnset, burnOnset } from './burn-onset.ts';
import { eventsOf } from './slo-events.ts';
import type { SloLife } from './slo-finding.ts';

/** Windows of verification without a burning budget that mean recovered. */
const windowsNeeded = 3;
/** A slow burn may be this many times its rate before a write and still be the same. */
const mostBefore = 1.25;

export interface SloWatch {
  readonly slo: DeclaredSlo;
  /** Ratios and traffic of the past; a latency has no past, since nobody kept its buckets. */
  fill(histories: readonly History[]): void;
  /** Counts a sample once. Returns why it cannot be counted, or null. */
  feed(sample: Sample): string | null;
  /** Whether anything was counted in the last six hours. */
  hasData(nowMs: number): boolean;
  burn(nowMs: number): Burn | null;
  /** Moves the life of the finding by one cycle; null when there is none. */
  move(burn: Burn | null, nowMs: number): SloLife | null;
  /** Takes a finding over after a start. */
  adopt(finding: SignalFinding): void;
  isOpen(): boolean;
  notes(nowMs: number): readonly string[];
  /** Share of bad events by the minute, of the last two hours. */
  chart(): [number, number][];
  recovered(sinceMs: number, nowMs: number): Recovery;
}

export function createSloWatch(slo: DeclaredSlo, minuteMs: number, windows: Windows): SloWatch {
  const ring = createBudgetRing(minuteMs);
  const allowed = 1 - slo.objective;
  let fedMs: number | null = null;
  /** Since when samples are counted as they come: a past that was read late ends there. */
  let liveFromMs = Number.POSITIVE_INFINITY;
  let life: SloLife | null = null;
  let cleanSinceMs: number | null = null;
  /** What the newest alarm asked for: the short window that must be clean. */
  let last: Pick<Burn, 'factor' | 'shortMs' | 'longMs' | 'isPage'> = {
    factor: 1,
    shortMs: 5 * minuteMs,
    longMs: 60 * minuteMs,
    isPage: true,
  };
  let countNote: string | null = null;

  return {
    slo,
    fill(histories) {
      if (slo.signal !== 'sli.err') return;
      const own = histories.filter((one) => one.key.pod === undefined && sameRef(one.key.of, slo.of));
      const traffic = own.filter((one) => one.key.signal === 'sli.rps').flatMap((one) => one.points);
      const rates = new Map(traffic.map(({ atMs, value }) => [atMs, value]));
      for (const { key, stepMs, points } of own) {
        if (key.signal !== 'sli.err') continue;
        for (const { atMs, value } of points) {
          const rate = rates.get(atMs);
          if (rate === undefined || atMs > liveFromMs) continue;
          const total = (rate * stepMs) / 1000;
          ring.add(atMs - stepMs, atMs, value * total, total);
          fedMs = Math.max(fedMs ?? atMs, atMs);
        }
      }
    },
    feed(sample) {
      if (fedMs !== null && sample.atMs <= fedMs) return null;
      const events = eventsOf(slo, sample);
      if ('uncountable' in events) return events.uncountable;
      // A sample tells of its rate window; of a longer silence nothing is known, of a shorter step only its part is new.
      const spanMs = Math.min(windows.rateMs, fedMs === null ? windows.cycleMs : sample.atMs - fedMs);
      liveFromMs = Math.min(liveFromMs, sample.atMs - spanMs);
      const part = spanMs / windows.rateMs;
      ring.add(sample.atMs - spanMs, sample.atMs, events.bad * part, events.total * part);
      fedMs = sample.atMs;
      countNote = events.note ?? null;
      return null;
    },
    hasData: (nowMs) => ring.sum(360 * minuteMs, nowMs).total > 0,
    burn: (nowMs) => burnOf(ring, slo.objective, nowMs, minuteMs),
    move(burn, nowMs) {
      if (burn !== null) {
        // A page on top of a slow burn is another harm, with a beginning of its own.
        const isWorse = burn.isPage && !last.isPage;
        last = burn;
        cleanSinceMs = null;
        life = { ...(life === null || isWorse ? bornNow(burn, nowMs) : life), lastSeenMs: nowMs };
        return life;
      }
      if (life === null) return null;
      const rate = burnRate(ring.sum(last.shortMs, nowMs), allowed);
      const isForgotten = !(ring.sum(last.longMs, nowMs).total > 0);
      // Without requests nothing is clean: it stays open until the long window has forgotten, too.
      cleanSinceMs = rate < last.factor ? (cleanSinceMs ?? nowMs) : null;
      const isClean = cleanSinceMs !== null && nowMs - cleanSinceMs >= cyclesToClose * windows.cycleMs;
      if (isClean || isForgotten) life = null;
      return life;
    },
    adopt(finding) {
      const { firstSeenMs, onsetMs, lastSeenMs } = finding;
      life ??= { firstSeenMs, onsetMs, onsetRangeMs: finding.onsetRangeMs ?? [onsetMs, onsetMs], lastSeenMs };
      if (finding.burn !== undefined)
        last = {
          factor: finding.floor / allowed,
          shortMs: finding.burn.shortMs,
          longMs: finding.burn.longMs,
          isPage: finding.severity === 'critical',
        };
    },
    isOpen: () => life !== null,
    notes(nowMs) {
      const seenMs = nowMs - (ring.sinceMs ?? nowMs);
      const isShort = seenMs < last.longMs;
      return [
        ...(countNote === null ? [] : [countNote]),
        ...(isShort ? [`counted for ${Math.round((100 * seenMs) / last.longMs)} % of the long window only`] : []),
      ];
    },
    chart: () => ring.shares(120).map(([atMs, share]) => [atMs, Number(share.toPrecision(6))]),
    recovered(sinceMs, nowMs) {
      const spanMs = nowMs - sinceMs - windows.rateMs;
      if (!(spanMs > 0)) return { word: 'undecided', sentence: `${slo.name} has no requests after the write yet` };
      const counted = ring.sum(spanMs, nowMs);
      const rate = burnRate(counted, allowed);
      if (Number.isNaN(rate)) return { word: 'undecided', sentence: `no requests since the write tell ${slo.name}` };
      const told = `${slo.name} burns its budget ${Number(rate.toPrecision(3))} times too fast since the write`;
      const isWatched = spanMs >= windowsNeeded * windows.verifyMs;
      // What has gone slowly for days is not the fault that was written about: it must merely be no worse.
      if (!last.isPage && isWatched && rate > 1 && rate <= mostBefore * rateBefore(sinceMs, nowMs))
        return { word: 'recovered', sentence: `${slo.name} goes as slowly as before the write` };
      if (last.isPage && spanMs >= windows.settleMs && rate >= last.factor)
        return { word: 'not fixed', sentence: told };
      if (!isWatched || rate > 1) return { word: 'undecided', sentence: told };
      return { word: 'recovered', sentence: `${slo.name} keeps its objective since the write` };
    },
  };

  function bornNow(burn: Burn, nowMs: number): SloLife {
    const { atMs, rangeMs } = onsetOf(burn, nowMs);
    return { firstSeenMs: nowMs, onsetMs: atMs, onsetRangeMs: rangeMs, lastSeenMs: nowMs };
  }

  /** When the share rose; where no rise is seen, as long as it has been too high, and no longer than the alarm looks back. */
  function onsetOf(burn: Burn, nowMs: number): BurnOnset {
    // A page of one hour is dated as other findings are, over two; beyond six hours the ring knows quarters only.
    const lookBackMs = burn.isPage ? Math.min(2 * burn.longMs, 360 * minuteMs) : burn.longMs;
    const found = burnOnset(ring.cells(lookBackMs, nowMs), burn.factor * allowed);
    if (found !== null) return found;
    const atMs = Math.max(ring.stretchAbove(allowed, nowMs) ?? nowMs, nowMs - burn.longMs);
    return { atMs, rangeMs: [atMs - minuteMs, atMs + minuteMs] };
  }

  /** Burn rate of the hours before a write, six with those since. */
  function rateBefore(sinceMs: number, nowMs: number): number {
    const longMs = Math.min(360 * minuteMs, nowMs - sinceMs + 300 * minuteMs);
    const all = ring.sum(longMs, nowMs);
    const since = ring.sum(nowMs - sinceMs, nowMs);
    return burnRate({ bad: all.bad - since.bad, total: all.total - since.total }, allowed);
  }
}
