// What happened to the same workload before, or with the same cause, and what helped then.
import { z } from 'zod';
import { isClosed } from '../../folds/lookup.ts';
import type { Incident } from '../../folds/state.ts';
import { sameRef, shownRef } from '../../model/target.ts';
import { toolOf } from './tool.ts';

const args = z.strictObject({ of: z.string().optional() });
const mostTold = 3;

export const similarIncidents = toolOf({
  name: 'similar_incidents',
  about: 'answers closed incidents of the same workload or cause, and what helped',
  args,
  read(_args, of, { state, incident, nowMs }) {
    const code = incident?.hypotheses[0]?.code;
    const drafts = [...state.incidents.values()]
      .filter((one) => one.id !== incident?.id && isClosed(one))
      .filter((one) => sameRef(one.root, of) || (code !== undefined && one.hypotheses[0]?.code === code))
      .toSorted((left, right) => (right.closedAtMs ?? 0) - (left.closedAtMs ?? 0) || (left.id < right.id ? -1 : 1))
      .slice(0, mostTold)
      .map((one) => ({
        trust: 'measured' as const,
        source: `journal: ${one.id}`,
        atMs: one.closedAtMs ?? nowMs,
        sentence: `${one.id} on ${sameRef(one.root, of) ? shownRef(one.root) : 'another workload'}, ${one.hypotheses[0]?.code ?? 'no cause'}: ${outcomeOf(one)}`,
      }));
    return Promise.resolve(drafts);
  },
});

function outcomeOf(one: Incident): string {
  const outcomes = one.plans.flatMap((plan) =>
    plan.actions.flatMap(({ id, outcome }) => {
      const action = plan.plan.actions.find((planned) => planned.id === id)?.action;
      return outcome === null ? [] : [`${action ?? 'an action'} was ${outcome.word}`];
    }),
  );
  return outcomes.length === 0 ? `${one.state} without a write` : outcomes.join(', ');
}
