// The objects in one file, JSON or YAML: a v1 List, a typed list, one object or many documents. What is no object is left out with a reason.
import { parseAllDocuments } from 'yaml';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { ViewKind } from '../../model/view.ts';
import { isViewKind, placeOf, viewKinds } from '../resources.ts';

export type ObjectFile = {
  readonly objects: readonly { readonly kind: ViewKind; readonly object: JsonObject }[];
  /** Kinds that the file lists, those with nothing in it included. */
  readonly kinds: ReadonlySet<ViewKind>;
  /** Why something was left out, each reason once, with how often. */
  readonly reasons: ReadonlyMap<string, number>;
  /** True when the file cannot be taken for a full list of what it names. */
  readonly isBroken: boolean;
};

/** `stem` is the name of the file without its ending: it names the kind of an empty list. Never throws. */
export function readObjectFile(text: string, format: 'json' | 'yaml', stem: string): ObjectFile {
  const objects: { readonly kind: ViewKind; readonly object: JsonObject }[] = [];
  const kinds = new Set<ViewKind>();
  const reasons = new Map<string, number>();
  let isBroken = false;
  const leaveOut = (reason: string, breaks: boolean): void => {
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    isBroken ||= breaks;
  };
  const take = (value: unknown, listKind: string | null): void => {
    if (!isJsonObject(value)) {
      leaveOut('it holds something that is no object', true);
      return;
    }
    const { kind = listKind, items } = value;
    if (typeof kind !== 'string') {
      leaveOut('an object names no kind', true);
      return;
    }
    if (Array.isArray(items) && kind.endsWith('List')) {
      const ofKind = kind === 'List' ? null : kind.slice(0, -'List'.length);
      const named = ofKind ?? (items.length === 0 ? kindOfStem(stem) : null);
      if (named !== null && isViewKind(named)) kinds.add(named);
      for (const item of items) take(item, ofKind);
      return;
    }
    const other = notRead(kind, value['apiVersion']);
    if (other !== null || !isViewKind(kind)) {
      leaveOut(other ?? `a ${kind} is not read`, false);
      return;
    }
    kinds.add(kind);
    objects.push({ kind, object: value });
  };
  for (const document of documentsOf(text, format, (reason) => leaveOut(reason, true))) take(document, null);
  return { objects, kinds, reasons, isBroken };
}

function documentsOf(text: string, format: 'json' | 'yaml', broken: (reason: string) => void): readonly unknown[] {
  if (text.trim() === '') {
    broken('it is empty');
    return [];
  }
  if (/^\s*<(!doctype|html)/i.test(text)) {
    broken('it is HTML: a proxy or sign-in page was saved in its place');
    return [];
  }
  if (format === 'json') {
    try {
      return [JSON.parse(text)];
    } catch {
      broken('it is not JSON, or breaks off');
      return [];
    }
  }
  const found: unknown[] = [];
  for (const document of parseAllDocuments(text, { logLevel: 'silent' })) {
    const [fault] = document.errors;
    if (fault === undefined) {
      try {
        const value: unknown = document.toJS();
        if (value !== null && value !== undefined) found.push(value);
      } catch {
        broken('it refers to itself too often to be read');
      }
    } else broken(`it is not YAML: line ${fault.linePos?.[0].line ?? 1}`);
  }
  return found;
}

/** Why an object of this kind is left out; null when it is one that is read. */
function notRead(kind: string, apiVersion: unknown): string | null {
  if (kind === 'Secret') return 'Secrets are never read';
  if (!isViewKind(kind)) return `objects of kind ${shownKind(kind)} are not read`;
  const { group } = placeOf(kind);
  if (typeof apiVersion !== 'string') return null;
  const ofGroup = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  return ofGroup === group ? null : `${kind} of ${shownKind(ofGroup)} is another kind`;
}

/** `pod`, `pods` and `Pods` all name Pod. */
function kindOfStem(stem: string): ViewKind | null {
  const wanted = stem.toLowerCase();
  return viewKinds.find((kind) => [kind.toLowerCase(), placeOf(kind).plural].includes(wanted)) ?? null;
}

/** Outside words are shown short and without control characters. */
function shownKind(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 40);
}
