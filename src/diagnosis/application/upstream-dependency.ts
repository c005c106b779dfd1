// APP-005: a workload fails only because what it calls fails; the callee is the root and the victim is never touched.
import type { Cause, Diagnosis, DiagnosisContext } from '../../model/cause.ts';
import { scaled } from '../../model/pace.ts';
import { sameRef, shownRef, type ObjectRef } from '../../model/target.ts';
import { changeOf } from '../change.ts';
import { faultyCallees, isFault } from '../callees.ts';
import { field, fromFinding, measured } from '../fact.ts';
import { weigh, type Check } from '../proof.ts';
import { factOf, findingsOf, livePods, signalOf } from '../signs.ts';

const changeWindowMs = 30 * 60_000;
const victimFacts = ['not-ready', 'no-endpoints', 'rollout-stuck'] as const;

export const upstreamDependency: Cause = {
  code: 'APP-005',
  cause: 'upstream_dependency_failure',
  title: 'a dependency is down',
  gate: 7,
  verify: ['V-sli'],
  metricOnly: false,
  diagnose(context) {
    return asVictim(context) ?? asRoot(context);
  },
};

/** The subject shows errors; something that it calls is faulty by its own measures. */
function asVictim(context: DiagnosisContext): Diagnosis | null {
  const { subject } = context;
  const onset = victimOnset(context, subject);
  if (onset === null) return null;
  const [worst] = faultyCallees(context, subject, onset).toSorted(
    (left, right) => (left.onsetMs ?? onset) - (right.onsetMs ?? onset),
  );
  return worst === undefined ? null : conclude(context, worst.callee, [subject]);
}

/** The subject itself is the faulty callee; workloads that call it show the signs of victims. */
function asRoot(context: DiagnosisContext): Diagnosis | null {
  const { subject, view } = context;
  const victims = view
    .callersOf(subject)
    .map((edge) => edge.caller)
    .filter((caller) => {
      const onset = victimOnset(context, caller);
      return onset !== null && faultyCallees(context, caller, onset).some((one) => sameRef(one.callee, subject));
    });
  if (victims.length === 0) return null;
  const found = conclude(context, subject, unique(victims));
  // That others suffer tells where the root is, not why it fails: any cause of its own that is proven leads.
  return found.strength === 'strong'
    ? { ...found, strength: 'fair', settle: [...found.settle, `why ${shownRef(subject)} itself fails`] }
    : found;
}

function conclude(context: DiagnosisContext, root: ObjectRef, victims: readonly ObjectRef[]): Diagnosis {
  const { view } = context;
  const own = findingsOf(context, root).filter(isFault);
  const ready = livePods(view, root).length;
  const checks: Check[] = [
    ...own.slice(0, 3).map((one): Check => ({ holds: true, fact: fromFinding(one) })),
    ...(own.length === 0
      ? [
          {
            holds: true,
            fact: measured(field(root, 'pods'), view.asOfMs, `${shownRef(root)} has no ready pod (${ready} exist)`),
          },
        ]
      : []),
    ...victims.flatMap((victim) => victimChecks(context, victim, root)),
  ];
  return {
    root,
    ...weigh(checks),
    remedies: [],
    advice: [
      `repair ${shownRef(root)} first: kubectl -n ${root.namespace} describe ${root.kind.toLowerCase()} ${root.name}`,
      `leave ${victims.map(shownRef).join(', ')} alone: it fails only because ${root.name} does, and comes back up to 5 min after it`,
    ],
  };
}

function victimChecks(context: DiagnosisContext, victim: ObjectRef, root: ObjectRef): readonly Check[] {
  const { view, pace } = context;
  const onset = victimOnset(context, victim) ?? view.asOfMs;
  const change = changeOf(view, victim);
  const began = change?.current.createdAtMs ?? null;
  const changed = began !== null && onset - began >= 0 && onset - began < scaled(pace, changeWindowMs);
  const starved =
    factOf(context, victim, 'oom-killed') !== undefined || signalOf(context, victim, 'cpu.throttling') !== undefined;
  const edge = view.calleesOf(victim).find((one) => sameRef(one.callee, root));
  const shown = shownRef(victim);
  const errors =
    signalOf(context, victim, 'sli.err') ??
    signalOf(context, victim, 'sli.latency') ??
    factOf(context, victim, ...victimFacts);
  return [
    {
      holds: edge !== undefined,
      fact: measured(
        edge?.via ?? 'call edges',
        view.asOfMs,
        `${shown} calls ${shownRef(root)} through Service ${edge?.service ?? 'unknown'}`,
      ),
    },
    ...(errors === undefined ? [] : [{ holds: true, fact: fromFinding(errors) } satisfies Check]),
    {
      holds: !changed,
      settle: `whether the revision of ${shown} fails without ${root.name}`,
      fact: measured(
        field(victim, 'spec.template'),
        began ?? view.asOfMs,
        changed ? `${shown} was changed itself shortly before` : `${shown} itself was not changed in the 30 min before`,
      ),
    },
    {
      holds: !starved,
      fact: measured(
        field(victim, 'resources'),
        view.asOfMs,
        starved ? `${shown} lacks memory or CPU itself` : `${shown} lacks neither memory nor CPU`,
      ),
    },
  ];
}

/** Onset of the signs that a victim shows: errors, latency, not ready. */
function victimOnset(context: DiagnosisContext, of: ObjectRef): number | null {
  const signs = [
    signalOf(context, of, 'sli.err'),
    signalOf(context, of, 'sli.latency'),
    factOf(context, of, ...victimFacts),
  ];
  const onsets = signs.flatMap((one) => one?.onsetMs ?? []);
  return onsets.length === 0 ? null : Math.min(...onsets);
}

function unique(refs: readonly ObjectRef[]): readonly ObjectRef[] {
  return refs.filter((one, at) => refs.findIndex((other) => sameRef(one, other)) === at);
}
