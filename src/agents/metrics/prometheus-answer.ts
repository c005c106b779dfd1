// What an answer of Prometheus can be: rows with what is odd about them, or a reason in words.
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { RowLabel } from './measure.ts';

/** Where each label of a row is read. */
export type LabelPlan = ReadonlyMap<RowLabel, readonly string[]>;

export type Decoded<Found> =
  | {
      readonly rows: readonly Found[];
      /** Values that were NaN, infinite or no number, and histograms. */
      readonly dropped: number;
      readonly warnings: readonly string[];
      /** The server says that a part of its data did not answer: rows may lack, and sums may be too low. */
      readonly isPartial: boolean;
    }
  | { readonly refused: string };

/** How Prometheus begins a remark on the query itself; any other warning is of data that could not be read. */
const remark = /^PromQL (?:info|warning):/;

/** VictoriaMetrics says it in a field; Thanos, Mimir and Prometheus over remote reads by a warning. */
export function isInPart(saysSo: boolean, warnings: readonly string[]): boolean {
  return saysSo || warnings.some((one) => !remark.test(one));
}

/** Why an answer that is no success is none, as the server or a proxy in front of it says in JSON or in plain text. */
export function refusalIn(text: string): string {
  const body = parsed(text);
  if (body !== null)
    return body['status'] === 'success' ? 'a result' : `says ${shortText(body['error'] ?? body['status'])}`;
  const start = text.trimStart();
  if (start === '') return 'its answer is empty';
  if (start.startsWith('<')) return 'it answers a web page instead of JSON: is a login or a proxy in between?';
  return start.startsWith('{') ? 'its answer is no JSON or was cut off' : `says ${shortText(text)}`;
}

/** Text of others in our sentences: short, on one line. */
export function shortText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

function parsed(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
