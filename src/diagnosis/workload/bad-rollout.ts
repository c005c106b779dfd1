// WL-017: pods are ready, and the new revision errors or is slow where the old one did not.
import type { Cause, DiagnosisContext } from '../../model/cause.ts';
import type { SignalFinding } from '../../model/finding.ts';
import { conditionOf } from '../../model/kube.ts';
import { scaled } from '../../model/pace.ts';
import { seriesId, type Sample, type SignalId } from '../../model/signal.ts';
import { shownRef } from '../../model/target.ts';
import { changeOf, isRecent, type Change } from '../change.ts';
import { faultyCallees } from '../callees.ts';
import { field, fromFinding, measured } from '../fact.ts';
import { weigh, type Check } from '../proof.ts';
import { rollback } from '../remedy.ts';
import { livePods, signalOf, timeOf } from '../signs.ts';

const leastRequests = 100;
const worseBy = 3;
const afterReadyMs = 10 * 60_000;

export const badRollout: Cause = {
  code: 'WL-017',
  cause: 'bad_rollout_rising_errors',
  title: 'new revision fails',
  gate: 9,
  verify: ['V-roll', 'V-sli'],
  metricOnly: false,
  diagnose(context) {
    const { subject, view } = context;
    const finding = signalOf(context, subject, 'sli.err') ?? signalOf(context, subject, 'sli.latency');
    const change = changeOf(view, subject);
    if (finding === undefined || change === undefined || !isRecent(change, view.asOfMs, context.pace)) return null;
    const callees = faultyCallees(context, subject, finding.onsetMs);
    const migrates = migrationIn(change);
    const checks: Check[] = [
      { holds: true, fact: fromFinding(finding) },
      timeCheck(context, change, finding),
      compare(context, change, finding),
      {
        holds: callees.length === 0,
        decisive: true,
        fact: measured(
          'call edges',
          view.asOfMs,
          callees.length === 0
            ? `what it calls is as before (${
                view
                  .calleesOf(subject)
                  .map((one) => shownRef(one.callee))
                  .join(', ') || 'it calls nothing known'
              })`
            : `${callees.map((one) => shownRef(one.callee)).join(', ')} that it calls is faulty itself`,
        ),
      },
    ];
    const rps = signalOf(context, subject, 'sli.rps');
    if (rps !== undefined)
      checks.push({ holds: false, fact: fromFinding(rps), settle: 'errors at the usual request rate' });
    const why = `errors began with revision ${change.current.number}; revision ${change.previous.number} did not have them`;
    return {
      root: subject,
      ...weigh(checks),
      remedies: migrates
        ? []
        : [rollback(subject, change, why, 'error ratio and p99 latency return to the usual band')],
      advice: [
        ...(migrates
          ? ['this revision ran a migration: check that the old version can read the data before rolling back']
          : []),
        `compare the two revisions: kubectl -n ${subject.namespace} rollout history ${subject.kind.toLowerCase()}/${subject.name} --revision=${change.current.number}`,
      ],
    };
  },
};

/** The change point lies at most 10 min after the first ready pod of the new revision, and not before its rollout. */
function timeCheck(context: DiagnosisContext, change: Change, finding: SignalFinding): Check {
  const { view, pace } = context;
  const began = change.current.createdAtMs ?? view.asOfMs;
  const ready = podsWith(context, change.current.hash)
    .map((pod) => conditionOf(pod, 'Ready'))
    .filter((one) => one?.status === 'True')
    .flatMap((one) => timeOf(one?.lastTransitionTime) ?? []);
  const firstReady = ready.length === 0 ? began : Math.max(began, Math.min(...ready));
  const tolerance = Math.max(scaled(pace, 30_000), 2 * pace.scrapeMs, pace.rateWindowMs);
  const holds =
    finding.onsetMs >= began - tolerance && finding.onsetMs <= firstReady + scaled(pace, afterReadyMs) + tolerance;
  const minutes = Math.round((finding.onsetMs - began) / scaled(pace, 60_000));
  return {
    holds,
    settle: 'the time at which the errors began, against the rollout',
    fact: measured(
      field(context.subject, `revision ${change.current.number} creationTimestamp`),
      began,
      holds
        ? `it began ${Math.max(minutes, 0)} min after the rollout of revision ${change.current.number}`
        : `it began ${Math.abs(minutes)} min ${minutes < 0 ? 'before' : 'after'} the rollout of revision ${change.current.number}`,
    ),
  };
}

/** Pods of the new revision against those of the old one, by their own requests; without old pods against the time before. */
function compare(context: DiagnosisContext, change: Change, finding: SignalFinding): Check {
  const { signal } = finding;
  const samples = context.signals.byPod(signal, context.subject);
  const fresh = mean(
    of(
      samples,
      podsWith(context, change.current.hash).map((pod) => pod.metadata.name),
    ),
  );
  const old = mean(
    of(
      samples,
      podsWith(context, change.previous.hash).map((pod) => pod.metadata.name),
    ),
  );
  const source = `${seriesId({ signal, of: context.subject })} by pod`;
  if (fresh === null || fresh.weight < leastRequests)
    return { holds: null, settle: `${leastRequests} requests answered by pods of revision ${change.current.number}` };
  const ratio = signal === 'sli.err' ? worseBy : 2;
  const before = old !== null && old.weight >= leastRequests / 10 ? old.value : null;
  const reference = before ?? finding.baseline;
  const holds = fresh.value >= ratio * Math.max(reference, 0.001);
  const show = (value: number): string => shown(signal, value);
  return {
    holds,
    ...(before === null ? {} : { decisive: true }),
    fact: measured(
      source,
      context.signals.atMs,
      `pods of revision ${change.current.number}: ${show(fresh.value)} (${Math.round(fresh.weight)} requests); ${
        before === null
          ? `before the rollout: ${show(reference)}`
          : `pods of revision ${change.previous.number}: ${show(before)}`
      }`,
    ),
  };
}

function podsWith(context: DiagnosisContext, hash: string): ReturnType<typeof livePods> {
  return context.view
    .podsOf(context.subject)
    .filter(
      (pod) =>
        pod.metadata.labels?.['pod-template-hash'] === hash ||
        pod.metadata.labels?.['controller-revision-hash'] === hash,
    );
}

function of(samples: ReadonlyMap<string, Sample>, pods: readonly string[]): readonly Sample[] {
  return pods.flatMap((name) => samples.get(name) ?? []);
}

/** Mean weighted by requests. */
function mean(samples: readonly Sample[]): { readonly value: number; readonly weight: number } | null {
  const weight = samples.reduce((sum, one) => sum + (one.weight ?? 0), 0);
  if (samples.length === 0 || weight === 0) return null;
  return { value: samples.reduce((sum, one) => sum + one.value * (one.weight ?? 0), 0) / weight, weight };
}

function migrationIn(change: Change): boolean {
  return (change.current.template.spec?.initContainers ?? []).some((one) =>
    /migrat/i.test(`${one.name} ${one.image ?? ''}`),
  );
}

function shown(signal: SignalId, value: number): string {
  return signal === 'sli.err' ? `${(value * 100).toFixed(1)} % errors` : `p99 ${Math.round(value * 1000)} ms`;
}
