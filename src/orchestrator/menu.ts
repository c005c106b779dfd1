// The menu: what may be chosen for an incident, with values from the cluster; what was denied or did not help is off it. Pure.
import type { Approval, Incident, PlanState, State } from '../folds/state.ts';
import type { ActionDefinition, ActionName } from '../model/action.ts';
import { jsonEquals, type JsonObject } from '../model/json.ts';
import { isLive, isPodReady } from '../model/kube.ts';
import { sameRef, shownRef, type ObjectRef } from '../model/target.ts';
import type { ClusterView } from '../model/view.ts';
import type { Explained, Explanation } from './diagnose.ts';
import type { MenuEntry } from './reasoner.ts';

const mostEntries = 8;
const restartable: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

export type Menu = { readonly entries: readonly MenuEntry[]; readonly history: readonly string[] };

type Barred = {
  readonly action: string;
  readonly target: ObjectRef;
  /** Null bars the action on this target with any parameters. */
  readonly params: JsonObject | null;
  readonly sentence: string;
};

export function menuOf(
  incident: Incident,
  explanation: Explanation,
  view: ClusterView,
  state: State,
  actions: ReadonlyMap<ActionName, ActionDefinition>,
): Menu {
  const barred = barredOn(incident, state);
  const offered: Omit<MenuEntry, 'id'>[] = [];
  for (const one of explanation.ranked) {
    if (one.hypothesis.strength === 'ruled out') continue;
    for (const remedy of one.diagnosis.remedies)
      offered.push({ ...remedy, ...behind(one), generic: false, cites: one.hypothesis.for });
  }
  const restart = restartOf(explanation, view);
  if (restart !== null && !offered.some((one) => one.action === 'restart')) offered.push(restart);
  const entries = offered
    .filter((one) => actions.get(one.action)?.params.safeParse(one.params).success === true)
    .filter((one) => !barred.some((bar) => bars(bar, one)))
    .slice(0, mostEntries)
    .map((one, at): MenuEntry => ({ id: `M${at + 1}`, ...one }));
  return { entries, history: barred.map((one) => one.sentence) };
}

/** A rolling restart is a generic thing to try where a pod is not ready: offered to whoever leads, never the playbook's pick. */
function restartOf(explanation: Explanation, view: ClusterView): Omit<MenuEntry, 'id'> | null {
  const [leading] = explanation.ranked;
  const { root } = explanation;
  if (!restartable.has(root.kind)) return null;
  const live = view.podsOf(root).filter(isLive);
  const notReady = live.filter((pod) => !isPodReady(pod)).length;
  if (notReady === 0 || leading.hypothesis.for.length === 0) return null;
  return {
    ...behind(leading),
    generic: true,
    action: 'restart',
    target: root,
    params: {},
    bounds: {},
    cites: leading.hypothesis.for,
    why: `${notReady} of ${live.length} pods of ${shownRef(root)} are not ready`,
    expectedEffect: 'all pods are ready after a rolling restart',
  };
}

function behind(one: Explained): Pick<MenuEntry, 'hypothesis' | 'code' | 'verify'> {
  return { hypothesis: one.hypothesis.id, code: one.hypothesis.code, verify: one.cause.verify };
}

function bars(bar: Barred, entry: Omit<MenuEntry, 'id'>): boolean {
  if (bar.action !== entry.action || !sameRef(bar.target, entry.target)) return false;
  return bar.params === null || jsonEquals(bar.params, entry.params);
}

/** What this incident has tried or been refused since it last opened. Words of people stay quoted. */
function barredOn(incident: Incident, state: State): readonly Barred[] {
  return incident.plans
    .filter((plan) => plan.plan.undoOf === undefined && plan.ended !== null)
    .flatMap((plan) => {
      const denial = plan.approval === null ? null : (state.approvals.get(plan.approval)?.denial ?? null);
      return plan.plan.actions.flatMap((action): Barred[] => {
        const what = `${action.action} on ${shownRef(action.target)}`;
        const { target } = action;
        const outcome = plan.actions.find((one) => one.id === action.id)?.outcome;
        if (outcome?.word === 'ineffective' || outcome?.word === 'harmful')
          return [
            {
              action: action.action,
              target,
              params: null,
              sentence: `${what} was ${outcome.word}: ${outcome.sentence}`,
            },
          ];
        if (denial !== null)
          return [
            {
              action: action.action,
              target,
              params: denial.reasonCode === 'wrong-action' ? null : action.params,
              sentence: saidNo(what, denial),
            },
          ];
        return wasRefused(plan)
          ? [
              {
                action: action.action,
                target,
                params: action.params,
                sentence: `${what} was ${plan.ended?.why ?? 'refused'}`,
              },
            ]
          : [];
      });
    });
}

function wasRefused(plan: PlanState): boolean {
  return /^denied: |writes were refused/.test(plan.ended?.why ?? '');
}

function saidNo(what: string, denial: NonNullable<Approval['denial']>): string {
  const words = denial.reason === undefined ? '' : `: "${denial.reason.slice(0, 500)}"`;
  return `a person refused ${what} (${denial.reasonCode})${words}`;
}
