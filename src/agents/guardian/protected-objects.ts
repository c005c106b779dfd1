// G06: system namespaces and whatever is labelled or annotated as protected need a person, named one by one.
import { isJsonObject, valueAt, type JsonObject } from '../../model/json.ts';
import { protectedAnnotation } from '../../model/mode.ts';
import { shownRef } from '../../model/target.ts';
import { need } from './facts.ts';
import { allow, ask, type Rule } from './rule.ts';
import { isSystemNamespace } from './system-namespaces.ts';

export const protectedObjects: Rule = {
  id: 'G06',
  about: 'System namespaces and objects marked as protected need a person, named one by one.',
  judge(facts) {
    const { target } = facts.action;
    const { object } = need(facts.live);
    const namespace = need(facts.namespace);
    if (isSystemNamespace(target.namespace))
      return ask(1, `${target.namespace} is a system namespace: a person decides`);
    const marked = [
      { shown: shownRef(target), where: protection(object) },
      { shown: `namespace ${target.namespace}`, where: protection(namespace) },
    ].find((one) => one.where !== null);
    return marked === undefined
      ? allow(`${shownRef(target)} is not protected`)
      : ask(1, `${marked.shown} is protected by its ${marked.where ?? ''} ${protectedAnnotation}: a person decides`);
  },
};

/** Any value but `false` protects: a mistyped one too. */
function protection(object: JsonObject): 'label' | 'annotation' | null {
  for (const [kind, path] of [
    ['label', '/metadata/labels'],
    ['annotation', '/metadata/annotations'],
  ] as const) {
    const map = valueAt(object, path);
    if (isJsonObject(map) && Object.hasOwn(map, protectedAnnotation) && map[protectedAnnotation] !== 'false')
      return kind;
  }
  return null;
}
