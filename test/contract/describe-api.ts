// The contract of a Kubernetes API as the product and kubectl rely on it: one suite for the sandbox and for a real control plane.
import { afterAll, beforeAll, describe } from 'vitest';
import { describeAnswers } from './answers.ts';
import { describeDiscovery } from './discovery.ts';
import { describeDryRuns } from './dry-runs.ts';
import { describeFieldOwners } from './field-owners.ts';
import { describeGenerations } from './generations.ts';
import { describeReviews } from './reviews.ts';
import { describeScales } from './scales.ts';
import { describeSmallKinds } from './small-kinds.ts';
import { describeStoredForms } from './stored-forms.ts';
import { describeForgottenHistory } from './forgotten-history.ts';
import { describeLogs } from './logs.ts';
import { describePodLives } from './pod-lives.ts';
import { describeRollouts } from './rollouts.ts';
import { describeScheduling } from './scheduling.ts';
import { describeServicesAndBudgets } from './services-and-budgets.ts';
import { describeStatefulSets } from './stateful-sets.ts';
import { describeJsonPatches } from './json-patches.ts';
import { describeOtherPatches } from './other-patches.ts';
import { describeReads } from './reads.ts';
import { describeWatches } from './watches.ts';
import type { Subject } from './subject.ts';
import { describeValidation } from './validation.ts';

/** In this order, as forgetting disturbs whoever still reads the past. */
const groups: readonly ((subject: () => Subject) => void)[] = [
  describeDiscovery,
  describeReads,
  describeWatches,
  describeJsonPatches,
  describeOtherPatches,
  describeAnswers,
  describeValidation,
  describeDryRuns,
  describeGenerations,
  describeStoredForms,
  describeFieldOwners,
  describeScales,
  describeSmallKinds,
  describeReviews,
  describeLogs,
  describeRollouts,
  describeStatefulSets,
  describeServicesAndBudgets,
  describeScheduling,
  describePodLives,
  describeForgottenHistory,
];

export function describeApi(name: string, open: () => Promise<Subject>): void {
  describe(`the API of ${name}`, () => {
    let subject: Subject | null = null;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(async () => await subject?.close());
    for (const group of groups)
      group(() => {
        if (subject === null) throw new Error('no subject was opened');
        return subject;
      });
  });
}
