// The newest value of every series in one flat column by slot, over memory that worker threads can share.

export type WireColumns = {
  /** By slot; NaN where the cycle has no sample. Replaced when it grows. */
  values(): Float64Array;
  /** The answer in which a slot was seen last; replaced when it grows. */
  seenIn(): Uint32Array;
  /** Room for this slot. */
  reserve(slot: number): void;
  /** A new cycle: no slot has a sample. */
  clear(): void;
  /** A number that no answer had before. */
  nextAnswer(): number;
  /** The last of those numbers; 0 before the first. */
  newestAnswer(): number;
  /** Takes back what an answer that was refused half way has written. */
  takeBack(answer: number): void;
};

export function createWireColumns(slots: number): WireColumns {
  let values = shared(slots).fill(Number.NaN);
  let seenIn = new Uint32Array(slots);
  let answers = 0;
  return {
    values: () => values,
    seenIn: () => seenIn,
    reserve(slot) {
      if (slot < values.length) return;
      const room = Math.max(slot + 1, 2 * values.length);
      const wider = shared(room).fill(Number.NaN, values.length);
      wider.set(values);
      values = wider;
      const seenWider = new Uint32Array(room);
      seenWider.set(seenIn);
      seenIn = seenWider;
    },
    clear: () => void values.fill(Number.NaN),
    nextAnswer() {
      answers += 1;
      // After 4 billion answers the numbers start again.
      if (answers > 0xffff_ffff) {
        seenIn.fill(0);
        answers = 1;
      }
      return answers;
    },
    newestAnswer: () => answers,
    takeBack(answer) {
      for (let slot = 0; slot < seenIn.length; slot += 1) if (seenIn[slot] === answer) values[slot] = Number.NaN;
    },
  };
}

function shared(slots: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(Math.max(1, slots) * Float64Array.BYTES_PER_ELEMENT));
}
