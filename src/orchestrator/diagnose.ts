// Runs every cause over an incident and ranks what they say; the strongest and deepest hypothesis leads. Pure.
import { causes } from '../diagnosis/causes.ts';
import { unsettled } from '../diagnosis/unsettled.ts';
import type { Approval, Incident, State } from '../folds/state.ts';
import type { Cause, Diagnosis, DiagnosisContext } from '../model/cause.ts';
import type { Evidence, EvidenceDraft } from '../model/evidence.ts';
import type { Hypothesis, Strength } from '../model/hypothesis.ts';
import type { ObjectRef } from '../model/target.ts';
import { numbered } from './evidence.ts';

export type Explained = { readonly hypothesis: Hypothesis; readonly cause: Cause; readonly diagnosis: Diagnosis };

export type Explanation = {
  readonly root: ObjectRef;
  /** Leading hypothesis first; never empty. */
  readonly ranked: readonly [Explained, ...Explained[]];
  /** Facts that the incident does not have yet. */
  readonly added: readonly Evidence[];
  readonly evidence: readonly Evidence[];
};

const strengths: readonly Strength[] = ['strong', 'fair', 'weak', 'ruled out'];
const mostHypotheses = 6;

export function explain(
  incident: Incident,
  context: DiagnosisContext,
  state: State,
  alsoSeen: readonly EvidenceDraft[] = [],
): Explanation {
  const refused = refusedCodes(incident, state);
  const found = causes.flatMap((cause) => {
    const diagnosis = cause.diagnose(context);
    return diagnosis === null
      ? []
      : [{ cause, diagnosis: refused.has(cause.code) ? refuse(diagnosis, refused.get(cause.code)) : diagnosis }];
  });
  const ranked = found.toSorted(
    (left, right) =>
      strengths.indexOf(left.diagnosis.strength) - strengths.indexOf(right.diagnosis.strength) ||
      left.cause.gate - right.cause.gate ||
      right.diagnosis.score - left.diagnosis.score,
  );
  const settled = ranked.some((one) => one.diagnosis.strength === 'strong' || one.diagnosis.strength === 'fair');
  const open = unsettled.diagnose(context);
  const all = settled || open === null ? ranked : [{ cause: unsettled, diagnosis: open }, ...ranked];
  const drafts = all.flatMap((one) => [...one.diagnosis.for, ...one.diagnosis.against]);
  const { added, idOf } = numbered([...drafts, ...alsoSeen], incident.evidence);
  const explained = all.slice(0, mostHypotheses).map((one, at): Explained => ({
    ...one,
    hypothesis: {
      id: `H${at + 1}`,
      code: one.cause.code,
      cause: one.cause.cause,
      title: one.cause.title,
      root: one.diagnosis.root,
      strength: one.diagnosis.strength,
      score: one.diagnosis.score,
      for: unique(one.diagnosis.for.map(idOf)),
      against: unique(one.diagnosis.against.map(idOf)),
      settle: [...one.diagnosis.settle],
    },
  }));
  const [first, ...rest] = explained;
  if (first === undefined) throw new Error(`no diagnosis of ${incident.id}: the open one must always answer`);
  return {
    root: first.diagnosis.root,
    ranked: [first, ...rest],
    added,
    evidence: [...incident.evidence, ...added],
  };
}

/** Causes that a person called wrong on this incident, with who said so. */
function refusedCodes(incident: Incident, state: State): ReadonlyMap<string, NonNullable<Approval['denial']>> {
  const codes = new Map<string, NonNullable<Approval['denial']>>();
  for (const plan of incident.plans) {
    const denial = plan.approval === null ? null : (state.approvals.get(plan.approval)?.denial ?? null);
    if (denial?.reasonCode === 'wrong-cause') codes.set(plan.plan.code, denial);
  }
  return codes;
}

function refuse(diagnosis: Diagnosis, denial: Approval['denial'] | undefined): Diagnosis {
  const by = denial?.by ?? 'a person';
  const draft: EvidenceDraft = {
    trust: 'reported',
    source: `decision of ${by}`,
    atMs: 0,
    sentence: `${by} says that this is not the cause${denial?.reason === undefined ? '' : `: "${denial.reason.slice(0, 200)}"`}`,
  };
  return { ...diagnosis, strength: 'ruled out', score: 0, against: [...diagnosis.against, draft], remedies: [] };
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)].filter((id) => id !== '');
}
