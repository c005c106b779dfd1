// A scan as people read it: words and ages on a terminal, single words and RFC 3339 in a pipe.
import { shownRef } from '../model/target.ts';
import { rfc3339, spokenAge } from './ages.ts';
import { effectOf, severityWord } from './incident-text.ts';
import type { ScanItem, ScanReport } from './scan-report.ts';
import { table } from './table.ts';
import { plain, type Terminal } from './terminal.ts';

/** Words for people, single words and RFC 3339 for programs. */
export function scanTable(report: ScanReport, terminal: Terminal, isWide: boolean): string[] {
  const columns = [
    { title: 'SEVERITY' },
    { title: 'WHAT', cut: true },
    { title: 'WORKLOAD' },
    { title: terminal.shown ? 'LIKELY CAUSE' : 'LIKELY-CAUSE', cut: true },
    ...(isWide ? [{ title: 'CODE' }, { title: 'FINDINGS' }] : []),
    { title: 'SINCE' },
  ];
  const rows = report.items.map((one) => [
    severityWord(one.severity, terminal),
    plain(effectOf(one.title, one.root.name)),
    shownRef(one.root),
    causeOf(one, terminal.shown),
    ...(isWide ? [one.code ?? '-', String(one.findings)] : []),
    terminal.shown ? spokenAge(Date.parse(one.onset), report.asOfMs) : rfc3339(Date.parse(one.onset)),
  ]);
  return table(columns, rows, terminal.width);
}

function causeOf(item: ScanItem, isShown: boolean): string {
  if (item.cause === null || item.strength === null) return isShown ? 'not settled' : 'not-settled';
  const name = item.cause.replaceAll('_', '-');
  return isShown ? `${name} (${item.strength})` : name;
}

/** "all 12 readable namespaces", or what it was narrowed to. */
export function scopeWords({ scope }: ScanReport): string {
  if (scope.namespace !== null) return `namespace ${scope.namespace}`;
  const namespaces = count(scope.namespaces, 'readable namespace');
  return scope.all ? `all ${namespaces}` : `${namespaces}, by label`;
}

export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
