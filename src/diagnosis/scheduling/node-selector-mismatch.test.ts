import { describe, expect, it } from 'vitest';
import { keyOf } from '../../model/target.ts';
import { aContext, aFact } from '../testing/signs.ts';
import { aNode, aPod, aRevision, at, aTemplate, aView, aWorkload, deployment, type Parts } from '../testing/view.ts';
import { nodeSelectorMismatch } from './node-selector-mismatch.ts';

const trainer = deployment('trainer', 'batch');
const spec = (value: string): ReturnType<typeof aTemplate> =>
  aTemplate({ containers: [{ name: 'app' }], nodeSelector: { disktype: value } });
const waits = aPod(trainer, 'trainer-a', {
  ready: false,
  conditions: [
    {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message:
        "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
      lastTransitionTime: at(3),
    },
  ],
});
const findings = [aFact('unschedulable', trainer)];

function world(more: Partial<Parts> = {}): ReturnType<typeof aView> {
  return aView({
    workloads: [aWorkload(trainer, spec('sdd'))],
    pods: [waits],
    nodes: [aNode('n1', { disktype: 'ssd' }), aNode('n2', { disktype: 'nvme' })],
    revisions: new Map([[keyOf(trainer), [aRevision(1, spec('sdd'), { current: true })]]]),
    ...more,
  });
}

describe('SCH-001 node_selector_mismatch', () => {
  it('advises the near-identical value with the exact command in the first revision', () => {
    const found = nodeSelectorMismatch.diagnose(aContext(trainer, world(), { findings }));
    expect(found).toMatchObject({ strength: 'strong', remedies: [] });
    expect(found?.advice[0]).toContain('nodes have disktype=ssd');
    expect(found?.advice[0]).toContain('kubectl -n batch patch deployment trainer');
  });

  it('lists the values that exist when none is near', () => {
    const view = world({ workloads: [aWorkload(trainer, spec('tape'))] });
    const found = nodeSelectorMismatch.diagnose(aContext(trainer, view, { findings }));
    expect(found?.advice[0]).toContain('values that exist: ssd, nvme');
  });

  it('points at none of several near values', () => {
    const nodes = [aNode('n1', { disktype: 'ssd' }), aNode('n2', { disktype: 'hdd' })];
    const found = nodeSelectorMismatch.diagnose(aContext(trainer, world({ nodes }), { findings }));
    expect(found?.advice[0]).toContain('values that exist: ssd, hdd');
  });

  it('rolls back when the last revision changed the selector', () => {
    const revisions = new Map([
      [keyOf(trainer), [aRevision(1, spec('ssd'), { readyReplicas: 2 }), aRevision(2, spec('sdd'), { current: true })]],
    ]);
    const found = nodeSelectorMismatch.diagnose(aContext(trainer, world({ revisions }), { findings }));
    expect(found?.remedies).toMatchObject([{ action: 'rollback', params: { revision: 1 } }]);
  });

  it('is ruled out when a node carries the labels: then a cordon or a taint stands in the way', () => {
    const nodes = [{ ...aNode('n1', { disktype: 'sdd' }), spec: { unschedulable: true } }];
    expect(nodeSelectorMismatch.diagnose(aContext(trainer, world({ nodes }), { findings }))?.strength).toBe(
      'ruled out',
    );
  });

  it('is only likely when no node is open without the selector either', () => {
    const nodes = [{ ...aNode('n1'), spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } }];
    expect(nodeSelectorMismatch.diagnose(aContext(trainer, world({ nodes }), { findings }))?.strength).toBe('fair');
  });

  it('says nothing of pods that are scheduled, or that select nothing', () => {
    expect(nodeSelectorMismatch.diagnose(aContext(trainer, world({ pods: [aPod(trainer, 'a')] })))).toBeNull();
    const free = world({ workloads: [aWorkload(trainer, aTemplate({ containers: [] }))] });
    expect(nodeSelectorMismatch.diagnose(aContext(trainer, free, { findings }))).toBeNull();
  });
});
