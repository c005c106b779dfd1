// Changes the count of replicas, on the workload itself: the scale subresource would drop the mark (writes.md B.1).
import { z } from 'zod';
import type { Live, Risk } from '../model/action.ts';
import { changeAt, changedBack } from './change-at.ts';
import { checked, noOther } from './checked.ts';
import { kubectl, patchRights, workloadGuards } from './on-workload.ts';
import { countSettled } from './settlement.ts';
import { hasClaim, kindOf, wantedReplicas } from './template.ts';

const kinds = ['Deployment', 'StatefulSet'];
const replicasPath = '/spec/replicas';
/** The field is a signed 32-bit integer; how many pods may come is the guardian's word (G09). */
const most = 2 ** 31 - 1;
const largestLowStep = 2;

const params = z.strictObject(
  {
    replicas: z
      .number('replicas must be a whole number')
      .int('replicas must be a whole number')
      .min(0, 'replicas must not be below 0')
      .max(most, `replicas must not be above ${most}`),
  },
  noOther('scale'),
);
type Params = z.infer<typeof params>;

export const scale = checked<Params>({
  name: 'scale',
  title: 'change the number of replicas',
  targetKinds: kinds,
  params,
  guards: workloadGuards,
  rbac: patchRights(kinds),
  preview: (live, { replicas }) =>
    replicas === wantedReplicas(live.object)
      ? { refused: `it is at ${replicas} replicas already` }
      : changeAt(live.object, replicasPath, replicas),
  undo: (before, reply) => changedBack(before, reply, replicasPath),
  risk: riskOf,
  settled: countSettled,
  summary: (live, { replicas }) => `${wantedReplicas(live.object)} → ${replicas}`,
  byHand: (target, { replicas }) => kubectl(target, 'scale', `--replicas=${replicas}`),
});

/**
 * Low only where running pods get at most as many again beside them and none holds data. From zero there is nothing to
 * double, and whoever wrote the zero may have meant it: medium, so that a person or a policy says that it was not meant
 * (faults.md WL-016).
 */
function riskOf(live: Live, { replicas }: Params): Risk {
  const current = wantedReplicas(live.object);
  if (kindOf(live.object) !== 'Deployment' || replicas < current) return 'high';
  return current > 0 && replicas <= current * largestLowStep && !hasClaim(live.object) ? 'low' : 'medium';
}
