// The rules in the order in which they apply: to read the list is to read the policy. All run and all are recorded.
import { approvalBinding } from './approval-binding.ts';
import { blastRadius } from './blast-radius.ts';
import { catalogueOnly } from './catalogue-only.ts';
import { cooldown } from './cooldown.ts';
import { disruptionBudget } from './disruption-budget.ts';
import { dryRunEqualsPreview } from './dry-run-equals-preview.ts';
import { enoughProof } from './enough-proof.ts';
import { freshFacts } from './fresh-facts.ts';
import { intentFirst } from './intent-first.ts';
import { leaderEpoch } from './leader-epoch.ts';
import { neverTouched } from './never-touched.ts';
import { ownership } from './ownership.ts';
import { permitPrecondition } from './permit-precondition.ts';
import { protectedObjects } from './protected-objects.ts';
import { riskAndPeople } from './risk-and-people.ts';
import type { Rule } from './rule.ts';
import { switchAndMode } from './switch-and-mode.ts';
import { undoReady } from './undo-ready.ts';
import { untrustedEvidence } from './untrusted-evidence.ts';

/** The approval stands last, since it binds the words of all others. */
export const rules: readonly Rule[] = [
  permitPrecondition,
  intentFirst,
  switchAndMode,
  catalogueOnly,
  neverTouched,
  protectedObjects,
  freshFacts,
  disruptionBudget,
  blastRadius,
  ownership,
  cooldown,
  untrustedEvidence,
  enoughProof,
  riskAndPeople,
  dryRunEqualsPreview,
  undoReady,
  leaderEpoch,
  approvalBinding,
];
