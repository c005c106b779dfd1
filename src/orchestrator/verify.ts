// Decides what a write did: settled, then the cause's windows of faults.md 1.6, then the metrics; harm at any time. Pure but for its clock-marks.
import type { Harm, Recovery } from '../agents/anomaly/anomaly-agent-port.ts';
import { conditionOf, isLive, type Probe } from '../model/kube.ts';
import type { OutcomeWord } from '../model/outcome.ts';
import { scaled, type Pace } from '../model/pace.ts';
import type { VerifyWindow } from '../model/plan.ts';
import type { Settlement } from '../model/action.ts';
import type { ObjectRef } from '../model/target.ts';
import type { ClusterView } from '../model/view.ts';

/** What one look at the target brought. */
export type Look = {
  readonly nowMs: number;
  readonly writtenAtMs: number;
  readonly settlement: Settlement;
  /** Why a window does not hold although the target is settled; null when all conditions hold. */
  readonly unmet: string | null;
  /** Container ends since the target settled first. */
  readonly endsSinceSettled: number;
  readonly recovery: Recovery | null;
  readonly harm: Harm;
  readonly holdMs: number;
  readonly metricOnly: boolean;
};

/** Marks between looks; lost at a restart, after which the window begins anew. */
export type Marks = { readonly settledAtMs: number | null; readonly firstSettledAtMs: number | null };

export const noMarks: Marks = { settledAtMs: null, firstSettledAtMs: null };

export type Decision =
  | { readonly word: 'wait'; readonly marks: Marks; readonly why: string }
  | { readonly word: OutcomeWord; readonly marks: Marks; readonly sentence: string };

/** Ends after the fix that count as "still failing": one may be the tail of the old trouble. */
const endsThatFail = 2;

export function decide(look: Look, marks: Marks, pace: Pace): Decision {
  const holds = look.settlement.state === 'settled' && look.unmet === null;
  const next: Marks = {
    settledAtMs: holds ? (marks.settledAtMs ?? look.nowMs) : null,
    firstSettledAtMs: marks.firstSettledAtMs ?? (look.settlement.state === 'settled' ? look.nowMs : null),
  };
  const over = (word: OutcomeWord, sentence: string): Decision => ({ word, marks: next, sentence });
  const wait = (why: string): Decision => ({ word: 'wait', marks: next, why });
  const sinceWriteMs = look.nowMs - look.writtenAtMs;
  if (look.harm.word === 'harmed') return over('harmful', look.harm.sentence);
  if (look.settlement.state === 'failed')
    return over('ineffective', `the change did not settle: ${look.settlement.why}`);
  if (look.endsSinceSettled >= endsThatFail)
    return over('ineffective', `containers ended ${look.endsSinceSettled} times since the change settled`);
  const settledForMs = next.settledAtMs === null ? -1 : look.nowMs - next.settledAtMs;
  const enough =
    settledForMs >= Math.max(look.holdMs, guardsReadMs(pace)) &&
    (!look.metricOnly || sinceWriteMs >= pace.metricVerdictMs);
  if (look.recovery?.word === 'not fixed' && settledForMs >= pace.settleMs && sinceWriteMs >= pace.metricVerdictMs)
    return over('ineffective', look.recovery.sentence);
  if (enough && (look.recovery === null || look.recovery.word === 'recovered'))
    return over('effective', effect(look, settledForMs, pace));
  if (sinceWriteMs >= pace.undecidedMs)
    return over('unknown', look.recovery?.sentence ?? look.unmet ?? look.settlement.why);
  return wait(look.unmet ?? (holds ? (look.recovery?.sentence ?? 'the window is not over') : look.settlement.why));
}

/** Nothing is called effective before its guards were read three times in windows that lie wholly after it and after what its start costs. */
function guardsReadMs(pace: Pace): number {
  return pace.startMs + pace.rateWindowMs + 3 * pace.guardReadMs;
}

function effect(look: Look, settledForMs: number, pace: Pace): string {
  const minutes = Math.max(1, Math.round((settledForMs * pace.scale) / 60_000));
  const held = `${look.settlement.why}, held for ${minutes} min`;
  return look.recovery === null ? held : `${look.recovery.sentence}; ${held}`;
}

/** The longest of the windows, in milliseconds at this pace; V-sli is held by `recovered()` itself. */
export function holdMsOf(windows: readonly VerifyWindow[], target: ObjectRef, view: ClusterView, pace: Pace): number {
  const spec = view.workload(target)?.template.spec;
  const probes = (spec?.containers ?? []).flatMap((one) => [one.readinessProbe, one.livenessProbe, one.startupProbe]);
  const probeMs = Math.max(0, ...probes.map(budgetMs)) * 2;
  const minReadyMs = (view.workload(target)?.object?.spec?.minReadySeconds ?? 0) * 1_000;
  const rollMs = Math.max(120_000, minReadyMs, Math.min(probeMs, 600_000));
  const lengths: Readonly<Record<VerifyWindow, number>> = {
    'V-create': 60_000,
    'V-sched': 60_000,
    'V-roll': rollMs,
    'V-crash': Math.max(rollMs, 180_000),
    'V-ep': 60_000,
    'V-sli': 0,
  };
  return scaled(pace, Math.max(0, ...windows.map((one) => lengths[one])));
}

function budgetMs(probe: Probe | null | undefined): number {
  if (probe === null || probe === undefined) return 0;
  return ((probe.initialDelaySeconds ?? 0) + (probe.periodSeconds ?? 10) * (probe.failureThreshold ?? 3)) * 1_000;
}

/** What a window asks for beside a settled target; null when everything holds. */
export function unmetCondition(windows: readonly VerifyWindow[], target: ObjectRef, view: ClusterView): string | null {
  if (windows.includes('V-sched')) {
    const waits = view
      .podsOf(target)
      .filter((pod) => isLive(pod) && conditionOf(pod, 'PodScheduled')?.status !== 'True');
    if (waits.length > 0) return `${waits.length} pods have no node`;
  }
  if (windows.includes('V-ep')) {
    for (const service of view.servicesOf(target)) {
      const slices = view.slicesOf(target.namespace, service.metadata.name);
      const ready = slices.some((slice) => (slice.endpoints ?? []).some((one) => one.conditions?.ready !== false));
      if (!ready) return `Service ${service.metadata.name} has no ready endpoint`;
    }
  }
  return null;
}

/** Container ends of live pods after a moment; pods that are being deleted end by design. */
export function endsSince(target: ObjectRef, view: ClusterView, sinceMs: number): number {
  return view
    .podsOf(target)
    .filter(isLive)
    .flatMap((pod) => pod.status?.containerStatuses ?? [])
    .filter((status) => {
      const end = status.lastState?.terminated ?? status.state?.terminated;
      return Date.parse(end?.finishedAt ?? '') > sinceMs;
    }).length;
}
