// Checks PromQL against the grammar of Prometheus before a server is asked: where it breaks, and whether its answer can name its owner.
import { parser } from '@prometheus-io/lezer-promql';

/** `offset` counts characters from the start of the query. */
export type QueryProblem = { readonly offset: number; readonly wrong: string };

/** Null when the query is an instant vector of the grammar that keeps these labels, as far as its text tells. */
export function queryProblem(query: string, labels: readonly string[]): QueryProblem | null {
  const tree = parser.parse(query);
  let broken: number | null = null;
  tree.iterate({
    enter({ type, from }) {
      if (type.isError && broken === null) broken = from;
    },
  });
  if (broken !== null) return { offset: broken, wrong: wrongAt(query, broken) };
  return kindProblem(query, tree.topNode) ?? labelProblem(query, tree.topNode, labels);
}

type Node = ReturnType<typeof parser.parse>['topNode'];

function wrongAt(query: string, offset: number): string {
  const rest = query.slice(offset, offset + 16).split('\n')[0] ?? '';
  if (query.trim() === '') return 'the query is empty';
  return rest === '' ? 'the query ends before it is whole' : `the query cannot go on with ${JSON.stringify(rest)}`;
}

const noSeries: Readonly<Record<string, string>> = {
  NumberDurationLiteral: 'the query is a number: no series names its owner',
  StringLiteral: 'the query is a text: no series names its owner',
  MatrixSelector: 'the query is a range of samples, not one value a series: put a function such as rate(…) around it',
  SubqueryExpr:
    'the query is a range of samples, not one value a series: put a function such as max_over_time(…) around it',
};

function kindProblem(query: string, top: Node): QueryProblem | null {
  const node = inner(top);
  const wrong = node === null ? undefined : noSeries[node.name];
  return node === null || wrong === undefined ? null : { offset: Math.min(node.from, query.length), wrong };
}

/** Only what an aggregation on the outside drops is certain; a label may always be absent from the series itself. */
function labelProblem(query: string, top: Node, labels: readonly string[]): QueryProblem | null {
  const node = inner(top);
  if (node?.name !== 'AggregateExpr') return null;
  const modifier = node.getChild('AggregateModifier');
  if (modifier === null) {
    if (keepsLabels(node)) return null;
    return { offset: node.from, wrong: `the aggregation drops all labels: it must keep ${labels.join(', ')}` };
  }
  const named = (modifier.getChild('GroupingLabels')?.getChildren('LabelName') ?? []).map((one) =>
    query.slice(one.from, one.to),
  );
  const isBy = modifier.getChild('By') !== null;
  const lost = labels.filter((label) => named.includes(label) !== isBy);
  if (lost.length === 0) return null;
  return { offset: modifier.from, wrong: `the aggregation drops ${lost.join(', ')}, by which its owner is found` };
}

/** topk and bottomk choose series and leave them as they are. */
function keepsLabels(aggregate: Node): boolean {
  const op = aggregate.getChild('AggregateOp')?.firstChild?.name ?? '';
  return ['Topk', 'Bottomk', 'LimitK', 'LimitRatio'].includes(op);
}

/** The expression inside comments and parentheses. */
function inner(node: Node): Node | null {
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === 'LineComment') continue;
    return child.name === 'ParenExpr' ? inner(child) : child;
  }
  return null;
}
