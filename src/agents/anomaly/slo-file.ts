// Reads the file in which an operator declares objectives; each mistake is told with its line and what to write instead.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { exitCodes, Failure } from '../../model/failure.ts';
import { type DeclaredSlo, parseSlo } from '../../model/slo.ts';
import type { ObjectRef } from '../../model/target.ts';

export type ParsedSloFile = { readonly slos: readonly DeclaredSlo[]; readonly problems: readonly string[] };

const mostBytes = 1024 * 1024;
const mostEntries = 5_000;
const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod'] as const;
const form = 'write slos: [{of: shop/Deployment/cart, availability: 99.9/30d}]';
const ofForm = 'write namespace/Kind/name, such as shop/Deployment/cart';

/** Rejects with a Failure (exit 2) when the file cannot be read or says anything that is not understood. */
export async function readSloFile(path: string): Promise<readonly DeclaredSlo[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be opened';
    throw broken(path, why, 'correct ADVISOR_SLO or remove it');
  });
  const { slos, problems } = parseSloFile(basename(path), text);
  const [first] = problems;
  if (first === undefined) return slos;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw broken(path, `${first}${more}`, 'correct the line; docs/guide/slo.md shows the form');
}

/** Pure. `problems` are `file:line: what is wrong; what to write instead`. Keys other than `slos` belong to others. */
export function parseSloFile(name: string, text: string): ParsedSloFile {
  const failed = (line: number, why: string): ParsedSloFile => ({ slos: [], problems: [`${name}:${line}: ${why}`] });
  if (Buffer.byteLength(text) > mostBytes) return failed(1, 'it is larger than 1 MiB; split it');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  const lineOf = (node: unknown): number => lineAt(node, lines);
  const [error] = document.errors;
  if (error !== undefined) return failed(error.linePos?.[0].line ?? 1, `it is not YAML; ${form}`);
  const { contents } = document;
  if (contents === null) return { slos: [], problems: [] };
  if (!isMap(contents)) return failed(lineOf(contents), `the file is not a map; ${form}`);
  const list = contents.get('slos', true);
  if (list === undefined) return failed(1, `it has no key slos; ${form}`);
  if (!isSeq(list)) return failed(lineOf(list), `slos is not a list; ${form}`);
  if (list.items.length > mostEntries) return failed(lineOf(list), `it has more than ${mostEntries} entries`);
  const slos: DeclaredSlo[] = [];
  const problems: string[] = [];
  const seen = new Map<string, number>();
  for (const entry of list.items)
    for (const read of entryOf(entry, lineOf)) {
      if ('problem' in read) {
        problems.push(`${name}:${read.line}: ${read.problem}`);
        continue;
      }
      const key = `${read.of.namespace}/${read.of.kind}/${read.of.name} ${read.slo.name}`;
      const before = seen.get(key);
      if (before === undefined) slos.push({ ...read.slo, of: read.of, from: `${name}:${read.line}` });
      else problems.push(`${name}:${read.line}: ${key} is declared in line ${before} already; keep one`);
      seen.set(key, before ?? read.line);
    }
  return { slos, problems };
}

type Read =
  | { readonly line: number; readonly problem: string }
  | { readonly line: number; readonly of: ObjectRef; readonly slo: Omit<DeclaredSlo, 'of' | 'from'> };

function entryOf(entry: unknown, lineOf: (node: unknown) => number): readonly Read[] {
  if (!isMap(entry)) return [{ line: lineOf(entry), problem: `an entry must be a map; ${form}` }];
  const target = entry.get('of', true);
  const of = refOf(textOf(target));
  if (of === null) return [{ line: lineOf(target ?? entry), problem: `of does not name one workload; ${ofForm}` }];
  const objectives = entry.items.filter((pair) => textOf(pair.key) !== 'of');
  if (objectives.length === 0) return [{ line: lineOf(entry), problem: `it declares nothing; ${form}` }];
  return objectives.map((pair): Read => {
    const line = lineOf(pair.key);
    const text = textOf(pair.value);
    const key = textOf(pair.key) ?? '';
    if (text === null) return { line, problem: `${key} must be one line of text; write ${key}: 99.9/30d` };
    const read = parseSlo(key, text);
    return 'problem' in read ? { line, problem: read.problem } : { line, of, slo: read.slo };
  });
}

function refOf(text: string | null): ObjectRef | null {
  const [namespace = '', kindText = '', name = '', ...rest] = (text ?? '').split('/');
  const kind = kinds.find((one) => one === kindText);
  return kind === undefined || namespace === '' || name === '' || rest.length > 0 ? null : { kind, namespace, name };
}

function textOf(node: unknown): string | null {
  if (!isScalar(node)) return null;
  return typeof node.value === 'string' || typeof node.value === 'number' ? String(node.value) : null;
}

function lineAt(node: unknown, lines: LineCounter): number {
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
  const start: unknown = Array.isArray(range) ? range[0] : 0;
  return Math.max(1, lines.linePos(typeof start === 'number' ? start : 0).line);
}

function broken(path: string, why: string, next: string): Failure {
  return new Failure({
    code: 'slo-file-malformed',
    what: `the file of objectives ${path} cannot be used`,
    why,
    next,
    exitCode: exitCodes.usage,
  });
}
