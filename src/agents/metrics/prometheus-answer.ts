// Reads the body of a Prometheus answer: values that are no numbers are dropped and counted, everything odd becomes a reason.
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { type RowLabel, usualLabels } from './measure.ts';
import { labelsThrough, type RangeRow, type RowLabels } from './metrics-source.ts';

/** Where each label of a row is read. */
export type LabelPlan = ReadonlyMap<RowLabel, readonly string[]>;

export type Decoded<Found> =
  | {
      readonly rows: readonly Found[];
      /** Values that were NaN or infinite. */
      readonly dropped: number;
      readonly warnings: readonly string[];
      /** The server says that a part of its data did not answer: rows may lack, and sums may be too low. */
      readonly isPartial: boolean;
    }
  | { readonly refused: string };

/** The rows of a range query. */
export function decodeMatrix(text: string, mostSeries: number, labels: LabelPlan = usualLabels): Decoded<RangeRow> {
  const found = resultOf(text, 'matrix', mostSeries);
  if ('refused' in found) return found;
  const rows: RangeRow[] = [];
  let dropped = 0;
  for (const one of found.result) {
    const values = isJsonObject(one) ? one['values'] : undefined;
    if (!isJsonObject(one) || !isList(values)) return { refused: 'a series without values' };
    const points: { atMs: number; value: number }[] = [];
    for (const pair of values) {
      const seconds = isList(pair) ? pair[0] : undefined;
      const value = isList(pair) ? numberOf(pair[1]) : null;
      if (typeof seconds !== 'number' || value === null) dropped += 1;
      else points.push({ atMs: Math.round(seconds * 1000), value });
    }
    rows.push({ labels: labelsOf(one['metric'], labels), points });
  }
  return { rows, dropped, warnings: found.warnings, isPartial: found.isPartial };
}

type Result = {
  readonly result: readonly unknown[];
  readonly warnings: readonly string[];
  readonly isPartial: boolean;
};

/** How Prometheus begins a remark on the query itself; any other warning is of data that could not be read. */
const remark = /^PromQL (?:info|warning):/;

function resultOf(text: string, type: 'vector' | 'matrix', mostSeries: number): Result | { readonly refused: string } {
  const body = parsed(text);
  if (body === null) return { refused: notJson(text) };
  if (body['status'] !== 'success') return { refused: saysOf(body) };
  const data = body['data'];
  if (!isJsonObject(data) || data['resultType'] !== type || !isList(data['result']))
    return { refused: `its answer has no ${type}` };
  if (data['result'].length >= mostSeries)
    return { refused: `its answer has ${data['result'].length} series, more than the ${mostSeries} that are read` };
  const warnings = isList(body['warnings']) ? body['warnings'].map((one) => shortText(one)) : [];
  return { result: data['result'], warnings, isPartial: isInPart(body['isPartial'] === true, warnings) };
}

/** VictoriaMetrics says it in a field; Thanos, Mimir and Prometheus over remote reads by a warning. */
export function isInPart(saysSo: boolean, warnings: readonly string[]): boolean {
  return saysSo || warnings.some((one) => !remark.test(one));
}

function parsed(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function notJson(text: string): string {
  const start = text.trimStart().slice(0, 15).toLowerCase();
  if (start === '') return 'its answer is empty';
  if (start.startsWith('<')) return 'it answers a web page instead of JSON: is a login or a proxy in between?';
  return 'its answer is no JSON or was cut off';
}

/** Prometheus writes numbers as text; NaN and infinities are no measurement. */
function numberOf(text: unknown): number | null {
  if (typeof text !== 'string' || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function labelsOf(metric: unknown, plan: LabelPlan): RowLabels {
  const labels = isJsonObject(metric) ? metric : {};
  return labelsThrough(plan, (name) => {
    const value = labels[name];
    return typeof value === 'string' ? value : '';
  });
}

/** Why an answer that is no success is none, as the server or a proxy in front of it says in JSON or in plain text. */
export function refusalIn(text: string): string {
  const body = parsed(text);
  if (body !== null) return body['status'] === 'success' ? 'a result' : saysOf(body);
  const start = text.trimStart();
  return start === '' || start.startsWith('<') || start.startsWith('{') ? notJson(text) : `says ${shortText(text)}`;
}

function saysOf(body: JsonObject): string {
  return `says ${shortText(body['error'] ?? body['status'])}`;
}

/** Text of others in our sentences: short, on one line. */
export function shortText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
