// The memory limit of a container by name, as its pod or template says it.
import type { PodSpec } from '../../model/kube.ts';
import { parseQuantity } from '../../model/quantity.ts';

/** Bytes, or null without a limit or without that container. */
export function containerLimit(spec: PodSpec | undefined, container: string): number | null {
  const text = spec?.containers.find((one) => one.name === container)?.resources?.limits?.['memory'];
  return text === undefined ? null : parseQuantity(text);
}
