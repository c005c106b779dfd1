// What one pod of a template asks for, as the scheduler and a quota count it; init containers run before the others, so the larger need counts.
import { podTemplate, type Container, type PodSpec } from '../../model/kube.ts';
import type { Json } from '../../model/json.ts';
import { parseQuantity } from '../../model/quantity.ts';

export type PodSize = {
  readonly requests: { readonly cpu: number; readonly memory: number };
  readonly limits: { readonly cpu: number; readonly memory: number };
  /** False when a container gives no such amount: a quota on it refuses the pod. */
  readonly given: Readonly<Record<'requests.cpu' | 'requests.memory' | 'limits.cpu' | 'limits.memory', boolean>>;
  readonly spec: PodSpec;
};

/** CPU in cores, memory in bytes. A limit without a request counts as the request too (API server default). Null when the template cannot be read. */
export function podSize(template: Json | undefined): PodSize | null {
  const parsed = podTemplate.safeParse(template);
  const spec = parsed.success ? parsed.data.spec : undefined;
  return spec === undefined ? null : sizeOf(spec);
}

export function sizeOf(spec: PodSpec): PodSize {
  const sum = (side: 'requests' | 'limits', resource: 'cpu' | 'memory'): number => {
    const main = spec.containers.reduce((total, one) => total + (amountOf(one, side, resource) ?? 0), 0);
    const init = Math.max(0, ...(spec.initContainers ?? []).map((one) => amountOf(one, side, resource) ?? 0));
    return Math.max(main, init);
  };
  const all = (side: 'requests' | 'limits', resource: 'cpu' | 'memory'): boolean =>
    spec.containers.every((one) => amountOf(one, side, resource) !== null);
  return {
    requests: { cpu: sum('requests', 'cpu'), memory: sum('requests', 'memory') },
    limits: { cpu: sum('limits', 'cpu'), memory: sum('limits', 'memory') },
    given: {
      'requests.cpu': all('requests', 'cpu'),
      'requests.memory': all('requests', 'memory'),
      'limits.cpu': all('limits', 'cpu'),
      'limits.memory': all('limits', 'memory'),
    },
    spec,
  };
}

export function amountOf(one: Container, side: 'requests' | 'limits', resource: 'cpu' | 'memory'): number | null {
  const text =
    one.resources?.[side]?.[resource] ?? (side === 'requests' ? one.resources?.limits?.[resource] : undefined);
  return text === undefined ? null : parseQuantity(text);
}
