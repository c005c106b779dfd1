// Finds the node that a scrape target stands for: by name, by an address of it, or by its host name, with or without a port.
import type { KubeNode } from '../../model/kube.ts';

/** Null for a name or address that no node has. */
export function createNodeNames(nodes: readonly KubeNode[]): (target: string) => string | null {
  const names = new Map<string, string>();
  for (const { metadata, status } of nodes)
    for (const { address } of status?.addresses ?? []) names.set(address, metadata.name);
  // A node's own name wins over the address of another.
  for (const { metadata } of nodes) names.set(metadata.name, metadata.name);
  return (target) => names.get(target) ?? names.get(withoutPort(target)) ?? null;
}

function withoutPort(target: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(target)?.[1];
  return bracketed ?? target.replace(/:\d+$/, '');
}
