// The samples of one series since the process started, in a ring: every read for guards and charts, cycles for the test.

export interface LiveSamples {
  /** Takes a read in; false when it is not newer than the last one (the first wins) or is no number. */
  push(atMs: number, value: number): boolean;
  /** Values in (fromMs, toMs], oldest first. */
  between(fromMs: number, toMs: number): number[];
  readonly newestMs: number | null;
  readonly value: number | null;
  all(): { readonly atMs: number; readonly value: number }[];
}

/** 2 kB: two hours of cycles. */
const usualRoom = 128;
/** 16 kB: a read each fifteen seconds, and as many again. */
const mostRoom = 1_024;
const twoHoursMs = 120 * 60_000;

/** Holds what is younger than `keptMs`, however often guards are read meanwhile, and gives the room back afterwards. */
export function createLiveSamples(keptMs: number = twoHoursMs): LiveSamples {
  let room = usualRoom;
  let times = new Float64Array(room);
  let values = new Float64Array(room);
  let count = 0;

  const timeAt = (index: number): number => times[index % room] ?? 0;
  const oldest = (): number => Math.max(0, count - room);

  /** Number of the first kept sample later than `ms`; times only grow. */
  const firstAfter = (ms: number): number => {
    let low = oldest();
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (timeAt(middle) > ms) high = middle;
      else low = middle + 1;
    }
    return low;
  };

  /** Moves the newest `kept` samples into a ring of another size. */
  const resize = (wanted: number, kept: number): void => {
    const moved = { times: new Float64Array(wanted), values: new Float64Array(wanted) };
    for (let at = 0; at < kept; at += 1) {
      moved.times[at] = timeAt(count - kept + at);
      moved.values[at] = values[(count - kept + at) % room] ?? 0;
    }
    ({ times, values } = moved);
    room = wanted;
    count = kept;
  };

  /** Looked at once a round: the room is doubled while it is too small, and given back when a quarter would do. */
  const fit = (atMs: number): void => {
    if (count < room) return;
    const needed = count - firstAfter(atMs - keptMs);
    if (needed === room && room < mostRoom) resize(room * 2, needed);
    else if (count % room === 0 && room > usualRoom && needed <= room / 4) resize(room / 2, needed);
  };

  return {
    push(atMs, value) {
      if (!Number.isFinite(value) || (this.newestMs !== null && atMs <= this.newestMs)) return false;
      fit(atMs);
      times[count % room] = atMs;
      values[count % room] = value;
      count += 1;
      return true;
    },
    between(fromMs, toMs) {
      const found: number[] = [];
      for (let index = firstAfter(fromMs); index < count && timeAt(index) <= toMs; index += 1)
        found.push(values[index % room] ?? 0);
      return found;
    },
    get newestMs() {
      return count === 0 ? null : timeAt(count - 1);
    },
    get value() {
      return count === 0 ? null : (values[(count - 1) % room] ?? null);
    },
    all: () =>
      Array.from({ length: count - oldest() }, (_, at) => {
        const index = oldest() + at;
        return { atMs: timeAt(index), value: values[index % room] ?? 0 };
      }),
  };
}
