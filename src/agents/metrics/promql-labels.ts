// Whether the answer of a query can name its owner: where a label is certainly lost on its way out. A series itself may lack any label.
import { choosing } from './promql-functions.ts';
import {
  argumentsOf,
  childrenOf,
  inner,
  labelsIn,
  nameOf,
  type Node,
  type QueryProblem,
  sidesOf,
} from './promql-tree.ts';
import { plainTypeOf } from './promql-types.ts';

/** Null when the answer may carry all of these labels. */
export function labelProblem(query: string, top: Node, labels: readonly string[]): QueryProblem | null {
  const root = inner(top);
  if (root === null) return null;
  const losses = labels.flatMap((label) => {
    const at = lossOf(query, root, label);
    return at === null ? [] : [{ label, at }];
  });
  const [first] = losses;
  if (first === undefined) return null;
  const { name, from, to } = first.at;
  const lost = losses.filter(({ at }) => at.from === from && at.to === to).map(({ label }) => label);
  if (name === 'AggregateExpr')
    return { offset: from, wrong: `the aggregation drops all labels: it must keep ${labels.join(', ')}` };
  const does = name === 'AggregateModifier' ? 'the aggregation drops' : 'what stands here has no';
  return { offset: from, wrong: `${does} ${lost.join(', ')}, by which its owner is found` };
}

/** The part of an expression at which a label ends; null where it may pass. */
function lossOf(query: string, node: Node, label: string): Node | null {
  const [first] = childrenOf(node);
  switch (node.name) {
    case 'NumberDurationLiteral':
    case 'StringLiteral':
      return node;
    case 'AggregateExpr':
      return lossInAggregate(query, node, label);
    case 'FunctionCall':
      return lossInFunction(query, node, label);
    case 'BinaryExpr':
      return lossInBinary(query, node, label);
    case 'UnaryExpr': {
      const operand = childrenOf(node).at(-1);
      return operand === undefined ? null : lossOf(query, operand, label);
    }
    case 'ParenExpr':
    case 'SubqueryExpr':
    case 'OffsetExpr':
    case 'StepInvariantExpr':
      return first === undefined ? null : lossOf(query, first, label);
    default:
      return null;
  }
}

function lossInAggregate(query: string, node: Node, label: string): Node | null {
  const name = nameOf(query, node);
  const [first, ...others] = argumentsOf(node);
  const of = others.at(-1) ?? first;
  const past = of === undefined ? null : lossOf(query, of, label);
  if (choosing.has(name)) return past;
  if (name === 'count_values' && textOf(query, first) === label) return null;
  const modifier = node.getChild('AggregateModifier');
  if (modifier === null) return node;
  const isBy = modifier.getChild('By') !== null;
  const isNamed = labelsIn(query, modifier.getChild('GroupingLabels')).includes(label);
  return isNamed === isBy ? past : modifier;
}

function lossInFunction(query: string, call: Node, label: string): Node | null {
  const name = nameOf(query, call);
  const given = argumentsOf(call);
  if (isLabelled(name)) return null;
  if ((name === 'label_replace' || name === 'label_join') && textOf(query, given[1]) === label) return null;
  if (name === 'histogram_quantile' && label === 'le') return call;
  const series = given.find((one) => ['v', 'm'].includes(plainTypeOf(query, one)));
  if (series !== undefined) return name === 'scalar' ? call : lossOf(query, series, label);
  return given.some((one) => plainTypeOf(query, one) === 'unknown') ? null : call;
}

/** Labels come from the matchers of the selector, or from series that are not in the query. */
function isLabelled(name: string): boolean {
  return ['absent', 'absent_over_time', 'info', 'histogram_quantiles'].includes(name);
}

function lossInBinary(query: string, node: Node, label: string): Node | null {
  const [left, right] = sidesOf(node);
  if (left === null || right === null) return null;
  const inLeft = lossOf(query, left, label);
  const inRight = lossOf(query, right, label);
  if (plainTypeOf(query, left) === 's') return inRight;
  if (plainTypeOf(query, right) === 's') return inLeft;
  if (node.getChild('Or') !== null) return inLeft === null ? null : inRight === null ? null : inLeft;
  if (node.getChild('And') !== null || node.getChild('Unless') !== null) return inLeft;
  const clause = node.getChild('MatchingModifierClause');
  // Only equal values meet: one side without the label leaves those of the other side that lack it, too.
  if (clause === null) return inLeft ?? inRight;
  const [matching = null, taken = null] = groupingsOf(clause);
  const isMatched = labelsIn(query, matching).includes(label) === (clause.getChild('On') !== null);
  const isLeft = clause.getChild('GroupLeft') !== null;
  if (!isLeft && clause.getChild('GroupRight') === null) return isMatched ? (inLeft ?? inRight) : clause;
  const [many, one] = isLeft ? [inLeft, inRight] : [inRight, inLeft];
  if (labelsIn(query, taken).includes(label)) return one;
  return isMatched ? (many ?? one) : many;
}

/** The labels that are matched and those that are taken from the other side. */
function groupingsOf(clause: Node): (Node | null)[] {
  const all = clause.getChildren('GroupingLabels');
  return [all[0] ?? null, all[1] ?? null];
}

function textOf(query: string, node: Node | undefined): string | null {
  return node?.name === 'StringLiteral' ? query.slice(node.from + 1, node.to - 1) : null;
}
