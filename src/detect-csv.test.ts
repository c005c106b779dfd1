import { describe, expect, it } from 'vitest';
import { readSeriesCsv, timeOf } from './detect-csv.ts';
import { Failure } from './model/failure.ts';

const problemOf = (text: string) => {
  try {
    readSeriesCsv(text, 'cpu.csv');
  } catch (error) {
    if (error instanceof Failure) return error.problem;
    throw error;
  }
  return null;
};

describe('a CSV of one series', () => {
  it('is read row by row, with each time and value as it stood', () => {
    expect(readSeriesCsv('timestamp,value\n2026-01-05 14:02:00,1.50\n', 'cpu.csv')).toEqual([
      { timestamp: '2026-01-05 14:02:00', text: '1.50', atMs: Date.UTC(2026, 0, 5, 14, 2), value: 1.5 },
    ]);
  });

  it('may have other columns, any order, quotes, a byte order mark, other line ends and empty lines', () => {
    const rows = readSeriesCsv('\uFEFF"Value",label,Timestamp\r\n"2",0,"2026-01-05T14:02:00Z"\r\n\r\n', 'cpu.csv');
    expect(rows.map(({ atMs, value }) => [atMs, value])).toEqual([[Date.UTC(2026, 0, 5, 14, 2), 2]]);
  });

  it('may hold commas and quotes in columns that are quoted', () => {
    const rows = readSeriesCsv(
      'note,timestamp,value\n"a, ""b"", c","2026-01-05 14:02:00" ,"2"\n"",0000000060,3\n,"0000000120",4',
      'cpu.csv',
    );
    expect(rows.map(({ atMs, value }) => [atMs, value])).toEqual([
      [Date.UTC(2026, 0, 5, 14, 2), 2],
      [60_000, 3],
      [120_000, 4],
    ]);
  });

  it.each([
    ['-1.5e-3', -0.0015],
    ['.5', 0.5],
    ['1e308', 1e308],
    ['+7', 7],
  ])('holds a number where it says %s', (text, value) => {
    expect(readSeriesCsv(`timestamp,value\n2026-01-05 14:02:00,${text}`, 'cpu.csv')[0]?.value).toBe(value);
  });

  it.each(['', 'NaN', 'null', 'NA', 'Inf', '+Inf', '-inf', 'Infinity'])('holds no value where it says "%s"', (text) => {
    expect(readSeriesCsv(`timestamp,value\n2026-01-05 14:02:00,${text}`, 'cpu.csv')[0]?.value).toBeNaN();
  });

  it.each([
    ['', 'cpu.csv:1 cannot be read', /header/],
    ['time,load\n1,2', 'cpu.csv:1 cannot be read', /header/],
    ['timestamp,value\n2026-01-05 14:02:00,1\nyesterday,2', 'cpu.csv:3 cannot be read', /"yesterday" is not a time/],
    ['timestamp,value\n2026-01-05 14:02:00,many', 'cpu.csv:2 cannot be read', /"many" is not a number/],
    ['timestamp,value\n2026-01-05 14:02:00,0x1f', 'cpu.csv:2 cannot be read', /"0x1f" is not a number/],
    ['timestamp,value\n2026-01-05 14:02:00,"2', 'cpu.csv:2 cannot be read', /not a number/],
    ['timestamp,value\n2026-02-30 14:02:00,1', 'cpu.csv:2 cannot be read', /"2026-02-30 14:02:00" is not a time/],
    ['timestamp,value\n2026-01-05 14:02:00', 'cpu.csv:2 cannot be read', /ends before its value/],
  ])('is refused by file and line: %j', (text, what, why) => {
    expect(problemOf(text)).toMatchObject({ what, why: expect.stringMatching(why) as unknown, exitCode: 2 });
  });
});

describe('a time', () => {
  const wanted = Date.UTC(2026, 0, 5, 14, 2);
  it.each([
    '2026-01-05 14:02:00',
    '2026-01-05 14:02',
    '2026-01-05 14:02:00.000000',
    '2026-01-05T14:02:00Z',
    '2026-01-05T16:02:00+02:00',
    '1767621720',
    '1767621720000',
  ])('may be written as %s', (text) => {
    expect(timeOf(text)).toBe(wanted);
  });

  it.each([
    '',
    '5',
    'now',
    '2026-02-30',
    '2025-02-29',
    '2026-04-31T00:00:00Z',
    '2026-13-05 14:02:00',
    '05/01/2026',
    '-1767621720',
  ])('is not %j', (text) => {
    expect(timeOf(text)).toBeNaN();
  });
});
