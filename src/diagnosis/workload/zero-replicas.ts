// WL-016: a workload that should serve is at zero replicas.
import type { Cause, DiagnosisContext } from '../../model/cause.ts';
import { conditionOf, eventTimeMs } from '../../model/kube.ts';
import { shownRef } from '../../model/target.ts';
import { field, fromFinding, measured } from '../fact.ts';
import { weigh, type Check } from '../proof.ts';
import { remedy } from '../remedy.ts';
import { factOf } from '../signs.ts';

/** Annotations and labels by which people and tools say that zero is meant (faults.md 5). */
const intendedMarks = /^autoscaling\.keda\.sh\/paused|downscaler\/|downtime|maintenance|suspended/i;

export const zeroReplicas: Cause = {
  code: 'WL-016',
  cause: 'deployment_zero_replicas',
  title: 'scaled to zero',
  gate: 0,
  verify: ['V-roll', 'V-ep'],
  metricOnly: false,
  diagnose(context) {
    const { view, subject } = context;
    const workload = view.workload(subject);
    if (
      workload === undefined ||
      workload.replicas !== 0 ||
      workload.object === undefined ||
      subject.kind === 'DaemonSet'
    )
      return null;
    const intended = intendedMark(context);
    const callers = view.callersOf(subject);
    const usual = context.signals.usual('sli.rps', subject);
    const services = view.servicesOf(subject);
    const finding = factOf(context, subject, 'zero-replicas-called', 'no-endpoints');
    const wanted =
      callers.length > 0 || (usual !== null && usual.median > 0) || finding?.fact === 'zero-replicas-called';
    const former = formerReplicas(context);
    const checks: Check[] = [
      {
        holds: true,
        fact: measured(field(subject, 'spec.replicas'), view.asOfMs, `${shownRef(subject)} is at 0 replicas`),
      },
      {
        holds: intended === null,
        decisive: true,
        fact: measured(
          field(subject, intended ?? 'metadata.annotations'),
          view.asOfMs,
          intended === null ? 'nothing marks the zero as intended' : `the zero is marked as intended: ${intended}`,
        ),
      },
      {
        holds: wanted && services.length > 0,
        settle: 'who calls its Service, or its request rate before',
        fact: measured(
          services[0] === undefined ? field(subject, 'Service') : `service ${services[0].metadata.name} spec.selector`,
          view.asOfMs,
          wanted
            ? `${callers.length > 0 ? `${callers.map((one) => shownRef(one.caller)).join(', ')} ${callers.length === 1 ? 'calls' : 'call'} it` : `it usually serves ${usual?.median.toFixed(1) ?? '?'} requests a second`} through Service ${services.map((one) => one.metadata.name).join(', ') || 'none'}`
            : 'nobody is known to call it',
        ),
      },
      {
        holds: former === null ? null : true,
        settle: 'the former count of replicas (events, history)',
        ...(former === null ? {} : { fact: former.fact }),
      },
    ];
    if (finding !== undefined) checks.push({ holds: true, fact: fromFinding(finding) });
    const scalable = subject.kind === 'Deployment' && former !== null && intended === null && wanted;
    return {
      root: subject,
      ...weigh(checks),
      remedies: scalable
        ? [
            remedy({
              action: 'scale',
              target: subject,
              params: { replicas: former.replicas },
              bounds: { replicas: { min: 1, max: former.replicas } },
              why: former.why,
              expectedEffect: `${former.replicas} ready pods behind its Service`,
            }),
          ]
        : [],
      advice: [
        former === null
          ? `scale it to the count it had: kubectl -n ${subject.namespace} scale ${subject.kind.toLowerCase()} ${subject.name} --replicas=<count>`
          : `kubectl -n ${subject.namespace} scale ${subject.kind.toLowerCase()} ${subject.name} --replicas=${former.replicas}`,
      ],
    };
  },
};

/** The field that says that zero is meant, or null. */
function intendedMark(context: DiagnosisContext): string | null {
  const { view, subject } = context;
  const metadata = view.workload(subject)?.object?.metadata;
  const own = [...Object.entries(metadata?.annotations ?? {}), ...Object.entries(metadata?.labels ?? {})];
  const mark = own.find(([key, value]) => intendedMarks.test(key) && value !== 'false');
  if (mark !== undefined) return `metadata ${mark[0]}`;
  const autoscaler = view.autoscalerOf(subject);
  if (
    autoscaler?.spec?.minReplicas === 0 ||
    (autoscaler !== undefined && conditionOf(autoscaler, 'ScaledToZero')?.status === 'True')
  )
    return `horizontalpodautoscaler ${autoscaler.metadata.name}`;
  const namespace = view.namespaces.get(subject.namespace);
  const preview =
    /(^|-)(preview|pr-\d+)(-|$)/.test(subject.namespace) ||
    Object.entries(namespace?.labels ?? {}).some(([key, value]) => /preview/i.test(key) && value !== 'false');
  return preview ? 'preview namespace' : null;
}

type Former = { readonly replicas: number; readonly why: string; readonly fact: ReturnType<typeof measured> };

/** Sources in the order of the catalogue; the ReplicaSet annotation desired-replicas is overwritten with 0 and is none. */
function formerReplicas(context: DiagnosisContext): Former | null {
  const { view, subject } = context;
  const event = view
    .eventsOn(subject)
    .filter((one) => one.reason === 'ScalingReplicaSet')
    .findLast((one) => /from (\d+) to 0\b/.test(one.message ?? ''));
  const fromEvent = Number(/from (\d+) to 0\b/.exec(event?.message ?? '')?.[1] ?? 0);
  if (event !== undefined && fromEvent > 0)
    return {
      replicas: fromEvent,
      why: `the event ScalingReplicaSet says from ${fromEvent} to 0`,
      fact: {
        ...measured(
          `event ScalingReplicaSet on ${shownRef(subject)}`,
          eventTimeMs(event) ?? view.asOfMs,
          `it was scaled down from ${fromEvent} to 0`,
        ),
        trust: 'reported',
      },
    };
  const seen = context.replicasSeen(subject).findLast((one) => one.replicas > 0);
  if (seen !== undefined)
    return {
      replicas: seen.replicas,
      why: `it was seen at ${seen.replicas} before`,
      fact: measured(
        field(subject, 'spec.replicas, seen before'),
        seen.atMs,
        `it had ${seen.replicas} replicas when last seen above zero`,
      ),
    };
  const applied = appliedReplicas(view.workload(subject)?.object?.metadata.annotations ?? {});
  if (applied !== null)
    return {
      replicas: applied,
      why: `the manifest last applied says ${applied}`,
      fact: measured(
        field(subject, 'metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]'),
        view.asOfMs,
        `the manifest last applied asks for ${applied} replicas`,
      ),
    };
  const least = view.autoscalerOf(subject)?.spec?.minReplicas ?? 0;
  return least > 0
    ? {
        replicas: least,
        why: `its autoscaler keeps at least ${least}, and is off while the target is at zero`,
        fact: measured(
          'horizontalpodautoscaler spec.minReplicas',
          view.asOfMs,
          `its autoscaler keeps at least ${least} replicas`,
        ),
      }
    : null;
}

function appliedReplicas(annotations: Readonly<Record<string, string>>): number | null {
  const text = annotations['kubectl.kubernetes.io/last-applied-configuration'];
  const count = Number(/"replicas":\s*(\d+)/.exec(text ?? '')?.[1] ?? 0);
  return count > 0 ? count : null;
}
