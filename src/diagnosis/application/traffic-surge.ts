// APP-006: load is up, the system behaves, and capacity ends.
import type { Cause, DiagnosisContext } from '../../model/cause.ts';
import { scaled } from '../../model/pace.ts';
import { seriesId, type SignalId } from '../../model/signal.ts';
import { shownRef } from '../../model/target.ts';
import { changeOf } from '../change.ts';
import { field, fromFinding, measured } from '../fact.ts';
import { weigh, type Check } from '../proof.ts';
import { remedy, type Remedy } from '../remedy.ts';
import { signalOf } from '../signs.ts';

/** Below this the load is not what changed. */
const leastGrowth = 1.4;
const costTolerance = 0.15;
const changeWindowMs = 30 * 60_000;
/** More than twice the replicas is not low risk (design.md), so one plan never asks for more. */
const largestStep = 2;
/** Share of failing requests from which repeated ones can make up the load. */
const retriedErrors = 0.2;

export const trafficSurge: Cause = {
  code: 'APP-006',
  cause: 'traffic_surge_legitimate',
  title: 'too few replicas',
  gate: 9.1,
  verify: ['V-roll', 'V-sli'],
  metricOnly: true,
  diagnose(context) {
    const { subject, view, signals } = context;
    const strained =
      signalOf(context, subject, 'sli.latency') ??
      signalOf(context, subject, 'cpu.throttling') ??
      signalOf(context, subject, 'sli.err');
    const now = signals.value('sli.rps', subject);
    const usual = signals.usual('sli.rps', subject)?.median ?? null;
    if (strained === undefined || now === null || usual === null || usual <= 0) return null;
    const growth = now / usual;
    if (growth < leastGrowth) return null;
    const autoscaler = view.autoscalerOf(subject);
    const rps = signalOf(context, subject, 'sli.rps');
    const tolerance = Math.max(scaled(context.pace, 30_000), 2 * context.pace.scrapeMs, context.pace.rateWindowMs);
    const checks: Check[] = [
      { holds: true, fact: fromFinding(strained) },
      {
        holds: true,
        fact: measured(
          seriesId({ signal: 'sli.rps', of: subject }),
          signals.atMs,
          `${now.toFixed(0)} requests a second, usual at this hour ${usual.toFixed(0)} (${growth.toFixed(1)} times)`,
        ),
      },
      costCheck(context, growth),
      revisionCheck(context, strained.onsetMs),
    ];
    if (rps !== undefined)
      checks.push({
        holds: rps.onsetMs <= strained.onsetMs + tolerance,
        settle: 'which came first, load or latency',
        fact: fromFinding(rps),
      });
    const storm = retryStorm(context, growth);
    if (storm !== null) checks.push({ holds: false, fact: storm, settle: 'request rate of its callers' });
    return {
      root: subject,
      ...weigh(checks),
      remedies: autoscaler === undefined ? remediesOf(context, growth) : [],
      advice: [
        autoscaler === undefined
          ? `more replicas carry the load: kubectl -n ${subject.namespace} scale ${subject.kind.toLowerCase()} ${subject.name} --replicas=${wantedReplicas(context, growth)}`
          : `its autoscaler ${autoscaler.metadata.name} holds the count of replicas (at most ${autoscaler.spec?.maxReplicas ?? '?'}): change it there`,
      ],
    };
  },
};

function remediesOf(context: DiagnosisContext, growth: number): Remedy[] {
  const { subject, view } = context;
  const current = view.workload(subject)?.replicas ?? 0;
  if (subject.kind !== 'Deployment' || current === 0) return [];
  const replicas = wantedReplicas(context, growth);
  return [
    remedy({
      action: 'scale',
      target: subject,
      params: { replicas },
      bounds: { replicas: { min: current + 1, max: current * largestStep } },
      why: `${growth.toFixed(1)} times the usual load, the cost of a request is unchanged, no autoscaler`,
      expectedEffect: 'p99 latency returns to the usual band at the new load',
    }),
  ];
}

function wantedReplicas(context: DiagnosisContext, growth: number): number {
  const current = context.view.workload(context.subject)?.replicas ?? 1;
  return Math.min(Math.max(Math.ceil(current * growth), current + 1), current * largestStep);
}

/** CPU per request against the usual one. Lower is fine: an idle share and saturation both lower it. */
function costCheck(context: DiagnosisContext, growth: number): Check {
  const { signals, subject } = context;
  const cpu = signals.value('cpu.usage', subject);
  const usualCpu = signals.usual('cpu.usage', subject)?.median ?? null;
  if (cpu === null || usualCpu === null || usualCpu <= 0)
    return { holds: null, settle: 'CPU usage now and usual, for the cost of a request' };
  const cost = cpu / usualCpu / growth;
  const follows = cpu > usualCpu;
  return {
    holds: cost <= 1 + costTolerance && follows,
    fact: measured(
      seriesId({ signal: 'cpu.usage', of: subject }),
      signals.atMs,
      `CPU ${cpu.toFixed(2)} cores, usual ${usualCpu.toFixed(2)}: ${cost <= 1 + costTolerance ? 'a request costs no more than before' : `a request costs ${Math.round((cost - 1) * 100)} % more than before`}`,
    ),
  };
}

function revisionCheck(context: DiagnosisContext, onsetMs: number): Check {
  const change = changeOf(context.view, context.subject);
  const began = change?.current.createdAtMs ?? null;
  const changed =
    began !== null &&
    began <= onsetMs + context.pace.rateWindowMs &&
    onsetMs - began < scaled(context.pace, changeWindowMs);
  return {
    holds: !changed,
    settle: 'the same load on the revision before',
    fact: measured(
      field(context.subject, 'spec.template'),
      began ?? context.view.asOfMs,
      changed
        ? `a rollout (revision ${change?.current.number ?? '?'}) came shortly before`
        : 'no rollout in the 30 min before',
    ),
  };
}

/** Callers that are not asked more themselves, while they ask more of this one, repeat their requests (APP-007); nobody repeats what was answered. */
function retryStorm(context: DiagnosisContext, growth: number): ReturnType<typeof measured> | null {
  const { view, signals, subject } = context;
  if ((signals.value('sli.err', subject) ?? 0) < retriedErrors) return null;
  const grown = view.callersOf(subject).flatMap((edge) => growthOf(context, 'sli.rps', edge.caller) ?? []);
  if (grown.length === 0 || grown.some((one) => one * 1.5 >= growth)) return null;
  return measured(
    'sli.rps of its callers',
    signals.atMs,
    `its callers (${view
      .callersOf(subject)
      .map((edge) => shownRef(edge.caller))
      .join(', ')}) are asked only ${Math.max(...grown).toFixed(1)} times as much`,
  );
}

function growthOf(
  context: DiagnosisContext,
  signal: SignalId,
  of: Parameters<typeof seriesId>[0]['of'],
): number | null {
  const now = context.signals.value(signal, of);
  const usual = context.signals.usual(signal, of)?.median ?? null;
  return now === null || usual === null || usual <= 0 ? null : now / usual;
}
