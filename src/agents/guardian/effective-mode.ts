// Decides the most that may happen to a target without a person: the lowest of all that is said about it, with the one that said so.
import { lowest, mode as modeSchema, modeAnnotation, type Mode } from '../../model/mode.ts';
import type { Plan } from '../../model/plan.ts';
import { keyOf, shownRef, type ObjectRef } from '../../model/target.ts';
import { isSystemNamespace } from './system-namespaces.ts';

export type EffectiveMode = { readonly mode: Mode; readonly because: string };

type Annotations = Readonly<Record<string, unknown>>;

export type ModeSources = {
  readonly configured: { readonly mode: Mode; readonly source: string };
  /** Set by people in the journal: '' for the cluster, a namespace, or `namespace/Kind/name`. The narrowest counts. */
  readonly modes: ReadonlyMap<string, Mode>;
  /** What caps the mode of the whole process: a broken policy, no lease, no namespace for it. */
  readonly caps: readonly EffectiveMode[];
};

export type ModeScope = {
  /** A workload; with an empty kind and name the namespace as such. */
  readonly target: ObjectRef;
  /** Null when they could not be read: then nothing above suggest. */
  readonly namespaceAnnotations: Annotations | null;
  readonly annotations: Annotations | null;
};

/** Annotations only lower; a malformed one counts as suggest. System namespaces end at suggest unless a workload is named one by one. */
export function effectiveMode(sources: ModeSources, scope: ModeScope): EffectiveMode {
  const { target } = scope;
  const said: EffectiveMode[] = [
    { mode: sources.configured.mode, because: sources.configured.source },
    ...narrowest(sources.modes, target),
    ...annotated(scope.namespaceAnnotations, `namespace ${target.namespace}`, 'namespace annotation'),
    ...annotated(scope.annotations, shownRef(target), 'workload annotation'),
    ...systemCeiling(sources.modes, target),
    ...sources.caps,
  ];
  const low = lowest('auto', ...said.map((one) => one.mode));
  return said.find((one) => one.mode === low) ?? { mode: low, because: 'nothing lowers it' };
}

/** Caps that hold for the whole process, in words. */
export function capsOf(process: {
  readonly advisorNamespace: string;
  readonly hasNamespace: boolean;
  readonly hasLease: boolean;
  readonly policyProblem: string | null;
}): readonly EffectiveMode[] {
  const { advisorNamespace } = process;
  if (!process.hasNamespace)
    return [
      {
        mode: 'suggest',
        because: `the namespace ${advisorNamespace} does not exist: kubectl create namespace ${advisorNamespace}`,
      },
    ];
  return [
    ...(process.hasLease ? [] : [{ mode: 'suggest', because: 'the lease is not held' } as const]),
    ...(process.policyProblem === null
      ? []
      : [{ mode: 'approve', because: `the policy is broken: ${process.policyProblem}` } as const]),
  ];
}

/** Where model and rules name different causes, a person decides: what would run by itself asks. */
export function doubts(plan: Pick<Plan, 'reasoning'>): readonly EffectiveMode[] {
  const { reasoning } = plan;
  return reasoning?.agreement === 'differ'
    ? [
        {
          mode: 'approve',
          because: `the model ${reasoning.model === undefined ? 'chose no action' : `names ${reasoning.model.code}`}, the rules name ${reasoning.rules.code}`,
        },
      ]
    : [];
}

function narrowest(modes: ReadonlyMap<string, Mode>, target: ObjectRef): readonly EffectiveMode[] {
  const scopes = [
    { key: keyOf(target), shown: shownRef(target) },
    { key: target.namespace, shown: `namespace ${target.namespace}` },
    { key: '', shown: 'the cluster' },
  ];
  for (const { key, shown } of scopes) {
    const found = modes.get(key);
    if (found !== undefined) return [{ mode: found, because: `mode set for ${shown}` }];
  }
  return [];
}

function annotated(annotations: Annotations | null, of: string, because: string): readonly EffectiveMode[] {
  if (annotations === null) return [{ mode: 'suggest', because: `the annotations of ${of} could not be read` }];
  if (!Object.hasOwn(annotations, modeAnnotation)) return [];
  const value = annotations[modeAnnotation];
  const parsed = modeSchema.safeParse(value);
  if (parsed.success) return [{ mode: parsed.data, because }];
  const shown = JSON.stringify(String(value).slice(0, 30));
  return [
    {
      mode: 'suggest',
      because: `${modeAnnotation} of ${of} is ${shown}, not observe, suggest, approve or auto: taken as suggest`,
    },
  ];
}

function systemCeiling(modes: ReadonlyMap<string, Mode>, target: ObjectRef): readonly EffectiveMode[] {
  if (!isSystemNamespace(target.namespace) || modes.has(keyOf(target))) return [];
  return [{ mode: 'suggest', because: 'system namespace' }];
}
