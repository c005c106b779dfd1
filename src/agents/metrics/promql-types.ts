// Whether Prometheus would evaluate a query: each function and operator gets the type that it takes, and the whole is one value a series.
import { numbers, signatureOf, type Signature } from './promql-functions.ts';
import { argumentsOf, childrenOf, inner, nameOf, type Node, type QueryProblem, sidesOf } from './promql-tree.ts';

/** `unknown` where the signature is not known or something was wrong already. */
type Type = 'm' | 'v' | 's' | 't' | 'unknown';
type Report = (node: Node, wrong: string) => void;

const words = { m: 'a range of samples', v: 'an instant vector', s: 'a number', t: 'a text' } as const;
const noSeries: Readonly<Partial<Record<Type, string>>> = {
  s: 'the query is a number: no series names its owner',
  t: 'the query is a text: no series names its owner',
  m: 'the query is a range of samples, not one value a series: put a function such as rate(…) or max_over_time(…) around it',
};

/** Null for an instant vector whose parts have the types that they are used as. */
export function typeProblem(query: string, top: Node): QueryProblem | null {
  const problems: QueryProblem[] = [];
  const root = inner(top);
  if (root === null) return null;
  const type = typeOf(query, root, (node, wrong) => problems.push({ offset: node.from, wrong }));
  const [first] = problems.toSorted((left, right) => left.offset - right.offset);
  const wrong = noSeries[type];
  return first ?? (wrong === undefined ? null : { offset: root.from, wrong });
}

/** The type of an expression whose parts are right as far as anybody knows. */
export function plainTypeOf(query: string, node: Node): Type {
  return typeOf(query, node, () => undefined);
}

function typeOf(query: string, node: Node, report: Report): Type {
  const [first] = childrenOf(node);
  switch (node.name) {
    case 'NumberDurationLiteral':
      return 's';
    case 'StringLiteral':
      return 't';
    case 'VectorSelector':
      return 'v';
    case 'MatrixSelector':
      if (first !== undefined && inner(node)?.name !== 'VectorSelector')
        report(node, 'a range in brackets stands after a selector alone: write [5m:] after anything else');
      return 'm';
    case 'SubqueryExpr':
      if (first !== undefined) expect(query, first, ['v'], 'a subquery', report);
      return 'm';
    case 'ParenExpr':
    case 'OffsetExpr':
    case 'StepInvariantExpr':
    case 'AnchoredExpr':
    case 'SmoothedExpr':
      return first === undefined ? 'unknown' : typeOf(query, first, report);
    case 'UnaryExpr': {
      const operand = childrenOf(node).at(-1);
      return operand === undefined ? 'unknown' : expect(query, operand, ['v', 's'], 'a sign', report);
    }
    case 'BinaryExpr':
      return typeOfBinary(query, node, report);
    case 'FunctionCall':
    case 'AggregateExpr':
      return typeOfCall(query, node, report);
    default:
      return 'unknown';
  }
}

function expect(query: string, node: Node, wanted: readonly Type[], by: string, report: Report): Type {
  const type = typeOf(query, node, report);
  if (type === 'unknown' || wanted.includes(type)) return type;
  const all = wanted.flatMap((one) => (one === 'unknown' ? [] : [words[one]])).join(' or ');
  const hint = wanted[0] === 'm' && type === 'v' ? ', such as [5m] after a selector' : '';
  report(node, `${by} takes ${all}${hint}, and this is ${words[type]}`);
  return 'unknown';
}

function typeOfBinary(query: string, node: Node, report: Report): Type {
  const [left, right] = sidesOf(node);
  if (left === null || right === null) return 'unknown';
  const isSet = ['And', 'Or', 'Unless'].some((name) => node.getChild(name) !== null);
  const wanted: readonly Type[] = isSet ? ['v'] : ['v', 's'];
  const by = isSet ? 'a set operator' : 'an operator';
  const types = [expect(query, left, wanted, by, report), expect(query, right, wanted, by, report)];
  if (types.includes('unknown')) return 'unknown';
  const clause = node.getChild('MatchingModifierClause');
  if (clause !== null && types.includes('s')) report(clause, 'labels are matched between two instant vectors only');
  if (types.includes('v')) return 'v';
  const isComparison = ['Eql', 'Neq', 'Gtr', 'Gte', 'Lss', 'Lte'].some((name) => node.getChild(name) !== null);
  if (isComparison && node.getChild('BoolModifier') === null)
    report(node, 'a comparison of two numbers needs bool after its sign');
  return 's';
}

function typeOfCall(query: string, call: Node, report: Report): Type {
  const name = nameOf(query, call);
  const given = argumentsOf(call);
  const signature = signatureOf(name);
  if (signature === undefined) given.forEach((one) => void typeOf(query, one, report));
  else if (!fits(given.length, signature)) report(call, `${name}(…) does not take ${given.length} arguments`);
  else
    for (const [index, one] of given.entries())
      expect(query, one, [signature.kinds[index] ?? signature.kinds.at(-1) ?? 'unknown'], `${name}(…)`, report);
  if (numbers.has(name)) return 's';
  return signature === undefined ? 'unknown' : 'v';
}

function fits(count: number, { kinds, least, isEndless }: Signature): boolean {
  return count >= least && (isEndless || count <= kinds.length);
}
