// WL-001: a container exceeds its own memory limit and the kernel kills it.
import { formatBytes, parseQuantity } from '../../model/quantity.ts';
import type { Cause, Diagnosis, DiagnosisContext } from '../../model/cause.ts';
import type { Container } from '../../model/kube.ts';
import { shownRef, type ObjectRef } from '../../model/target.ts';
import { changeOf, containerChanged, isRecent } from '../change.ts';
import { field, fromFinding, measured } from '../fact.ts';
import { weigh, type Check } from '../proof.ts';
import { remedy, rollback, type Remedy } from '../remedy.ts';
import { containerOf, factOf, livePods, terminations } from '../signs.ts';
import { memoryGrowth } from './memory-leak.ts';

const mebibyte = 2 ** 20;
/** Kills of one incident lie close together; an older one is a leftover (faults.md 5). */
const nodeKillToleranceMs = 60_000;

export const oomKilled: Cause = {
  code: 'WL-001',
  cause: 'oom_killed',
  title: 'memory limit too low',
  gate: 6,
  verify: ['V-crash'],
  metricOnly: false,
  diagnose(context) {
    const pods = livePods(context.view, context.subject);
    const kills = terminations(pods).filter((one) => one.end.reason === 'OOMKilled');
    const [newest] = kills;
    const finding = factOf(context, context.subject, 'oom-killed');
    if (newest === undefined || (finding === undefined && !isFresh(newest.atMs, context))) return null;
    const name = newest.status.name;
    const container = containerOf(context.view, context.subject, name);
    const limit = container?.resources?.limits?.['memory'];
    const limitBytes = limit === undefined ? null : parseQuantity(limit);
    const killedPods = new Set(kills.map((one) => one.pod.metadata.name)).size;
    const restarts = kills.reduce((sum, one) => sum + (one.status.restartCount ?? 0), 0);
    const growth = memoryGrowth(context);
    const share = context.signals.peak('memory.share', context.subject);
    const checks: Check[] = [
      {
        holds: true,
        fact: measured(
          field(context.subject, `pods status.containerStatuses[${name}].lastState.terminated`),
          newest.atMs,
          `container ${name} was killed for memory (OOMKilled, exit ${newest.end.exitCode ?? 137}) in ${killedPods} of ${pods.length} pods, ${restarts} restarts`,
        ),
      },
      {
        holds: limitBytes !== null && limitBytes > 0,
        decisive: true,
        fact: measured(
          field(context.subject, `spec.template.spec.containers[${name}].resources.limits.memory`),
          context.view.asOfMs,
          limit === undefined
            ? `container ${name} has no memory limit of its own`
            : `container ${name} may use ${limit} of memory`,
        ),
      },
      nodeCheck(context, newest.pod.spec?.nodeName, newest.atMs),
    ];
    if (finding !== undefined) checks.push({ holds: true, fact: fromFinding(finding) });
    if (share !== null && share >= 0.85)
      checks.push({
        holds: true,
        fact: measured(
          `memory.share@${shownRef(context.subject)}`,
          context.signals.atMs,
          `the working set reached ${Math.round(Math.min(share, 1) * 100)} % of the limit`,
        ),
      });
    if (growth !== null)
      checks.push({
        holds: !growth.steady,
        decisive: true,
        fact: measured(growth.source, growth.atMs, growth.sentence),
      });
    return {
      root: context.subject,
      ...weigh(checks),
      remedies: remediesOf(context, container, limitBytes),
      advice: [
        `look at the last log of ${name} before the kill: kubectl -n ${context.subject.namespace} logs ${newest.pod.metadata.name} -c ${name} --previous`,
      ],
    } satisfies Diagnosis;
  },
};

function remediesOf(context: DiagnosisContext, container: Container | undefined, limitBytes: number | null): Remedy[] {
  const { subject, view } = context;
  if (container === undefined || limitBytes === null || !writable(subject)) return [];
  const change = changeOf(view, subject);
  const changed =
    change !== undefined &&
    isRecent(change, view.asOfMs, context.pace) &&
    containerChanged(change, container.name, (one) => [one.image, one.resources?.limits]);
  if (change !== undefined && changed)
    return [
      rollback(
        subject,
        change,
        'image or limit changed in the last rollout, within 24 h, and the kills followed it',
        'no kill for memory on the former revision',
      ),
    ];
  const share = context.signals.peak('memory.share', subject);
  const peakBytes = Math.max(share === null ? 0 : share * limitBytes, ...podPeaks(context));
  const wanted = wholeMebibytes(Math.max(Math.min(peakBytes, limitBytes * 2) * 1.25, limitBytes * 1.5));
  const request = container.resources?.requests?.['memory'];
  const requestBytes = request === undefined ? null : parseQuantity(request);
  const requests =
    requestBytes === null
      ? {}
      : { requests: { memory: formatBytes(wholeMebibytes((requestBytes * wanted) / limitBytes)) } };
  return [
    remedy({
      action: 'set-resources',
      target: subject,
      params: { container: container.name, limits: { memory: formatBytes(wanted) }, ...requests },
      why: `the limit of ${formatBytes(limitBytes)} is reached; the larger of 1.25 times the peak and 1.5 times the limit is ${formatBytes(wanted)}`,
      expectedEffect: `no kill for memory, working set below 85 % of ${formatBytes(wanted)}`,
    }),
  ];
}

/** Per pod, so that a total over replicas never becomes the limit of one. */
function podPeaks(context: DiagnosisContext): number[] {
  return [...context.signals.byPod('memory.working_set', context.subject).values()].map((one) => one.value);
}

function nodeCheck(context: DiagnosisContext, node: string | undefined, killedAtMs: number): Check {
  if (!context.view.complete.has('Event') || node === undefined)
    return { holds: null, settle: 'events of the node at the time of the kill' };
  const systemKill = context.view
    .eventsOn({ kind: 'Node', namespace: '', name: node })
    .find(
      (one) =>
        one.reason === 'SystemOOM' && Math.abs(Date.parse(one.lastTimestamp ?? '') - killedAtMs) < nodeKillToleranceMs,
    );
  return {
    holds: systemKill === undefined,
    decisive: true,
    fact: measured(
      `events of node/${node}`,
      killedAtMs,
      systemKill === undefined
        ? `node ${node} itself did not run out of memory (no SystemOOM event)`
        : `node ${node} ran out of memory itself (SystemOOM)`,
    ),
  };
}

function isFresh(atMs: number, context: DiagnosisContext): boolean {
  return context.view.asOfMs - atMs < context.pace.hourMs;
}

function writable(of: ObjectRef): boolean {
  return of.kind === 'Deployment' || of.kind === 'StatefulSet' || of.kind === 'DaemonSet';
}

function wholeMebibytes(bytes: number): number {
  return Math.ceil(bytes / mebibyte) * mebibyte;
}
