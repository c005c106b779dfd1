// Pod quality of service, decided by requests and limits of CPU and memory alone: the API server shows it at once, kubelets write it again.
import type { Container } from '../model/kube.ts';
import { formatBytes, formatCores, parseQuantity } from '../model/quantity.ts';

export function qosClass(
  containers: readonly Pick<Container, 'resources'>[],
): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  let any = false;
  let guaranteed = containers.length > 0;
  for (const { resources } of containers)
    for (const key of ['cpu', 'memory'] as const) {
      const request = canonical(resources?.requests?.[key], key);
      const limit = canonical(resources?.limits?.[key], key);
      if (request !== '' || limit !== '') any = true;
      if (limit === '' || (request !== '' && request !== limit)) guaranteed = false;
    }
  return guaranteed ? 'Guaranteed' : any ? 'Burstable' : 'BestEffort';
}

function canonical(text: string | undefined, key: 'cpu' | 'memory'): string {
  const number = text === undefined ? null : parseQuantity(text);
  if (number === null) return '';
  return key === 'cpu' ? formatCores(number) : formatBytes(number);
}
