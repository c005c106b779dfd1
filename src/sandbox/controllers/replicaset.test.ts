import { describe, expect, it } from 'vitest';
import { textAt, type Tree } from '../api/tree.ts';
import { byDispensability } from './replicaset.ts';

type Traits = {
  readonly node?: string;
  readonly phase?: string;
  readonly ready?: boolean;
  readonly since?: string;
  readonly restarts?: number;
  readonly born?: string;
  readonly cost?: string;
};

const aPod = (name: string, traits: Traits = {}): Tree => ({
  metadata: {
    name,
    creationTimestamp: traits.born ?? '2026-06-09T14:00:00Z',
    ...(traits.cost === undefined
      ? {}
      : { annotations: { 'controller.kubernetes.io/pod-deletion-cost': traits.cost } }),
  },
  spec: { nodeName: traits.node ?? `node-of-${name}` },
  status: {
    phase: traits.phase ?? 'Running',
    conditions: [
      {
        type: 'Ready',
        status: traits.ready === false ? 'False' : 'True',
        lastTransitionTime: traits.since ?? '2026-06-09T14:00:10Z',
      },
    ],
    containerStatuses: [{ restartCount: traits.restarts ?? 0 }],
  },
});
const first = (...pods: Tree[]): string => textAt(byDispensability(pods)[0] ?? {}, 'metadata', 'name');

describe('which pod a ReplicaSet gives up first', () => {
  it.each<[string, Traits, Traits]>([
    ['one without a node', { node: '' }, {}],
    ['one that is pending', { phase: 'Pending' }, {}],
    ['one that is not ready', { ready: false }, {}],
    ['one that is cheaper to delete', { cost: '1' }, { cost: '5' }],
    ['one that became ready later', { since: '2026-06-09T14:05:00Z' }, {}],
    ['one that was restarted more often', { restarts: 3 }, { restarts: 1 }],
    ['one that is younger', { born: '2026-06-09T15:00:00Z' }, {}],
  ])('%s', (_, given, kept) => {
    expect(first(aPod('a', kept), aPod('z', given))).toBe('z');
  });

  it('one that shares its node with others', () => {
    expect(first(aPod('a'), aPod('y', { node: 'shared' }), aPod('z', { node: 'shared' }))).toBe('y');
  });
});
