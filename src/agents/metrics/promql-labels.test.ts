import { describe, expect, it } from 'vitest';
import { labelProblem } from './promql-labels.ts';
import { parseQuery } from './promql-tree.ts';

const problemOf = (query: string) => labelProblem(query, parseQuery(query).topNode, ['namespace', 'pod']);
const both = 'sum by (namespace, pod) (orders)';
const bare = 'what stands here has no';

describe('the labels of an owner', () => {
  it.each([
    'orders',
    'rate(orders[5m])',
    both,
    `${both} > 3`,
    `1 - ${both} / ${both}`,
    `-${both}`,
    `${both} / on (namespace, pod) room`,
    `${both} / on (namespace) group_left () sum by (namespace) (room)`,
    `sum by (namespace) (room) * on (namespace) group_right () ${both}`,
    `sum by (pod) (orders) * on (pod) group_left (namespace) room`,
    `${both} / ignoring (queue) room`,
    `${both} and on (namespace) sum by (namespace) (room)`,
    `${both} or sum(orders)`,
    `topk by (namespace) (5, orders)`,
    'sum without (queue) (orders)',
    'sum by (namespace, "pod") (orders)',
    'label_replace(sum by (namespace, p) (orders), "pod", "$1", "p", "(.*)")',
    'label_join(sum by (namespace) (orders), "pod", "", "namespace")',
    'count_values by (namespace) ("pod", orders)',
    'histogram_quantile(0.9, sum by (le, namespace, pod) (rate(took_bucket[5m])))',
    'max_over_time(sum by (namespace, pod) (orders)[10m:1m])',
    'absent(orders{namespace="shop", pod="web"})',
    'a_function_of_tomorrow(orders)',
  ])('may be in the answer of %s', (query) => {
    expect(problemOf(query)).toBeNull();
  });

  it.each([
    ['sum(orders)', 0, 'the aggregation drops all labels: it must keep namespace, pod'],
    ['sum(orders) > 3', 0, 'the aggregation drops all labels: it must keep namespace, pod'],
    ['topk(5, sum by (pod) (orders))', 12, 'the aggregation drops namespace, by which its owner is found'],
    ['rate(sum by (app) (orders)[10m:])', 9, 'the aggregation drops namespace, pod, by which its owner is found'],
    [
      `histogram_quantile(0.9, sum by (le) (rate(a[5m])))`,
      28,
      'the aggregation drops namespace, pod, by which its owner is found',
    ],
    [`${both} / sum by (namespace) (room)`, 39, 'the aggregation drops pod, by which its owner is found'],
    [`${both} / on (namespace) room`, 35, `${bare} pod, by which its owner is found`],
    [`${both} / ignoring (pod) room`, 35, `${bare} pod, by which its owner is found`],
    [
      `${both} * on (pod) group_left (namespace) sum by (pod) (room)`,
      71,
      'the aggregation drops namespace, by which its owner is found',
    ],
    ['sum by (pod) (orders) or sum(orders)', 4, 'the aggregation drops namespace, by which its owner is found'],
    ['vector(1)', 0, `${bare} namespace, pod, by which its owner is found`],
    ['hour()', 0, `${bare} namespace, pod, by which its owner is found`],
    [
      'label_replace(sum by (pod) (orders), "app", "$1", "pod", "(.*)")',
      18,
      'the aggregation drops namespace, by which its owner is found',
    ],
    ['vector(scalar(orders))', 0, `${bare} namespace, pod, by which its owner is found`],
  ] as const)('are lost in %s', (query, offset, wrong) => {
    expect(problemOf(query)).toEqual({ offset, wrong });
  });

  it('are lost where a quantile sums the buckets away', () => {
    const query = 'histogram_quantile(0.9, rate(took_bucket[5m]))';
    expect(labelProblem(query, parseQuery(query).topNode, ['le'])?.wrong).toBe(
      `${bare} le, by which its owner is found`,
    );
  });
});
