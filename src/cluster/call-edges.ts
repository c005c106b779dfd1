// Who calls whom, as far as env and args say: a value that holds the address of a Service.
import type { Container, Service } from '../model/kube.ts';
import { keyOf, type ObjectRef } from '../model/target.ts';
import type { CallEdge, Workload } from '../model/view.ts';

/** `name`, `name.namespace`, `name.namespace.svc…`, each with a port or a scheme before it, so that a plain word is no address. */
const addressPattern =
  /(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^\s@/,;=]*@)?([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)((?:\.[a-z0-9-]+)*)(?::(\d{1,5}))?(?=[/\s,;"']|$)/g;

/** One edge for each caller, callee and Service; cost grows with the length of env and args, not with the number of Services. */
export function callEdges(
  workloads: readonly Workload[],
  services: readonly Service[],
  workloadsByService: ReadonlyMap<string, readonly ObjectRef[]>,
): readonly CallEdge[] {
  const known = new Set(services.map((one) => `${one.metadata.namespace ?? ''}/${one.metadata.name}`));
  const edges = new Map<string, CallEdge>();
  for (const { ref, template } of workloads) {
    for (const container of [...(template.spec?.containers ?? []), ...(template.spec?.initContainers ?? [])]) {
      for (const [via, text] of textsOf(container)) {
        for (const service of servicesIn(text, ref.namespace, known)) {
          for (const callee of workloadsByService.get(service) ?? []) {
            if (keyOf(callee) === keyOf(ref)) continue;
            edges.set(`${keyOf(ref)} ${keyOf(callee)} ${service}`, {
              caller: ref,
              callee,
              service,
              via: `${container.name} ${via}`,
            });
          }
        }
      }
    }
  }
  return [...edges.values()];
}

function* textsOf(container: Container): Generator<readonly [via: string, text: string]> {
  for (const one of container.env ?? [])
    if (one.value !== undefined && one.value.length <= 4_096) yield [`env ${one.name}`, one.value];
  for (const [at, arg] of [...(container.command ?? []), ...(container.args ?? [])].entries())
    if (arg.length <= 4_096) yield [`arg ${at}`, arg];
}

/** `namespace/name` of the Services that a text addresses. */
export function servicesIn(text: string, ownNamespace: string, known: ReadonlySet<string>): readonly string[] {
  const found = new Set<string>();
  for (const match of text.matchAll(addressPattern)) {
    const [, scheme, name = '', rest = '', port] = match;
    const labels = rest.split('.').filter((label) => label !== '');
    const explicit = scheme !== undefined || port !== undefined;
    if (!explicit && labels[1] !== 'svc') continue;
    if (labels.length > 1 && labels[1] !== 'svc') continue;
    const key = `${labels[0] ?? ownNamespace}/${name}`;
    if (known.has(key)) found.add(key);
  }
  return [...found];
}
