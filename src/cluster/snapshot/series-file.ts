// One series as CSV: the unit in the header line, then `timestamp,value` and a weight where the value has a denominator.

export type SeriesPoint = { readonly atMs: number; readonly value: number; readonly weight?: number };
export type SeriesFile = {
  /** '' when the file does not say. */
  readonly unit: string;
  /** Oldest first. */
  readonly points: readonly SeriesPoint[];
  /** Lines that are no point. */
  readonly unreadable: number;
};

export function seriesText(unit: string, points: readonly SeriesPoint[]): string {
  const weighted = points.some((one) => one.weight !== undefined);
  const lines = points.map(
    ({ atMs, value, weight }) => `${new Date(atMs).toISOString()},${value}${weighted ? `,${weight ?? ''}` : ''}`,
  );
  return [`# unit: ${unit}`, `timestamp,value${weighted ? ',weight' : ''}`, ...lines, ''].join('\n');
}

/** Times are ISO 8601, or seconds or milliseconds since 1970. A value that is no finite number is not known, so it is left out. */
export function readSeries(text: string): SeriesFile {
  let unit = '';
  let unreadable = 0;
  const points: SeriesPoint[] = [];
  for (const line of text.split(/\r?\n/)) {
    const header = /^#\s*unit:\s*(\S+)/.exec(line);
    if (header !== null) unit = header[1] ?? '';
    if (line.trim() === '' || line.startsWith('#') || line.startsWith('timestamp')) continue;
    const [time = '', value = '', weight = ''] = line.split(',').map((cell) => cell.trim());
    const atMs = timeOf(time);
    const read = numberOf(value);
    const denominator = numberOf(weight);
    if (atMs === null || read === null) unreadable += 1;
    else points.push({ atMs, value: read, ...(denominator === null ? {} : { weight: denominator }) });
  }
  return { unit, points: points.toSorted((left, right) => left.atMs - right.atMs), unreadable };
}

const firstMsOfNumbers = 100_000_000_000;

function timeOf(text: string): number | null {
  const number = numberOf(text);
  if (number !== null) return number < firstMsOfNumbers ? number * 1_000 : number;
  const at = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

function numberOf(text: string): number | null {
  const number = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : null;
}
