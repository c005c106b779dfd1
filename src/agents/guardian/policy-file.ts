// One policy file as data: every entry must name a catalogue action and one namespace; each mistake is told with its line and the way out.
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { actionName, actionNames, type ActionName } from '../../model/action.ts';
import { isSystemNamespace } from './system-namespaces.ts';

/** `at` is where it stands: `web.yaml:2`. */
export type Allow = { readonly action: ActionName; readonly namespace: string; readonly at: string };

export type ParsedFile = { readonly allows: readonly Allow[]; readonly problems: readonly string[] };

const mostBytes = 256 * 1024;
const mostEntries = 1_000;
const namespaceName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const form = 'write allow: [{action: rollback, namespace: shop}]';

export function parsePolicyFile(name: string, text: string): ParsedFile {
  if (Buffer.byteLength(text) > mostBytes) return broken(`${name}:1: it is larger than 256 KiB; split it`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  const at = (node: unknown): string => `${name}:${lineOf(node, lines)}`;
  const [error] = document.errors;
  if (error !== undefined) return broken(`${name}:${error.linePos?.[0].line ?? 1}: it is not YAML; ${form}`);
  if (document.contents === null) return { allows: [], problems: [] };
  const found = entriesOf(document, at);
  if ('problem' in found) return broken(found.problem);
  if (found.entries.length > mostEntries)
    return broken(`${name}:1: it has ${found.entries.length} entries; at most ${mostEntries} are read`);
  const allows: Allow[] = [];
  const problems: string[] = [];
  for (const entry of found.entries) {
    const read = entryOf(entry, at);
    if (typeof read === 'string') problems.push(read);
    else allows.push(read);
  }
  return { allows, problems };
}

function entriesOf(
  document: Document.Parsed,
  at: (node: unknown) => string,
): { readonly entries: readonly unknown[] } | { readonly problem: string } {
  const { contents } = document;
  if (!isMap(contents)) return { problem: `${at(contents)}: the file is not a map; ${form}` };
  const other = contents.items.find((pair) => textOf(pair.key) !== 'allow');
  if (other !== undefined)
    return { problem: `${at(other.key)}: the key ${shown(other.key)} is not known; only allow is; ${form}` };
  const list = contents.items[0]?.value;
  if (!isSeq(list)) return { problem: `${at(list ?? contents)}: allow is not a list; ${form}` };
  return { entries: list.items };
}

function entryOf(entry: unknown, at: (node: unknown) => string): Allow | string {
  if (!isMap(entry)) return `${at(entry)}: an entry must be a map; write {action: rollback, namespace: shop}`;
  const other = entry.items.find((pair) => !['action', 'namespace'].includes(textOf(pair.key) ?? ''));
  if (other !== undefined)
    return `${at(other.key)}: the key ${shown(other.key)} is not known; an entry has action and namespace`;
  const action = entry.get('action', true);
  const namespace = entry.get('namespace', true);
  const given = actionName.safeParse(textOf(action));
  if (!given.success)
    return `${at(action ?? entry)}: ${shown(action)} is not an action; write one of ${actionNames.join(', ')}`;
  const name = textOf(namespace);
  if (name === null || !namespaceName.test(name))
    return `${at(namespace ?? entry)}: ${shown(namespace)} is not the name of one namespace; write an entry for each namespace by its exact name`;
  if (isSystemNamespace(name))
    return `${at(namespace)}: ${name} is a system namespace; nothing there is allowed beforehand, remove the entry`;
  return { action: given.data, namespace: name, at: at(entry) };
}

function lineOf(node: unknown, lines: LineCounter): number {
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
  const start: unknown = Array.isArray(range) ? range[0] : 0;
  return Math.max(1, lines.linePos(typeof start === 'number' ? start : 0).line);
}

function textOf(node: unknown): string | null {
  return isScalar(node) && typeof node.value === 'string' ? node.value : null;
}

function shown(node: unknown): string {
  if (node === undefined || node === null) return 'nothing';
  return isScalar(node) ? JSON.stringify(String(node.value).slice(0, 40)) : 'a list or map';
}

function broken(problem: string): ParsedFile {
  return { allows: [], problems: [problem] };
}
