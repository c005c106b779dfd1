// The lookup that diagnosis and evidence use: newest values, usual levels and peaks of the series that the agent knows.
import { seriesId, type SignalBook, type Usual } from '../../model/signal.ts';
import type { SeriesTable } from './series-table.ts';
import { usualAt } from './series-state.ts';
import type { Windows } from './settings.ts';

/** A live view: it shows what the table holds when it is asked. Values older than 2.5 cycles are not known. */
export function createBook(table: SeriesTable, windows: Windows): SignalBook {
  return {
    get atMs() {
      return table.nowMs;
    },
    value(signal, of) {
      const state = table.get(seriesId({ signal, of }));
      const newest = state?.live.newestMs ?? null;
      return newest === null || table.nowMs - newest > 2.5 * windows.cycleMs ? null : (state?.live.value ?? null);
    },
    byPod: (signal, of) => table.pods(seriesId({ signal, of })),
    usual(signal, of): Usual | null {
      const state = table.get(seriesId({ signal, of }));
      const level = state === undefined ? null : usualAt(state, table.nowMs);
      if (level === null) return null;
      const { location: median, low, high, spread, windows: count, days } = level;
      return { median, low, high, spread, windows: count, days };
    },
    recent: (signal, of) => table.get(seriesId({ signal, of }))?.live.all() ?? [],
    peak(signal, of) {
      const state = table.get(seriesId({ signal, of }));
      if (state === undefined) return null;
      const live = state.live.all().reduce<number | null>((high, one) => Math.max(high ?? one.value, one.value), null);
      const past = state.marks.peak();
      return live === null ? past : past === null ? live : Math.max(live, past);
    },
  };
}
