// Checks PromQL before a server is asked: where its grammar breaks, what Prometheus would refuse to evaluate, and whether its answer can name its owner.
import { labelProblem } from './promql-labels.ts';
import { textProblem } from './promql-texts.ts';
import { parseQuery, type QueryProblem } from './promql-tree.ts';
import { typeProblem } from './promql-types.ts';

/** Null when the query is an instant vector that keeps these labels, as far as its text tells. */
export function queryProblem(query: string, labels: readonly string[]): QueryProblem | null {
  const tree = parseQuery(query);
  let broken: number | null = null;
  tree.iterate({
    enter({ type, from }) {
      if (type.isError && broken === null) broken = from;
    },
  });
  if (broken !== null) return { offset: broken, wrong: wrongAt(query, broken) };
  return typeProblem(query, tree.topNode) ?? textProblem(query, tree) ?? labelProblem(query, tree.topNode, labels);
}

function wrongAt(query: string, offset: number): string {
  const rest = query.slice(offset, offset + 16).split('\n')[0] ?? '';
  if (query.trim() === '') return 'the query is empty';
  return rest === '' ? 'the query ends before it is whole' : `the query cannot go on with ${JSON.stringify(rest)}`;
}
