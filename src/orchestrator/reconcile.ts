// Holds the model's ranking against the rules': how sure the product is of a plan, computed from agreement, proof and what was cited. Pure.
import type { Evidence } from '../model/evidence.ts';
import type { Hypothesis } from '../model/hypothesis.ts';
import type { Reasoning } from '../model/plan.ts';

type Chosen = {
  /** Hypotheses as the leader ranks them; empty when it ranked none. */
  readonly order: readonly string[];
  /** The hypotheses behind the actions, in their order. */
  readonly behind: readonly string[];
  readonly cites: readonly string[];
};

/** What agreement takes from doubt, and what disagreement takes from trust. */
const agreed = 0.5;
const differed = 0.5;
/** Of the score, what does not depend on whether the cited facts are those that prove the cause. */
const uncited = 0.6;

/** Null when nothing is ranked, or when the rules led: then there is nothing to hold against each other. */
export function reasoningOf(
  leader: 'model' | 'rules',
  chosen: Chosen,
  hypotheses: readonly Hypothesis[],
  evidence: readonly Evidence[],
): Reasoning | null {
  const [rules] = hypotheses;
  const model = hypotheses.find((one) => one.id === (chosen.order[0] ?? chosen.behind[0]));
  const acted = hypotheses.find((one) => one.id === chosen.behind[0]);
  if (rules === undefined || model === undefined || acted === undefined) return null;
  const covered = acted.score * (uncited + (1 - uncited) * coverage(acted, chosen.cites, evidence));
  if (leader === 'rules') return { agreement: 'rules alone', rules: codeOf(rules), confidence: rounded(covered) };
  const agrees = model.id === rules.id && chosen.behind.every((id) => id === rules.id);
  return {
    agreement: agrees ? 'agree' : 'differ',
    rules: codeOf(rules),
    model: codeOf(model),
    confidence: rounded(agrees ? 1 - (1 - covered) * agreed : covered * differed),
  };
}

/** Share of the facts for a hypothesis that are cited; untrusted facts count for neither side. */
function coverage(of: Hypothesis, cites: readonly string[], evidence: readonly Evidence[]): number {
  const proofs = of.for.filter((id) => evidence.find((one) => one.id === id)?.trust !== 'untrusted');
  return proofs.length === 0 ? 0 : proofs.filter((id) => cites.includes(id)).length / proofs.length;
}

function codeOf({ code, title }: Hypothesis): { readonly code: string; readonly title: string } {
  return { code, title };
}

function rounded(confidence: number): number {
  return Math.round(confidence * 100) / 100;
}
