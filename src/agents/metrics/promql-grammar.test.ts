import { describe, expect, it } from 'vitest';
import { queryProblem } from './promql-grammar.ts';

const byPod = ['namespace', 'pod'];

describe('the grammar of PromQL', () => {
  it.each([
    'orders_waiting',
    'sum by (namespace, pod) (orders_waiting)',
    'sum(rate(orders_total[5m])) by (namespace, pod, queue)',
    'sum without (queue) (orders_waiting)',
    'topk(5, orders_waiting)',
    '(max by (pod, namespace) (orders_waiting offset 5m))',
    'orders_waiting / on (namespace, pod) orders_room > 0.5 # share',
    'max_over_time(sum by (namespace, pod) (orders_waiting)[10m:1m])',
  ])('takes %s', (query) => {
    expect(queryProblem(query, byPod)).toBeNull();
  });

  it.each([
    ['sum by (namespace, pod) (rate(x[5m])', 36, /ends before it is whole/],
    ['orders waiting', 7, /cannot go on with "waiting"/],
    ['orders{queue="a"', 16, /ends before it is whole/],
    ['', 0, /empty/],
    ['# nothing', 9, /ends before it is whole/],
  ] as const)('says where %s breaks', (query, offset, wrong) => {
    expect(queryProblem(query, byPod)).toEqual({ offset, wrong: expect.stringMatching(wrong) as unknown });
  });

  it.each([
    ['1 ', /is a number/],
    ['"orders"', /is a text/],
    ['orders_waiting[5m]', /range of samples.*rate/],
    ['(orders_waiting[10m:1m])', /range of samples/],
  ] as const)('refuses %s, which names no owner', (query, wrong) => {
    expect(queryProblem(query, byPod)?.wrong).toMatch(wrong);
  });

  it.each([
    ['sum(orders_waiting)', 'the aggregation drops all labels: it must keep namespace, pod'],
    ['sum by (namespace) (orders_waiting)', 'the aggregation drops pod, by which its owner is found'],
    ['avg without (pod) (orders_waiting)', 'the aggregation drops pod, by which its owner is found'],
  ])('refuses %s, which drops the labels of its owner', (query, wrong) => {
    expect(queryProblem(query, byPod)?.wrong).toBe(wrong);
  });
});
