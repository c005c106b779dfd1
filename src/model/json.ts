// JSON as data: the value type, canonical form (RFC 8785) and its SHA-256 digest, and JSON pointers (RFC 6901).
import { createHash } from 'node:crypto';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** RFC 8785: keys sorted by UTF-16 code units, no white space; throws on NaN and infinities, which JSON cannot hold. */
export function canonicalJson(value: Json): string {
  if (isJsonArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (isJsonObject(value)) {
    const members = Object.keys(value)
      .toSorted(byCodeUnit)
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
    return `{${members.join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError(`cannot write ${value} as JSON: replace it by null`);
  return JSON.stringify(value);
}

/** SHA-256 of the canonical form, 64 hex characters. */
export function digestOf(value: Json): string {
  return sha256(canonicalJson(value));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function jsonEquals(left: Json | undefined, right: Json | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return canonicalJson(left) === canonicalJson(right);
}

/** The value at a JSON pointer, or undefined where a step is absent. */
export function valueAt(document: Json, path: string): Json | undefined {
  let value: Json | undefined = document;
  for (const step of pointerSteps(path)) {
    if (isJsonArray(value)) value = /^\d+$/.test(step) ? value[Number(step)] : undefined;
    else if (isJsonObject(value)) value = Object.hasOwn(value, step) ? value[step] : undefined;
    else return undefined;
  }
  return value;
}

/** Joins steps into a pointer, escaping `~` and `/`. */
export function pointer(...steps: readonly (string | number)[]): string {
  return steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export function pointerSteps(text: string): string[] {
  if (text === '') return [];
  return text
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Turns any value into JSON by dropping undefined members; throws where JSON cannot hold it. */
export function toJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map((item: unknown) => (item === undefined ? null : toJson(item)));
  if (typeof value === 'object') {
    const members: [string, Json][] = [];
    for (const [key, member] of Object.entries(value)) if (member !== undefined) members.push([key, toJson(member)]);
    return Object.fromEntries(members);
  }
  throw new TypeError(`a ${typeof value} cannot be written as JSON`);
}

function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
