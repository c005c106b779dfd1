// The environment and the volumes of a container, read from ConfigMaps as a kubelet does, with its exact complaints.
import { z } from 'zod';
import type { Container, PodSpec } from '../../model/kube.ts';

export const configMapSchema = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  data: z.record(z.string(), z.string()).nullish(),
});
export type ConfigMapData = Readonly<Record<string, string>>;
/** Data of a ConfigMap of the pod's namespace, or undefined when it does not exist. */
export type ConfigMapLookup = (name: string) => ConfigMapData | undefined;

export type Environment = { readonly values: ReadonlyMap<string, string> } | { readonly missing: string };

/** All variables, or the message of CreateContainerConfigError. Secrets are never asked for: a reference to one stays unset. */
export function environmentOf(container: Container, namespace: string, configMap: ConfigMapLookup): Environment {
  const values = new Map<string, string>();
  for (const { configMapRef } of container.envFrom ?? []) {
    if (configMapRef === undefined) continue;
    const name = configMapRef.name ?? '';
    const data = configMap(name);
    if (data !== undefined) for (const [key, value] of Object.entries(data)) values.set(key, value);
    else if (configMapRef.optional !== true) return { missing: `configmap "${name}" not found` };
  }
  for (const variable of container.env ?? []) {
    const from = variable.valueFrom?.configMapKeyRef;
    if (variable.value !== undefined) values.set(variable.name, variable.value);
    if (from === undefined) continue;
    const name = from.name ?? '';
    const data = configMap(name);
    const value = data?.[from.key ?? ''];
    if (value !== undefined) values.set(variable.name, value);
    else if (from.optional !== true)
      return {
        missing:
          data === undefined
            ? `configmap "${name}" not found`
            : `couldn't find key ${from.key} in ConfigMap ${namespace}/${name}`,
      };
  }
  return { values };
}

/** The first volume whose ConfigMap does not exist, with the text of its FailedMount event; null when all can be mounted. */
export function unmountable(
  spec: PodSpec,
  configMap: ConfigMapLookup,
): { readonly volume: string; readonly message: string } | null {
  for (const volume of spec.volumes ?? []) {
    const source = volume.configMap;
    if (source === undefined || source.optional === true) continue;
    const name = source.name ?? '';
    if (configMap(name) === undefined)
      return {
        volume: volume.name,
        message: `MountVolume.SetUp failed for volume "${volume.name}" : configmap "${name}" not found`,
      };
  }
  return null;
}
