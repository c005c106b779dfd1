// What the checks of a query read off the syntax tree of PromQL: expressions without what surrounds them, and arguments.
import { parser } from '@prometheus-io/lezer-promql';

export type Tree = ReturnType<typeof parser.parse>;
export type Node = Tree['topNode'];

/** `offset` counts characters from the start of the query. */
export type QueryProblem = { readonly offset: number; readonly wrong: string };

export function parseQuery(query: string): Tree {
  return parser.parse(query);
}

/** The expression inside comments and parentheses; null where there is none. */
export function inner(node: Node): Node | null {
  const [child = null] = childrenOf(node);
  return child?.name === 'ParenExpr' ? inner(child) : child;
}

/** What a function or an aggregation is called with, in order. */
export function argumentsOf(call: Node): Node[] {
  const body = call.getChild('FunctionCallBody');
  return body === null ? [] : childrenOf(body);
}

/** Both sides of a binary expression. */
export function sidesOf(node: Node): readonly [left: Node | null, right: Node | null] {
  const children = childrenOf(node);
  return [children[0] ?? null, children.at(-1) ?? null];
}

/** The name that a function or an aggregation is called by, in lower case. */
export function nameOf(query: string, call: Node): string {
  const name = call.getChild('FunctionIdentifier') ?? call.getChild('AggregateOp');
  return name === null ? '' : query.slice(name.from, name.to).toLowerCase();
}

/** The names in a list of labels, without quotes. */
export function labelsIn(query: string, grouping: Node | null): string[] {
  if (grouping === null) return [];
  return childrenOf(grouping).map((one) => query.slice(one.from, one.to).replace(/^(["'])(.*)\1$/, '$2'));
}

export function childrenOf(node: Node): Node[] {
  const found: Node[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (child.name !== 'LineComment') found.push(child);
  return found;
}
