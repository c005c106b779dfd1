// Tables as kubectl prints them: columns parted by two spaces; the last one is cut to the terminal's width, ids and verdicts never.

import { stripVTControlCharacters } from 'node:util';

export type Column = { readonly title: string; readonly cut?: boolean };

/** Lines of a table without a trailing newline; `width` is infinite in a pipe. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const widths = columns.map((column, at) =>
    Math.max(column.title.length, ...rows.map((row) => visible(row[at] ?? ''))),
  );
  const total = widths.reduce((sum, one) => sum + one, 0) + 2 * (columns.length - 1);
  let excess = total - width;
  for (let at = columns.length - 1; at >= 0 && excess > 0; at -= 1) {
    const column = columns[at];
    if (column?.cut !== true) continue;
    const least = Math.max(8, column.title.length);
    const taken = Math.min(excess, Math.max(0, (widths[at] ?? 0) - least));
    widths[at] = (widths[at] ?? 0) - taken;
    excess -= taken;
  }
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => pad(cutTo(cell, widths[at] ?? 0), at === cells.length - 1 ? 0 : (widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(columns.map((column) => column.title)), ...rows.map((row) => line(row))];
}

function visible(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length;
}

function cutTo(text: string, width: number): string {
  if (visible(text) <= width) return text;
  return `${Array.from(text)
    .slice(0, Math.max(0, width - 1))
    .join('')}…`;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - visible(text)));
}

/** Wraps words to a width; continuation lines start with `indent`. */
export function wrap(text: string, width: number, indent = ''): string[] {
  if (!Number.isFinite(width)) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const next = line === '' ? word : `${line} ${word}`;
    if (Array.from(next).length > width && line !== '') {
      lines.push(line.trimEnd());
      line = indent + word;
    } else line = next;
  }
  if (line !== '') lines.push(line.trimEnd());
  return lines;
}
