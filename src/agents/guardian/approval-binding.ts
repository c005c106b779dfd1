// G15: an approval holds only for what was shown; when the change, the plan or a ruling is another one now, people are asked anew.
import { findPlan } from '../../folds/lookup.ts';
import { bindingOf } from './binding.ts';
import type { Facts } from './facts.ts';
import { allow, ask, type Rule } from './rule.ts';

export const approvalBinding: Rule = {
  id: 'G15',
  about: 'An approval binds the digest of what was shown; a change of it voids the approval, and approvals expire.',
  judge(facts, before) {
    const { approval } = facts;
    if (approval === null) return allow('an approval would bind the change, its undo and every ruling');
    const { given } = approval;
    if (facts.wallMs >= given.expiresWallMs && nothingWritten(facts))
      return ask(1, `approval ${given.id} expired before anything was written on it`);
    const fresh = approval.bindingWith(bindingOf(facts, before));
    return fresh === given.binding
      ? allow(`approval ${given.id} binds ${given.binding.slice(0, 12)}, which is what would be written`)
      : ask(
          1,
          `approval ${given.id} was given for ${given.binding.slice(0, 12)}; what would be written now is ${fresh.slice(0, 12)}`,
        );
  },
};

/** Later steps of a plan may come long after its first; a permit that never left is no first step. */
function nothingWritten({ state, plan }: Pick<Facts, 'state' | 'plan'>): boolean {
  return findPlan(state, plan.id)?.plan.actions.some((one) => one.writtenAtMs !== null) !== true;
}
