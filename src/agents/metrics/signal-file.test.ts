import { describe, expect, it } from 'vitest';
import { mostUserSignals, readSignalFile } from './signal-file.ts';

const whole = `signals:
  - name: orders.waiting
    title: orders waiting
    query: sum by (namespace, pod) (orders_waiting)
    of: { namespace: namespace, pod: pod }
    unit: count
    direction: up
    floor: { absolute: 50, relative: 2 }
    severity: critical
    family: queue
    combine: max
    seasonality: weekly
`;
const plain = (more: string, query = 'orders'): string => `signals:
  - name: a
    query: ${query}
    of: { node: instance }
    unit: ratio
    direction: both
${more}`;
const floor = '    floor: { absolute: 0.1 }\n';
const problemsOf = (text: string) => {
  const read = readSignalFile(text);
  return 'problems' in read ? read.problems : [];
};

describe('a file of signals', () => {
  it('makes a measure and a signal of each entry', () => {
    const read = readSignalFile(whole);
    expect(read).toMatchObject({
      signals: [
        {
          measure: {
            id: 'custom.orders.waiting',
            query: 'sum by (namespace, pod) (orders_waiting)',
            aggregate: 'max',
            by: ['namespace', 'pod'],
            labels: { namespace: ['namespace'], pod: ['pod'] },
          },
          definition: {
            id: 'custom.orders.waiting',
            title: 'orders waiting',
            unit: 'count',
            family: 'queue',
            direction: 'up',
            floor: { absolute: 50, relative: 2 },
            severity: 'critical',
            seasonality: 'weekly',
            of: 'workload',
            reading: { from: 'sum', of: 'custom.orders.waiting' },
          },
        },
      ],
    });
  });

  it('follows aliases and merges', () => {
    const text = `${plain(floor).replace('- name', '- &first\n    name')}  - { <<: *first, name: b, direction: up }\n`;
    expect(readSignalFile(text)).toMatchObject({
      signals: [
        { measure: { query: 'orders' }, definition: { id: 'custom.a', direction: 'both' } },
        { measure: { query: 'orders' }, definition: { id: 'custom.b', direction: 'up' } },
      ],
    });
  });

  it.each([
    ['a merge of what is no map', '  - { <<: 3, name: b }\n', 'Merge sources must be maps'],
    [
      'a merged mistake',
      '  - { <<: *first, name: b, of: { node: pod }, query: sum by (app) (x) }\n',
      'the aggregation drops pod',
    ],
    ['a merged mistake in a name', '  - { <<: *first, name: B c }\n', 'name is "B c"'],
  ])('tells the line of %s', (_what, entry, wrong) => {
    const text = `${plain(floor).replace('- name', '- &first\n    name')}${entry}`;
    expect(problemsOf(text)).toMatchObject([{ line: 9, wrong: expect.stringContaining(wrong) as unknown }]);
  });

  it('fills in what may be left out', () => {
    expect(readSignalFile(plain(floor))).toMatchObject({
      signals: [
        {
          measure: { aggregate: 'sum', labels: { node: ['instance'] } },
          definition: {
            title: 'a',
            of: 'node',
            severity: 'warning',
            family: 'saturation',
            seasonality: 'daily',
            floor: { absolute: 0.1, relative: 1 },
          },
        },
      ],
    });
  });

  it.each(['', 'signals: []\n', '# nothing yet\n'])('may be empty: %j', (text) => {
    expect(readSignalFile(text)).toEqual({ signals: [] });
  });

  it.each([
    ['a list', '- name: a\n', 1, 1, 'the file is not a map'],
    ['another key', 'signal: []\n', 1, 1, 'the key "signal" is not known'],
    ['no list', 'signals: 3\n', 1, 10, 'signals is not a list'],
    ['an entry that is text', 'signals:\n  - orders\n', 2, 5, 'a signal must be a map'],
    ['a missing floor', plain(''), 2, 5, 'floor is missing'],
    ['an unknown unit', plain(floor).replace('ratio', 'furlongs'), 5, 11, 'unit is "furlongs"'],
    ['a stray key', plain(`${floor}    threshold: 3\n`), 8, 5, 'the key threshold is not known'],
    [
      'a stray key of the floor',
      plain('    floor: { absolute: 1, above: 2 }\n'),
      7,
      27,
      'the key floor.above is not known',
    ],
    ['a floor of nothing', plain('    floor: { absolute: 0 }\n'), 7, 24, 'floor.absolute is "0"'],
    ['half an owner', plain(floor).replace('node: instance', 'namespace: ns'), 4, 9, 'of is a list or map'],
    ['a name with spaces', plain(floor).replace('name: a', 'name: My signal'), 2, 11, 'name is "My signal"'],
  ])('tells the place of %s', (_what, text, line, column, wrong) => {
    expect(problemsOf(text)).toMatchObject([{ line, column, wrong }]);
  });

  it('says what to write', () => {
    expect(problemsOf(plain(floor).replace('ratio', 'furlongs'))[0]?.write).toBe(
      'one of cores, bytes, seconds, ratio, count, per_second, bytes_per_second',
    );
    expect(problemsOf(plain(floor).replace('{ node: instance }', 'pod'))[0]?.write).toContain('{namespace: …, pod: …}');
    expect(problemsOf(plain('    floor: 3\n'))[0]?.write).toBe('{absolute: …, relative: …}');
  });

  it('tells where YAML breaks', () => {
    expect(problemsOf('signals:\n  - name: "a\n')).toMatchObject([
      { line: 3, column: 1, wrong: expect.stringContaining('not YAML') as unknown },
    ]);
  });

  it('tells the place inside a query on its line', () => {
    expect(problemsOf(plain(floor, 'max by (instance) (rate(x[5m])'))).toMatchObject([
      { line: 3, column: 42, wrong: 'the query ends before it is whole' },
    ]);
    expect(problemsOf(plain(floor, '"orders waiting"'))).toMatchObject([{ line: 3, column: 20 }]);
  });

  it('tells the place inside a query of several lines', () => {
    const query = '|\n      sum by (instance) (a)\n        / sum by (instance) (b))';
    expect(problemsOf(plain(floor, query))).toMatchObject([
      { line: 5, column: 32, wrong: 'the query cannot go on with ")"' },
    ]);
  });

  it('refuses an aggregation that drops the label of the owner', () => {
    expect(problemsOf(plain(floor, 'sum by (pod) (orders)'))).toMatchObject([
      { line: 3, wrong: 'the aggregation drops instance, by which its owner is found' },
    ]);
  });

  it.each([
    ['max by (instance) (rate(orders))', 36, 'rate(…) takes a range of samples'],
    ["orders{app=~'a['}", 24, '"a[" is no regular expression'],
    ['scalar(orders)', 12, 'the query is a number'],
    ['orders / on (pod) room', 21, 'what stands here has no instance'],
  ])('refuses %s, which Prometheus would refuse or which names no owner', (query, column, wrong) => {
    expect(problemsOf(plain(floor, query))).toMatchObject([
      { line: 3, column, wrong: expect.stringContaining(wrong) as unknown },
    ]);
  });

  it('tells every mistake, not the first alone', () => {
    const text = plain(floor).replace('ratio', 'furlongs').replace('both', 'sideways');
    expect(problemsOf(text).map((one) => one.line)).toEqual([5, 6]);
  });

  it('refuses two signals of one name', () => {
    const twice = `${whole}${whole.replace('signals:\n', '')}`;
    expect(problemsOf(twice)).toMatchObject([{ line: 13, wrong: 'line 2 has a signal of this name' }]);
  });

  it('refuses more signals than a cycle can ask for', () => {
    const one = whole.replace('signals:\n', '');
    const many = `signals:\n${Array.from({ length: mostUserSignals + 1 }, (_, at) => one.replace('orders.waiting', `o${at}`)).join('')}`;
    expect(problemsOf(many)).toMatchObject([{ wrong: `the file has ${mostUserSignals + 1} signals` }]);
  });
});
