// What a rollout changed, in a few words: images, resources, names of environment variables, references, probes. Never a value of a variable.
import { jsonEquals, toJson } from '../../../model/json.ts';
import type { Container, PodTemplate } from '../../../model/kube.ts';
import { quoted } from '../sentence/wording.ts';

const mostWords = 8;

/** At most eight differences, the weightiest first; empty when the templates say the same. */
export function templateDiff(before: PodTemplate, after: PodTemplate): readonly string[] {
  const old = containersOf(before);
  const now = containersOf(after);
  const words = [
    ...[...now.keys()].filter((name) => !old.has(name)).map((name) => `container ${name} added`),
    ...[...old.keys()].filter((name) => !now.has(name)).map((name) => `container ${name} removed`),
  ];
  for (const [name, container] of now) {
    const was = old.get(name);
    if (was !== undefined) words.push(...containerDiff(name, was, container));
  }
  words.push(...referenceDiff(before, after), ...annotationDiff(before, after));
  if (!same(placementOf(before), placementOf(after))) words.push('placement changed');
  return words.slice(0, mostWords);
}

function containersOf(template: PodTemplate): ReadonlyMap<string, Container> {
  const spec = template.spec;
  return new Map([...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].map((one) => [one.name, one]));
}

function containerDiff(name: string, was: Container, now: Container): string[] {
  return [
    ...(was.image === now.image ? [] : [`image of ${name} ${imageStep(was.image ?? '', now.image ?? '')}`]),
    ...resourceDiff(name, was, now),
    ...envDiff(name, was, now),
    ...(same([was.command, was.args], [now.command, now.args]) ? [] : [`command of ${name} changed`]),
    ...probes.flatMap(([key, word]) => (same(was[key], now[key]) ? [] : [`${word} probe of ${name} changed`])),
    ...(same(was.ports, now.ports) ? [] : [`ports of ${name} changed`]),
  ];
}

const probes = [
  ['livenessProbe', 'liveness'],
  ['readinessProbe', 'readiness'],
  ['startupProbe', 'startup'],
] as const;

/** "1.7.5 → 1.7.6" where only the tag differs. */
function imageStep(was: string, now: string): string {
  const [wasName, wasTag] = splitTag(was);
  const [nowName, nowTag] = splitTag(now);
  return wasName === nowName ? `${quoted(wasTag)} → ${quoted(nowTag)}` : `${quoted(was)} → ${quoted(now)}`;
}

function splitTag(image: string): readonly [string, string] {
  const at = image.search(/[:@][^/]*$/);
  return at < 0 ? [image, 'latest'] : [image.slice(0, at), image.slice(at + 1)];
}

function resourceDiff(name: string, was: Container, now: Container): string[] {
  const words: string[] = [];
  for (const part of ['limits', 'requests'] as const) {
    const old = was.resources?.[part] ?? {};
    const next = now.resources?.[part] ?? {};
    for (const resource of new Set([...Object.keys(old), ...Object.keys(next)].toSorted()))
      if (old[resource] !== next[resource])
        words.push(
          `${quoted(resource)} ${part === 'limits' ? 'limit' : 'request'} of ${name} ${quoted(old[resource] ?? 'none')} → ${quoted(next[resource] ?? 'none')}`,
        );
  }
  return words;
}

function envDiff(name: string, was: Container, now: Container): string[] {
  const old = new Map((was.env ?? []).map((one) => [one.name, one]));
  const next = new Map((now.env ?? []).map((one) => [one.name, one]));
  return [...new Set([...old.keys(), ...next.keys()])].toSorted().flatMap((key) => {
    if (same(old.get(key), next.get(key))) return [];
    const how = old.has(key) ? (next.has(key) ? 'changed' : 'removed') : 'added';
    return [`variable ${quoted(key)} of ${name} ${how}`];
  });
}

function referenceDiff(before: PodTemplate, after: PodTemplate): string[] {
  const old = referencesOf(before);
  const next = referencesOf(after);
  return [
    ...[...next].filter((one) => !old.has(one)).map((one) => `${one} is read now`),
    ...[...old].filter((one) => !next.has(one)).map((one) => `${one} is read no more`),
  ];
}

/** "ConfigMap cart-config", "Secret cart-keys": by name, as the template names them. */
function referencesOf(template: PodTemplate): ReadonlySet<string> {
  return new Set([
    ...configMapsOf(template).map((name) => `ConfigMap ${quoted(name)}`),
    ...secretsOf(template).map((name) => `Secret ${quoted(name)}`),
  ]);
}

/** Names of the ConfigMaps that a template reads, by volume or environment. */
export function configMapsOf(template: PodTemplate): readonly string[] {
  const names = [
    ...(template.spec?.volumes ?? []).map((one) => one.configMap?.name),
    ...containersIn(template).flatMap((one) => [
      ...(one.envFrom ?? []).map((from) => from.configMapRef?.name),
      ...(one.env ?? []).map((env) => env.valueFrom?.configMapKeyRef?.name),
    ]),
  ];
  return [...new Set(names.filter((name) => name !== undefined))].toSorted();
}

function secretsOf(template: PodTemplate): readonly string[] {
  const names = [
    ...(template.spec?.volumes ?? []).map((one) => one.secret?.secretName),
    ...containersIn(template).flatMap((one) => [
      ...(one.envFrom ?? []).map((from) => from.secretRef?.name),
      ...(one.env ?? []).map((env) => env.valueFrom?.secretKeyRef?.name),
    ]),
  ];
  return [...new Set(names.filter((name) => name !== undefined))].toSorted();
}

function containersIn(template: PodTemplate): readonly Container[] {
  return [...containersOf(template).values()];
}

/** Hashes of configuration are written as annotations so that pods are replaced when it changes. */
function annotationDiff(before: PodTemplate, after: PodTemplate): string[] {
  const old = before.metadata?.annotations ?? {};
  const next = after.metadata?.annotations ?? {};
  return [...new Set([...Object.keys(old), ...Object.keys(next)])].toSorted().flatMap((key) => {
    if (old[key] === next[key]) return [];
    return /checksum|hash|sha/i.test(key)
      ? [`configuration changed (${quoted(key)})`]
      : key === 'kubectl.kubernetes.io/restartedAt'
        ? ['restarted by hand']
        : [`annotation ${quoted(key)} changed`];
  });
}

function placementOf({ spec }: PodTemplate): unknown {
  return [spec?.nodeSelector, spec?.affinity, spec?.tolerations, spec?.priorityClassName];
}

function same(left: unknown, right: unknown): boolean {
  return jsonEquals(toJson(left ?? null), toJson(right ?? null));
}
