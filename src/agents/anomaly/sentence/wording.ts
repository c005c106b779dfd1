// Numbers and sentences of findings as people read them: value, usual band, unit; three significant digits at most.
import { formatCores } from '../../../model/quantity.ts';
import type { SignalUnit } from '../../../model/signal.ts';

/** Largest first. */
const byteUnits = [
  ['Ti', 2 ** 40],
  ['Gi', 2 ** 30],
  ['Mi', 2 ** 20],
] as const;

/** "900 ms", "6.1 %", "250m" cores, "384Mi", "118/s". */
export function shownValue(value: number, unit: SignalUnit): string {
  switch (unit) {
    case 'seconds':
      return Math.abs(value) < 0.9995 ? `${digits(value * 1000)} ms` : `${digits(value)} s`;
    case 'ratio':
      return `${percentOf(value)} %`;
    case 'cores':
      return Math.abs(value) < 1 ? formatCores(Math.round(value * 1000) / 1000) : `${digits(value)} cores`;
    case 'bytes':
      return shownBytes(value);
    case 'per_second':
      return `${digits(value)}/s`;
    case 'bytes_per_second':
      return Math.abs(value) >= 1e6 ? `${digits(value / 1e6)} MB/s` : `${digits(value / 1e3)} kB/s`;
    case 'count':
      break;
  }
  return digits(value);
}

/** "180 ms" when both ends read alike or lie close to the middle, else "160 ms–200 ms". */
export function shownBand(low: number, middle: number, high: number, unit: SignalUnit): string {
  const first = shownValue(low, unit);
  const last = shownValue(high, unit);
  if (first === last) return last;
  if (unit !== 'count' && high - low <= 0.15 * Math.abs(middle)) return shownValue(middle, unit);
  const [number, word] = split(first);
  return isApart(word) && word === split(last)[1] ? `${number}–${last}` : `${first}–${last}`;
}

/** "+600 ms", "-3 points": a difference between two values; of shares in percentage points. */
export function shownChange(difference: number, unit: SignalUnit): string {
  return `${difference < 0 ? '-' : '+'}${shownAmount(Math.abs(difference), unit)}`;
}

/** "50 ms", "5 points": how large a difference is, without its side. */
export function shownAmount(difference: number, unit: SignalUnit): string {
  if (unit !== 'ratio') return shownValue(difference, unit);
  const points = digits(difference * 100);
  return `${points} ${points === '1' ? 'point' : 'points'}`;
}

/** "190 to 260 ms"; one value when both ends read alike. */
export function shownRange(low: number, high: number, unit: SignalUnit): string {
  const first = shownValue(low, unit);
  const last = shownValue(high, unit);
  if (first === last) return last;
  const [number, word] = split(first);
  return isApart(word) && word === split(last)[1] ? `${number} to ${last}` : `${first} to ${last}`;
}

/** "= .003", "= 2e-7", "< 1e-12": a probability beside the letter it belongs to (detection.md 14). */
export function shownProbability(value: number): string {
  if (value < 1e-12) return '< 1e-12';
  if (value >= 0.001) return `= ${String(Number(value.toPrecision(2))).replace(/^0\./, '.')}`;
  return `= ${value.toExponential(0)}`;
}

/** "10 min", "30 s", "2 h". */
export function shownSpan(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120 && seconds % 60 !== 0) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${digits(minutes / 60)} h`;
}

/** One decimal, two below one percent: there a tenth of a point is what matters. */
function percentOf(share: number): number {
  const percent = share * 100;
  return Math.abs(percent) >= 100 ? Math.round(percent) : Number(percent.toFixed(Math.abs(percent) < 1 ? 2 : 1));
}

function shownBytes(value: number): string {
  const [word, size] = byteUnits.find(([, least]) => Math.abs(value) >= least) ?? [' B', 1];
  return `${digits(value / size)}${word}`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** What stands apart from its number is said once: "190 to 260 ms", but "1Gi to 1.1Gi". */
function isApart(word: string): boolean {
  return /^[ /]/.test(word);
}

function split(text: string): readonly [string, string] {
  const match = /^(-?[\d.]+)(.*)$/.exec(text);
  return [match?.[1] ?? text, match?.[2] ?? ''];
}

/** Text that others wrote, for use inside a sentence: one line, no control characters, at most 160 characters. */
export function quoted(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
