// Reads the signals that a user declares: each mistake is told with its line and column, what is wrong, and what to write.
import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import { customSignal } from '../../model/signal.ts';
import { fieldNames, signalFields } from './signal-fields.ts';
import { queryProblem } from './promql-grammar.ts';
import { type UserSignal, userSignal } from './user-signal.ts';

/** One thing that is wrong in the file. Lines and columns count from 1. */
export type SignalProblem = {
  readonly line: number;
  readonly column: number;
  readonly wrong: string;
  readonly write: string;
};

export const mostUserSignals = 50;
const form =
  'signals: [{name: …, query: …, unit: …, of: {namespace: namespace, pod: pod}, direction: up, floor: {absolute: …}}]';

type Place = { readonly line: number; readonly column: number };
type At = (node: unknown) => Place;

export function readSignalFile(
  text: string,
): { readonly signals: readonly UserSignal[] } | { readonly problems: readonly SignalProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true, merge: true });
  const at: At = (node) => placeOf(node, lines);
  const [error] = document.errors;
  if (error !== undefined) {
    const { line = 1, col = 1 } = error.linePos?.[0] ?? {};
    const wrong = `it is not YAML: ${error.message.split('\n')[0]?.replace(/ at line.*$/, '') ?? 'it cannot be read'}`;
    return { problems: [{ line, column: col, wrong, write: form }] };
  }
  const { contents } = document;
  if (contents === null) return { signals: [] };
  if (!isMap(contents)) return one(at(contents), 'the file is not a map', form);
  const other = contents.items.find((pair) => textOf(pair.key) !== 'signals');
  if (other !== undefined) return one(at(other.key), `the key ${shown(other.key)} is not known`, form);
  const list = contents.get('signals', true);
  if (!isSeq(list)) return one(at(list ?? contents), 'signals is not a list', form);
  if (list.items.length > mostUserSignals)
    return one(
      at(list),
      `the file has ${list.items.length} signals`,
      `at most ${mostUserSignals}: each is a query in every cycle`,
    );
  const signals: UserSignal[] = [];
  const problems: SignalProblem[] = [];
  const taken = new Map<string, Place>();
  for (const item of list.items) {
    const read = entryOf(item, document, at, text);
    if ('problems' in read) {
      problems.push(...read.problems);
      continue;
    }
    const { id } = read.signal.definition;
    const first = taken.get(id);
    if (first === undefined) {
      taken.set(id, at(item));
      signals.push(read.signal);
    } else problems.push({ ...at(item), wrong: `line ${first.line} has a signal of this name`, write: 'another name' });
  }
  return problems.length > 0 ? { problems } : { signals };
}

function entryOf(
  item: unknown,
  document: Document,
  at: At,
  text: string,
): { readonly signal: UserSignal } | { readonly problems: readonly SignalProblem[] } {
  if (!isMap(item)) return one(at(item), 'a signal must be a map', '{name: …, query: …}');
  const plain = plainOf(item, document);
  if ('wrong' in plain) return one(at(item), plain.wrong, 'an alias of a map that stands before it');
  const parsed = signalFields.safeParse(plain.value);
  if (!parsed.success)
    return {
      problems: parsed.error.issues.map((issue) => {
        const isStray = issue.code === 'unrecognized_keys';
        const path = isStray ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
        const node = nodeAt(item, path, isStray);
        const name = path.map(String).join('.');
        const wrong = isStray
          ? `the key ${name} is not known`
          : node === undefined
            ? `${name} is missing`
            : `${name} is ${shown(node)}`;
        return { ...at(node ?? item), wrong, write: isStray ? fieldNames : issue.message };
      }),
    };
  const { query, of, name } = parsed.data;
  if (!customSignal.safeParse(`custom.${name}`).success)
    return one(
      at(item.get('name', true) ?? item),
      `name is ${JSON.stringify(name.slice(0, 40))}`,
      'lower-case letters, digits, _, . and -',
    );
  const problem = queryProblem(query, Object.values(of));
  if (problem === null) return { signal: userSignal(parsed.data) };
  const node = item.get('query', true) ?? item;
  return one(placeInQuery(node, problem.offset, at, text), problem.wrong, 'PromQL that Prometheus can evaluate');
}

/** With what aliases and merges stand for. */
function plainOf(item: YAMLMap, document: Document): { readonly value: unknown } | { readonly wrong: string } {
  try {
    return { value: item.toJS(document) };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : 'an alias cannot be followed' };
  }
}

/** The node at this path, or undefined where nothing is written; of a stray key the key itself. */
function nodeAt(item: YAMLMap, path: readonly PropertyKey[], isKey: boolean): unknown {
  let node: unknown = item;
  for (const [index, part] of path.entries()) {
    if (!isMap(node)) return undefined;
    const pair = node.items.find((candidate) => textOf(candidate.key) === String(part));
    if (pair === undefined) return undefined;
    node = isKey && index === path.length - 1 ? pair.key : pair.value;
  }
  return node;
}

/** In a block the place is exact by line; in quotes an escape before it moves it by as many columns. */
function placeInQuery(node: unknown, offset: number, at: At, text: string): Place {
  const start = at(node);
  if (!isScalar(node) || typeof node.value !== 'string') return start;
  const before = node.value.slice(0, offset).split('\n');
  const column = before.at(-1)?.length ?? 0;
  if (isBlock(node)) {
    const line = start.line + before.length;
    const indent = leading(text.split('\n')[line - 1]) - leading(node.value.split('\n')[before.length - 1]);
    return { line, column: indent + column + 1 };
  }
  const isQuoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
  return { line: start.line, column: start.column + (isQuoted ? 1 : 0) + offset };
}

function leading(line = ''): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

function isBlock(node: Scalar): boolean {
  return node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
}

function placeOf(node: unknown, lines: LineCounter): Place {
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
  const start: unknown = Array.isArray(range) ? range[0] : 0;
  const { line, col } = lines.linePos(typeof start === 'number' ? start : 0);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function textOf(node: unknown): string | null {
  return isScalar(node) && typeof node.value === 'string' ? node.value : null;
}

function shown(node: unknown): string {
  if (node === undefined || node === null) return 'nothing';
  return isScalar(node) ? JSON.stringify(String(node.value).slice(0, 40)) : 'a list or map';
}

function one(place: Place, wrong: string, write: string): { readonly problems: readonly SignalProblem[] } {
  return { problems: [{ ...place, wrong, write }] };
}
