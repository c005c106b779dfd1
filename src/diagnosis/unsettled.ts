// What is said when no cause of the catalogue explains the findings: what is known, and what a person should look at.
import type { Cause, DiagnosisContext } from '../model/cause.ts';
import { isPodReady } from '../model/kube.ts';
import { fromFinding, measured, reported } from './fact.ts';
import { findingsOf, livePods, podEvents, podRef } from './signs.ts';

export const unsettled: Cause = {
  code: 'NONE',
  cause: 'not_settled',
  title: 'cause not settled',
  gate: 99,
  verify: ['V-roll'],
  metricOnly: false,
  diagnose(context) {
    const { subject, view } = context;
    const findings = findingsOf(context, subject);
    const pods = livePods(view, subject);
    const notReady = pods.filter((pod) => !isPodReady(pod));
    const timeOuts = podEvents(view, notReady, ['Unhealthy'], /probe (failed|errored)/i).at(-1);
    return {
      root: subject,
      strength: 'weak',
      score: 0,
      for: [
        ...findings.slice(0, 4).map(fromFinding),
        ...(notReady.length === 0
          ? []
          : [
              measured(
                `pods of ${subject.name} status.conditions[Ready]`,
                view.asOfMs,
                `${notReady.length} of ${pods.length} pods are not ready: ${notReady
                  .map((pod) => pod.metadata.name)
                  .slice(0, 3)
                  .join(', ')}`,
              ),
            ]),
        ...(timeOuts === undefined
          ? []
          : [reported(timeOuts, `the kubelet says: ${(timeOuts.message ?? '').slice(0, 160)}`, view.asOfMs)]),
      ],
      against: [],
      settle: ['logs and events of the pods that are not well'],
      remedies: [],
      advice: adviceOf(
        context,
        notReady.map((pod) => podRef(pod).name),
        timeOuts?.message ?? '',
      ),
    };
  },
};

function adviceOf(context: DiagnosisContext, pods: readonly string[], probeText: string): string[] {
  const { namespace, kind, name } = context.subject;
  const [first] = pods;
  if (first === undefined) return [`look at its state: kubectl -n ${namespace} describe ${kind.toLowerCase()} ${name}`];
  return [
    `look at the pod and its events: kubectl -n ${namespace} describe pod ${first}`,
    `read its log: kubectl -n ${namespace} logs ${first} --tail=50`,
    /deadline exceeded|timeout/i.test(probeText)
      ? `its probe times out: check disk and node of ${first}; delete only this pod once it is clear that its data is safe: kubectl -n ${namespace} delete pod ${first}`
      : `delete only this pod once its cause is known and its data is safe: kubectl -n ${namespace} delete pod ${first}`,
  ];
}
