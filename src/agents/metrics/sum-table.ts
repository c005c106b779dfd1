// The sums of all owners side by side in one column of numbers that is used again in each cycle: a map of boxed numbers for each
// pod was most of what a cycle left to the collector.

/** What one owner's measures add up to, by what they give. */
export interface Sums {
  get(gives: string): number | undefined;
  set(gives: string, value: number): void;
}

export type SumTable = {
  /** Sums of one more owner, empty; good until the table is cleared. */
  next(): Sums;
  /** Takes all sums back. */
  clear(): void;
};

const firstRows = 64;
/** Columns are made in such steps; a wider row than needed costs nothing but its room. */
const columnStep = 16;

export function createSumTable(): SumTable {
  const columnOf = new Map<string, number>();
  let width = columnStep;
  let values = new Float64Array(firstRows * width).fill(Number.NaN);
  let rows = 0;

  const resize = (wantedRows: number, wantedWidth: number): void => {
    const larger = new Float64Array(wantedRows * wantedWidth).fill(Number.NaN);
    for (let row = 0; row < rows; row += 1)
      larger.set(values.subarray(row * width, (row + 1) * width), row * wantedWidth);
    values = larger;
    width = wantedWidth;
  };

  class Row implements Sums {
    readonly #row: number;
    constructor(row: number) {
      this.#row = row;
    }
    get(gives: string): number | undefined {
      const column = columnOf.get(gives);
      const value = column === undefined ? Number.NaN : values[this.#row * width + column]!;
      return Number.isNaN(value) ? undefined : value;
    }
    set(gives: string, value: number): void {
      let column = columnOf.get(gives);
      if (column === undefined) {
        column = columnOf.size;
        columnOf.set(gives, column);
        if (column >= width) resize(values.length / width, width + columnStep);
      }
      values[this.#row * width + column] = value;
    }
  }

  return {
    next() {
      if ((rows + 1) * width > values.length) resize(2 * (values.length / width), width);
      rows += 1;
      return new Row(rows - 1);
    },
    clear() {
      values.fill(Number.NaN, 0, rows * width);
      rows = 0;
      // Users may take signals away and add others for as long as the process runs.
      columnOf.clear();
    },
  };
}
