// Bad events and all events of one objective over the last three days: by the minute for six hours, by the quarter of an hour before.

export type Counted = { readonly bad: number; readonly total: number };

export interface BudgetRing {
  /** Spreads events evenly over (fromMs, toMs]; what is older than three days, or no number, is left out. */
  add(fromMs: number, toMs: number, bad: number, total: number): void;
  /** Events of the last `windowMs`, to the minute up to six hours and to the quarter of an hour beyond. */
  sum(windowMs: number, nowMs: number): Counted;
  /** Since when events are counted; null when none ever were. */
  readonly sinceMs: number | null;
  readonly newestMs: number | null;
  /** What `sum` adds up, oldest first; cells that nothing was counted in have no events. */
  cells(windowMs: number, nowMs: number): readonly (Counted & { readonly fromMs: number; readonly toMs: number })[];
  /** Share of bad events by the minute, the newest ones with events, oldest first; times are the ends of the minutes. */
  shares(most: number): [number, number][];
  /** Start of the unbroken stretch up to now in which each minute has a share of bad events above `share`; breaks of five minutes are bridged. */
  stretchAbove(share: number, nowMs: number): number | null;
}

const minuteCells = 361;
const quarterCells = 289;
const minutesPerQuarter = 15;
const bridgedCells = 5;

type Cells = {
  readonly cellMs: number;
  readonly count: number;
  readonly bad: Float32Array;
  readonly total: Float32Array;
  newest: number;
};

/** `minuteMs` is a minute of the pace. About 5 kB. */
export function createBudgetRing(minuteMs: number): BudgetRing {
  const minutes = cellsOf(minuteMs, minuteCells);
  const quarters = cellsOf(minuteMs * minutesPerQuarter, quarterCells);
  let sinceMs: number | null = null;
  let newestMs: number | null = null;
  const cellsFor = (windowMs: number): Cells => (windowMs <= (minuteCells - 1) * minuteMs ? minutes : quarters);
  return {
    add(fromMs, toMs, bad, total) {
      if (!(total > 0) || !(bad >= 0) || !Number.isFinite(total) || !(toMs > fromMs)) return;
      for (const cells of [minutes, quarters]) spread(cells, fromMs, toMs, Math.min(bad, total), total);
      sinceMs = Math.min(sinceMs ?? fromMs, fromMs);
      newestMs = Math.max(newestMs ?? toMs, toMs);
    },
    sum(windowMs, nowMs) {
      const cells = cellsFor(windowMs);
      let bad = 0;
      let total = 0;
      for (const cell of within(cells, windowMs, nowMs)) {
        bad += cells.bad[cell % cells.count] ?? 0;
        total += cells.total[cell % cells.count] ?? 0;
      }
      return { bad, total };
    },
    cells(windowMs, nowMs) {
      const cells = cellsFor(windowMs);
      return within(cells, windowMs, nowMs).map((cell) => ({
        fromMs: cell * cells.cellMs,
        toMs: (cell + 1) * cells.cellMs,
        bad: cells.bad[cell % cells.count] ?? 0,
        total: cells.total[cell % cells.count] ?? 0,
      }));
    },
    get sinceMs() {
      return sinceMs;
    },
    get newestMs() {
      return newestMs;
    },
    shares(most) {
      const found: [number, number][] = [];
      for (let cell = Math.max(0, minutes.newest - most + 1); cell <= minutes.newest; cell += 1) {
        const total = minutes.total[cell % minuteCells] ?? 0;
        if (isKept(minutes, cell) && total > 0)
          found.push([(cell + 1) * minuteMs, (minutes.bad[cell % minuteCells] ?? 0) / total]);
      }
      return found;
    },
    stretchAbove(share, nowMs) {
      let start: number | null = null;
      let missed = 0;
      for (let cell = cellAt(minutes, nowMs); isKept(minutes, cell) || cell > minutes.newest; cell -= 1) {
        const total = isKept(minutes, cell) ? (minutes.total[cell % minuteCells] ?? 0) : 0;
        const isAbove = total > 0 && (minutes.bad[cell % minuteCells] ?? 0) / total > share;
        missed = isAbove ? 0 : missed + 1;
        if (isAbove) start = cell * minuteMs;
        if (missed > bridgedCells) break;
      }
      return start;
    },
  };
}

/** Cells that are kept, of the newest `windowMs`. */
function within(cells: Cells, windowMs: number, nowMs: number): number[] {
  const last = cellAt(cells, nowMs);
  const first = last - Math.max(1, Math.round(windowMs / cells.cellMs)) + 1;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index).filter((cell) => isKept(cells, cell));
}

function cellsOf(cellMs: number, count: number): Cells {
  return { cellMs, count, bad: new Float32Array(count), total: new Float32Array(count), newest: -1 };
}

/** The cell that holds a moment; a boundary belongs to the cell that it ends. */
function cellAt(cells: Cells, atMs: number): number {
  return Math.max(0, Math.ceil(atMs / cells.cellMs) - 1);
}

function isKept(cells: Cells, cell: number): boolean {
  return cell >= 0 && cell <= cells.newest && cell > cells.newest - cells.count;
}

function spread(cells: Cells, fromMs: number, toMs: number, bad: number, total: number): void {
  const last = cellAt(cells, toMs);
  const first = Math.max(cellAt(cells, fromMs + 1e-6), Math.max(last, cells.newest) - cells.count + 1);
  for (let cell = first; cell <= last; cell += 1) {
    const startMs = Math.max(fromMs, cell * cells.cellMs);
    const endMs = Math.min(toMs, (cell + 1) * cells.cellMs);
    const part = (endMs - startMs) / (toMs - fromMs);
    if (!(part > 0)) continue;
    advance(cells, cell);
    const place = cell % cells.count;
    cells.bad[place] = (cells.bad[place] ?? 0) + bad * part;
    cells.total[place] = (cells.total[place] ?? 0) + total * part;
  }
}

/** Cells that the ring comes around to are empty, not those of three days ago. */
function advance(cells: Cells, cell: number): void {
  for (let next = Math.max(cells.newest + 1, cell - cells.count + 1); next <= cell; next += 1) {
    cells.bad[next % cells.count] = 0;
    cells.total[next % cells.count] = 0;
  }
  cells.newest = Math.max(cells.newest, cell);
}
