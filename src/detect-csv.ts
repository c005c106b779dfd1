// One series out of a file of `timestamp,value` rows: what cannot be read is named by file and line, and nothing is guessed.
import { exitCodes, Failure } from './model/failure.ts';

export type CsvRow = {
  /** Both as they stand in the file. */
  readonly timestamp: string;
  readonly text: string;
  readonly atMs: number;
  /** NaN for a value that is missing. */
  readonly value: number;
};

/** Values that stand for "not measured", among them what a division by zero writes. */
const missing = /^(|[+-]?nan|null|na|n\/a|[+-]?inf(inity)?)$/i;

/** No other base, no digits apart. */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** A cell and the comma before it; between quotes commas are text and two quotes are one (RFC 4180). */
const cell = /,\s*(?:"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*))/g;

/** Rows in the order of the file. Throws `Failure` for a file without the two columns and for a row that cannot be read. */
export function readSeriesCsv(text: string, file: string): CsvRow[] {
  const lines = text.split(/\r?\n/);
  const header = cellsOf((lines[0] ?? '').replace('\uFEFF', '')).map((name) => name.toLowerCase());
  const timestampAt = header.indexOf('timestamp');
  const valueAt = header.indexOf('value');
  if (timestampAt === -1 || valueAt === -1)
    throw unreadable(file, 1, `the first line is not a header with timestamp and value`);
  return lines.slice(1).flatMap((line, index) => {
    if (line.trim() === '') return [];
    const cells = cellsOf(line);
    return [rowOf(cells[timestampAt] ?? '', cells[valueAt], file, index + 2)];
  });
}

/** UTC milliseconds of `2026-01-05 14:02:00`, RFC 3339 or seconds or milliseconds since 1970; NaN for anything else. */
export function timeOf(text: string): number {
  if (/^\d{9,10}(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (/^\d{12,13}$/.test(text)) return Number(text);
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text);
  if (parts === null) return Number.NaN;
  const [, day = '', time = '00:00', zone = 'Z'] = parts;
  return isDay(day) ? Date.parse(`${day}T${time}${zone}`) : Number.NaN;
}

function rowOf(timestamp: string, text: string | undefined, file: string, line: number): CsvRow {
  const atMs = timeOf(timestamp);
  if (Number.isNaN(atMs)) throw unreadable(file, line, `"${timestamp}" is not a time`);
  if (text === undefined) throw unreadable(file, line, 'the row ends before its value');
  if (missing.test(text)) return { timestamp, text, atMs, value: Number.NaN };
  const value = decimal.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw unreadable(file, line, `"${text}" is not a number`);
  return { timestamp, text, atMs, value };
}

function cellsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',').map((text) => text.trim());
  return Array.from(
    `,${line}`.matchAll(cell),
    ([, quoted, bare = '']) => quoted?.replaceAll('""', '"').trim() ?? bare.trim(),
  );
}

/** JavaScript takes 30 February for 2 March. */
function isDay(day: string): boolean {
  const atMs = Date.parse(`${day}T00:00Z`);
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(day);
}

function unreadable(file: string, line: number, why: string): Failure {
  return new Failure({
    code: 'csv-unreadable',
    what: `${file}:${line} cannot be read`,
    why,
    next: 'write rows of timestamp,value; leave a value empty where nothing was measured',
    exitCode: exitCodes.usage,
  });
}
