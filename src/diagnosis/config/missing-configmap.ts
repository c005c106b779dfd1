// CFG-003: a ConfigMap that the pods refer to does not exist.
import type { Cause } from '../../model/cause.ts';
import type { PodTemplate } from '../../model/kube.ts';
import { changeOf } from '../change.ts';
import { field, fromFinding, measured, reported } from '../fact.ts';
import { nearest } from '../near.ts';
import { weigh, type Check } from '../proof.ts';
import { rollback } from '../remedy.ts';
import { factOf, livePods, podEvents, waiting } from '../signs.ts';

const notFound = /configmap "([^"]+)" not found/i;

export const missingConfigMap: Cause = {
  code: 'CFG-003',
  cause: 'missing_configmap',
  title: 'ConfigMap does not exist',
  gate: 5,
  verify: ['V-roll'],
  metricOnly: false,
  diagnose(context) {
    const { view, subject } = context;
    const pods = livePods(view, subject);
    const stuck = waiting(pods, ['CreateContainerConfigError', 'ContainerCreating', 'PodInitializing']);
    const events = podEvents(view, pods, ['Failed', 'FailedMount'], notFound);
    const event = events.at(-1);
    const message = stuck.find((one) => notFound.test(one.message))?.message ?? event?.message;
    const name = message === undefined ? undefined : notFound.exec(message)?.[1];
    const template = view.workload(subject)?.template;
    if (name === undefined || message === undefined || name === 'kube-root-ca.crt' || template === undefined)
      return null;
    const uses = usesOf(template, name);
    const exists = view.configMapExists(subject.namespace, name);
    const change = changeOf(view, subject);
    const isNew = change !== undefined && usesOf(change.previous.template, name).length === 0;
    const finding = factOf(context, subject, 'config-missing');
    const names = view.configMapNames(subject.namespace);
    const near = nearest(name, names, withoutSuffix);
    const keys = uses.flatMap((one) => one.key ?? []);
    const checks: Check[] = [
      {
        holds: true,
        fact:
          event === undefined
            ? measured(
                field(subject, 'pods status.containerStatuses.state.waiting.message'),
                view.asOfMs,
                `containers cannot start: ${message.slice(0, 200)}`,
              )
            : reported(event, `containers cannot start: ${message.slice(0, 200)}`, view.asOfMs),
      },
      {
        holds: exists === null ? null : !exists,
        decisive: true,
        settle: `get configmap ${name} in ${subject.namespace}`,
        fact: measured(
          `configmaps in ${subject.namespace}`,
          view.asOfMs,
          exists === true
            ? `ConfigMap ${name} exists by now`
            : `ConfigMap ${name} does not exist in ${subject.namespace}`,
        ),
      },
      {
        holds: uses.length > 0,
        settle: 'the reference in the pod template',
        fact: measured(
          field(subject, uses[0]?.path ?? 'spec.template'),
          view.asOfMs,
          uses.length > 0
            ? `the template needs it: ${uses.map((one) => one.path).join(', ')}`
            : 'no required reference to it stands in the template',
        ),
      },
    ];
    if (finding !== undefined) checks.push({ holds: true, fact: fromFinding(finding) });
    const what = keys.length > 0 ? ` with the ${keys.length === 1 ? 'key' : 'keys'} ${keys.join(', ')}` : '';
    return {
      root: subject,
      ...weigh(checks),
      remedies:
        change !== undefined && isNew
          ? [
              rollback(
                subject,
                change,
                `revision ${change.current.number} began to refer to ConfigMap ${name}, which does not exist`,
                'pods start with the configuration of the former revision',
              ),
            ]
          : [],
      advice: [
        `create the ConfigMap ${name} in namespace ${subject.namespace}${what}; its values are known to the owner of ${subject.name} only`,
        ...near.map(
          (one) =>
            `a ConfigMap with nearly the same name exists: ${one}; if it is meant, refer to it in ${uses.map((use) => use.path).join(', ')}`,
        ),
      ],
    };
  },
};

type Use = { readonly path: string; readonly key?: string };

/** References that are not optional, with their field paths. */
function usesOf(template: PodTemplate, name: string): readonly Use[] {
  const base = 'spec.template.spec';
  const uses: Use[] = [];
  const containers = [
    ...(template.spec?.initContainers ?? []).map((one) => ({ one, list: 'initContainers' })),
    ...(template.spec?.containers ?? []).map((one) => ({ one, list: 'containers' })),
  ];
  for (const { one, list } of containers) {
    for (const env of one.env ?? []) {
      const ref = env.valueFrom?.configMapKeyRef;
      if (ref?.name === name && ref.optional !== true)
        uses.push({
          path: `${base}.${list}[${one.name}].env[${env.name}]`,
          ...(ref.key === undefined ? {} : { key: ref.key }),
        });
    }
    for (const from of one.envFrom ?? [])
      if (from.configMapRef?.name === name && from.configMapRef.optional !== true)
        uses.push({ path: `${base}.${list}[${one.name}].envFrom` });
  }
  for (const volume of template.spec?.volumes ?? [])
    if (volume.configMap?.name === name && volume.configMap.optional !== true)
      uses.push({ path: `${base}.volumes[${volume.name}]` });
  return uses;
}

/** A generated suffix, such as that of kustomize (`app-config-7g2hk5m4tb`), belongs to the same base name. */
function withoutSuffix(name: string): string {
  return name.replace(/-[a-z0-9]{8,10}$/, '');
}
