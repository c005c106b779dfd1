import { describe, expect, it } from 'vitest';
import { parseQuery } from './promql-tree.ts';
import { typeProblem } from './promql-types.ts';

const problemOf = (query: string) => typeProblem(query, parseQuery(query).topNode);

describe('the types of PromQL', () => {
  it.each([
    'orders',
    '-orders',
    'rate(orders_total[5m] offset 1m)',
    'rate((orders_total[5m]))',
    'max_over_time(rate(orders_total[5m])[1h:5m])',
    'histogram_quantile(0.9, sum by (le, pod) (rate(took_bucket[5m])))',
    'quantile_over_time(0.9, orders[5m])',
    'round(orders)',
    'round(orders, 5)',
    'hour()',
    'vector(time())',
    'orders > bool scalar(sum(room))',
    'orders * on (pod) group_left (node) kube_pod_info',
    'orders and on (pod) up == 1',
    'label_join(orders, "pod", "-", "a", "b")',
    'count_values("version", build)',
    'orders @ end() offset 5m',
    'clamp_min(orders, -Inf)',
    'a_function_of_tomorrow(orders, "x")',
  ])('are right in %s', (query) => {
    expect(problemOf(query)).toBeNull();
  });

  it.each([
    [
      'rate(orders)',
      5,
      'rate(…) takes a range of samples, such as [5m] after a selector, and this is an instant vector',
    ],
    [
      'sum(rate(orders))',
      9,
      'rate(…) takes a range of samples, such as [5m] after a selector, and this is an instant vector',
    ],
    ['abs(orders[5m])', 4, 'abs(…) takes an instant vector, and this is a range of samples'],
    ['sum(1)', 4, 'sum(…) takes an instant vector, and this is a number'],
    ['topk(orders, 5)', 5, 'topk(…) takes a number, and this is an instant vector'],
    ['orders + "a"', 9, 'an operator takes an instant vector or a number, and this is a text'],
    ['orders or 0', 10, 'a set operator takes an instant vector, and this is a number'],
    ['max_over_time((1)[5m:])', 14, 'a subquery takes an instant vector, and this is a number'],
    ['-"a"', 1, 'a sign takes an instant vector or a number, and this is a text'],
    ['rate(a + b[5m])', 5, 'a range in brackets stands after a selector alone: write [5m:] after anything else'],
    ['histogram_quantile(0.9)', 0, 'histogram_quantile(…) does not take 1 arguments'],
    ['time(orders)', 0, 'time(…) does not take 1 arguments'],
    ['1 > 2', 0, 'a comparison of two numbers needs bool after its sign'],
    ['orders + on (pod) 1', 9, 'labels are matched between two instant vectors only'],
  ] as const)('are wrong in %s', (query, offset, wrong) => {
    expect(problemOf(query)).toEqual({ offset, wrong });
  });

  it.each(['1', '(1 + 1)', 'scalar(orders)', 'time()', 'scalar(orders) * 2'])('make a number of %s', (query) => {
    expect(problemOf(query)?.wrong).toBe('the query is a number: no series names its owner');
  });
});
