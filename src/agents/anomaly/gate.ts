// Whether a series can be tested in this cycle, and if not, why; what cannot be tested is not known, never fine.
import type { SeriesState } from './series-state.ts';
import { type Expected, expectedAt } from './past/expected-level.ts';
import type { Marks } from './past/marks.ts';
import { leastSamples, type Windows } from './settings.ts';

export type Gate =
  | { readonly open: true; readonly expected: Expected }
  | { readonly open: false; readonly why: 'gap' | 'warm-up' | 'too little traffic' | 'nothing learned' };

/** What the workload's requests say about the load of the moment. */
type Requests = { readonly marks: Marks; readonly now: number } | null;

/** detection.md 4. `sampleMs` is when this cycle's sample was taken, null when there is none. */
export function gateOf(
  state: SeriesState,
  sampleMs: number | null,
  nowMs: number,
  windows: Windows,
  requests: Requests,
): Gate {
  if (sampleMs === null || nowMs - sampleMs > 2.5 * windows.cycleMs) return { open: false, why: 'gap' };
  if (state.window.length < leastSamples) return { open: false, why: 'warm-up' };
  if (!hasTraffic(state, windows)) return { open: false, why: 'too little traffic' };
  const expected = expectedAt(state, nowMs, requests);
  return expected === null ? { open: false, why: 'nothing learned' } : { open: true, expected };
}

/** A p99 of few requests is one of them. Rate windows overlap, so each sample counts the requests since the one before. */
export function hasTraffic(state: SeriesState, windows: Windows): boolean {
  const { leastRequests } = state.traits;
  if (leastRequests === undefined) return true;
  const share = Math.min(1, windows.cycleMs / windows.rateMs);
  const requests = state.window.reduce((sum, one) => sum + (one.weight ?? 0) * share, 0);
  return requests * (5 / state.window.length) >= leastRequests;
}
