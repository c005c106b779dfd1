// Goes back to a revision that the cluster still keeps: its template replaces the live one whole (writes.md B.2).
import { z } from 'zod';
import type { Live, Preview, Refusal, Risk } from '../model/action.ts';
import { isJsonObject, valueAt } from '../model/json.ts';
import { changeAt, changedBack } from './change-at.ts';
import { checked, noOther } from './checked.ts';
import { wasNeverReady } from './ever-ready.ts';
import { kubectl, patchRights, workloadGuards } from './on-workload.ts';
import { currentRevision, keptRevisions } from './revisions.ts';
import { rolloutSettled } from './settlement.ts';
import { holdOf, kindOf, pausedTests, sameTemplate, templatePath } from './template.ts';

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'];

const params = z.strictObject(
  {
    revision: z
      .number('revision must be a whole number')
      .int('revision must be a whole number')
      .min(1, 'revision must be at least 1'),
  },
  noOther('rollback'),
);
type Params = z.infer<typeof params>;

export const rollback = checked<Params>({
  name: 'rollback',
  title: 'go back to an earlier revision',
  targetKinds: kinds,
  params,
  guards: workloadGuards,
  rbac: patchRights(kinds),
  preview,
  undo: (before, reply) => changedBack(before, reply, templatePath),
  risk: riskOf,
  settled: rolloutSettled,
  summary(live, { revision }) {
    const current = currentRevision(live);
    return current === undefined ? `to revision ${revision}` : `revision ${current.number} → ${revision}`;
  },
  byHand: (target, { revision }) => kubectl(target, 'rollout undo', `--to-revision=${revision}`),
});

function preview(live: Live, { revision }: Params): Preview | Refusal {
  const hold = holdOf(live.object);
  if (hold !== null) return { refused: hold };
  const template = valueAt(live.object, templatePath);
  if (!isJsonObject(template)) return { refused: 'it has no pod template' };
  const kept = keptRevisions(live);
  const wanted = kept.find((one) => one.number === revision);
  if (wanted === undefined) {
    const numbers = kept.map((one) => one.number).join(', ');
    return { refused: `revision ${revision} is not kept${numbers === '' ? '' : `, only ${numbers}`}` };
  }
  if (sameTemplate(wanted.template, template)) return { refused: `revision ${revision} is what runs already` };
  const change = changeAt(live.object, templatePath, wanted.template);
  return { ...change, tests: [...change.tests, ...pausedTests(live.object)] };
}

/** Low while no pod of the revision that is left was ever ready; what cannot be proven counts as "was ready". */
function riskOf(live: Live): Risk {
  if (kindOf(live.object) === 'StatefulSet') return 'high';
  return wasNeverReady(live) ? 'low' : 'medium';
}
