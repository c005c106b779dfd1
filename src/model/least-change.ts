// The least changes that matter on one workload, as its people declare them: `network.receive=200kB/s; sli.latency=20ms x1.2`, read strictly and told what to write instead.
import { parseQuantity } from './quantity.ts';
import { type SignalId, signalId, type SignalUnit } from './signal.ts';

/** Annotation on a workload. Anyone who may edit the workload may write it: it decides what is found, never what is written or taken back. */
export const leastChangeAnnotation = 'nemotron-advisor.dev/least-change';

/** `absolute` in the unit of the signal; `relative` null leaves the factor of the catalogue. */
export type LeastChange = { readonly absolute: number; readonly relative: number | null };

export type ParsedLeastChanges =
  { readonly changes: ReadonlyMap<SignalId, LeastChange> } | { readonly problem: string };

const mostCharacters = 500;
const mostChanges = 16;
const mostRelative = 10;

const examples: Readonly<Record<SignalUnit, string>> = {
  cores: '50m',
  bytes: '100Mi',
  seconds: '20ms',
  ratio: '0.5%',
  count: '5',
  per_second: '2/s',
  bytes_per_second: '200kB/s',
};

/** One or more signals separated by `;`. A mistake refuses the whole text. `unitOf` answers undefined for a signal that is not measured of workloads. */
export function parseLeastChanges(
  text: string,
  unitOf: (signal: SignalId) => SignalUnit | undefined,
): ParsedLeastChanges {
  if (text.length > mostCharacters) return { problem: `it has more than ${mostCharacters} characters` };
  const parts = text
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  if (parts.length === 0) return { problem: 'it declares nothing; write network.receive=200kB/s' };
  if (parts.length > mostChanges)
    return { problem: `it declares ${parts.length} signals; at most ${mostChanges} are read` };
  const changes = new Map<SignalId, LeastChange>();
  for (const part of parts) {
    const [name = '', ...rest] = part.split('=').map((one) => one.trim());
    const signal = signalId.safeParse(name);
    const unit = signal.success ? unitOf(signal.data) : undefined;
    if (!signal.success || unit === undefined)
      return { problem: `${shown(name)} is no signal of a workload; docs/reference/signals.md lists them` };
    const change = rest.length === 1 ? changeOf(rest[0] ?? '', unit) : null;
    if (change === null)
      return {
        problem: `${shown(rest.join('='))} is no change of ${name}; write ${name}=${examples[unit]}, or ${name}=${examples[unit]} x1.2 with a factor from 1 to ${mostRelative}`,
      };
    if (changes.has(signal.data)) return { problem: `${name} is declared twice; keep one` };
    changes.set(signal.data, change);
  }
  return { changes };
}

function changeOf(text: string, unit: SignalUnit): LeastChange | null {
  const [, amount = '', factor] = /^(\S+)(?:\s+[x×](\d{1,2}(?:\.\d{1,4})?))?$/.exec(text) ?? [];
  const absolute = amountOf(amount, unit);
  const relative = factor === undefined ? null : Number(factor);
  if (absolute === null || !(absolute > 0) || !Number.isFinite(absolute)) return null;
  return relative !== null && !(relative >= 1 && relative <= mostRelative) ? null : { absolute, relative };
}

function amountOf(text: string, unit: SignalUnit): number | null {
  switch (unit) {
    case 'cores':
    case 'bytes':
      return parseQuantity(text);
    case 'seconds':
      return scaledBy(text, { ms: 1e-3, s: 1 });
    case 'ratio':
      return atMost(1, scaledBy(text, { '%': 0.01 }));
    case 'count':
      return scaledBy(text, { '': 1 });
    case 'per_second':
      return scaledBy(text, { '/s': 1 });
    case 'bytes_per_second':
      return scaledBy(text, { 'B/s': 1, 'kB/s': 1e3, 'MB/s': 1e6, 'GB/s': 1e9 });
    default:
      return unit satisfies never;
  }
}

/** Twelve digits, so that 0.5 % is what was written. */
function scaledBy(text: string, units: Readonly<Record<string, number>>): number | null {
  const [, number, unit = ''] = /^(\d{1,12}(?:\.\d{1,9})?)([A-Za-z%/]*)$/.exec(text) ?? [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return number === undefined || factor === undefined ? null : Number((Number(number) * factor).toPrecision(12));
}

function atMost(most: number, value: number | null): number | null {
  return value === null || value > most ? null : value;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
